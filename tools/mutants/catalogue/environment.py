"""Mutants of what EC2, IMDS and the AWS layer answer (R54, R59, R182-R184)."""

from typing import Final

from tools.mutants.mutant import Mutant

_AWS_LAYER = ("tests/rules/test_aws_layer.py",)

MUTANTS: Final = (
    Mutant(
        name="failing_description_is_an_empty_one",
        rules=("R54",),
        file="aws_layer.py",
        old="""\
fault, ec2 = take_fault(ec2, "DescribeAllENIs")
    if fault is not None:
        return Failed(fault.code), ec2
""",
        new="""\
fault, ec2 = take_fault(ec2, "DescribeAllENIs")
    if fault is not None:
        return Described(enis=(), tags={}), ec2
""",
        why="errors end the description",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="imds_only_mode_reads_tags_from_ec2",
        rules=("R54", "R52"),
        file="aws_layer.py",
        old="""\
    if config.settings.imds_only:
        return Described(enis=view, tags={}), ec2
""",
        new="",
        why="in IMDS-only mode there are no tags, no trunk and no EFA",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="first_of_two_trunks_is_named",
        rules=("R54",),
        file="ec2.py",
        old="return trunks[-1]",
        new="return trunks[0]",
        why="the last ENI of type trunk is the trunk",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="efa_enis_are_not_named",
        rules=("R54",),
        file="aws_layer.py",
        old="efas=frozenset(eni.id for eni in ec2.enis if eni.efa),",
        new="efas=frozenset(),",
        why="EC2 says which ENIs are EFA",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="description_leaves_the_tags_out",
        rules=("R54",),
        file="aws_layer.py",
        old="tags={eni.id: eni.tags for eni in ec2.enis},",
        new="tags={},",
        why="EC2 adds the tags",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="custom_networking_reads_the_primarys_prefixes",
        rules=("R59",),
        file="ec2.py",
        old="""\
        hidden = hide_primary_prefixes and eni.primary
""",
        new="""\
        hidden = hide_primary_prefixes and not eni.id
""",
        why="the primary's prefixes are not read from IMDS",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="custom_networking_hides_prefixes_of_all_enis",
        rules=("R59",),
        file="ec2.py",
        old="""\
        hidden = hide_primary_prefixes and eni.primary
""",
        new="""\
        hidden = hide_primary_prefixes
""",
        why="only the primary ENI's prefixes are hidden",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="custom_networking_hides_the_primarys_addresses",
        rules=("R59",),
        file="ec2.py",
        old="""\
                addresses=shown.addresses,
""",
        new="""\
                addresses=() if hidden else shown.addresses,
""",
        why="the primary's secondary addresses are read",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="freeing_an_unknown_eni_fails",
        rules=("R182",),
        file="aws_layer.py",
        old="""\
    if eni is None:
        return DONE, ec2
""",
        new="""\
    if eni is None:
        return Failed(Code.ENI_NOT_FOUND), ec2
""",
        why="an ENI that EC2 does not know counts as freed",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="failed_detachment_detaches",
        rules=("R182",),
        file="aws_layer.py",
        old="""\
    if fault is not None and (fault.code != Code.DELETE_FAILED or eni is None):
""",
        new="""\
    if fault is not None and eni is None:
""",
        why="unless only the deletion fails the ENI stays attached",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="failed_deletion_leaves_the_eni_attached",
        rules=("R182",),
        file="aws_layer.py",
        old="""\
    if fault is not None and (fault.code != Code.DELETE_FAILED or eni is None):
""",
        new="""\
    if fault is not None:
""",
        why="a failed deletion comes after the detachment: the ENI leaks",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="undeletable_eni_vanishes",
        rules=("R183",),
        file="aws_layer.py",
        old="return Failed(Code.DELETE_FAILED), evolve(ec2, leaked=(*ec2.leaked, eni))",
        new="return Failed(Code.DELETE_FAILED), ec2",
        why="an ENI that cannot be deleted leaks, unattached, with its addresses",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="deleted_eni_keeps_its_addresses",
        rules=("R183",),
        file="aws_layer.py",
        old="return DONE, ec2.with_subnet(subnet.give_back(eni.networks()))",
        new="return DONE, ec2.with_subnet(subnet.give_back(eni.networks()[1:]))",
        why="a deleted ENI's addresses, its primary too, return to the subnet",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="leaked_enis_without_tag_are_deleted",
        rules=("R184",),
        file="aws_layer.py",
        old="""\
        if eni.tags.instance_id is None:
            kept = (*kept, eni)
            continue
""",
        new="",
        why="only ENIs with ipamd's tags are deleted",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="clean_up_of_leaked_enis_cannot_be_disabled",
        rules=("R184",),
        file="aws_layer.py",
        old="""\
        or settings.leaked_eni_cleanup_disabled
""",
        new="",
        why="DISABLE_LEAKED_ENI_CLEANUP switches it off",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="leaked_enis_are_cleaned_up_without_provisioning",
        rules=("R184",),
        file="aws_layer.py",
        old="""\
        or settings.provisioning_disabled
""",
        new="",
        why="off with provisioning disabled",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="leaked_enis_are_cleaned_up_in_ipv6",
        rules=("R184",),
        file="aws_layer.py",
        old="""\
        settings.ipv6
        or settings.provisioning_disabled
""",
        new="""\
        settings.provisioning_disabled
""",
        why="off with IPv6",
        tests=_AWS_LAYER,
    ),
    Mutant(
        name="eni_that_resists_clean_up_is_forgotten",
        rules=("R184", "R183"),
        file="aws_layer.py",
        old="""\
        kept = (*kept, *ec2.leaked)
""",
        new="",
        why="a leaked ENI whose deletion fails again stays leaked",
        tests=_AWS_LAYER,
    ),
)
