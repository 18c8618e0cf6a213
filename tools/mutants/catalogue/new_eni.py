"""Mutants of new ENIs and of the AWS layer that makes them (R101-R109, R14)."""

from typing import Final

from tools.mutants.mutant import Mutant

_CREATION = ("tests/rules/test_creation.py",)

MUTANTS: Final = (
    Mutant(
        name="missing_eni_config_falls_back_to_the_primary_subnet",
        rules=("R101",),
        file="daemon/growth.py",
        old="""\
        if isinstance(eni_config, Failed):
            return eni_config, node, now
        subnet = eni_config
""",
        new="""\
        subnet = None if isinstance(eni_config, Failed) else eni_config
""",
        why="without an ENIConfig the step fails",
    ),
    Mutant(
        name="eni_config_is_not_read",
        rules=("R101", "R102"),
        file="daemon/growth.py",
        old="""\
        subnet = eni_config
""",
        new="""\
        subnet = None
""",
        why="custom networking uses the ENIConfig's subnet",
    ),
    Mutant(
        name="new_eni_without_need_is_created_bare",
        rules=("R101",),
        file="daemon/growth.py",
        old="""\
    if count <= 0:
""",
        new="""\
    if count < 0:
""",
        why="nothing is created, with success, when nothing is needed",
    ),
    Mutant(
        name="shortage_for_a_new_eni_sets_no_back_off",
        rules=("R101",),
        file="daemon/growth.py",
        old="""\
        if created.code in OUT_OF_ADDRESSES:
            node = evolve(node, last_insufficient=now)
""",
        new="",
        why="out of addresses backs off",
    ),
    Mutant(
        name="every_failed_new_eni_backs_off",
        rules=("R101",),
        file="daemon/growth.py",
        old="""\
        if created.code in OUT_OF_ADDRESSES:
            node""",
        new="""\
        if created.code:
            node""",
        why="only the two insufficient codes back off",
    ),
    Mutant(
        name="eni_that_never_appears_is_freed",
        rules=("R101",),
        file="daemon/growth.py",
        old="""\
    if isinstance(attached, Failed):
        return attached, node, now
""",
        new="""\
    if isinstance(attached, Failed):
        from ipam_model.requests import FreeENI

        _, node, now = yield from call(node, FreeENI(created), "R101")
        return attached, node, now
""",
        why="a failure ends the step without clean-up",
    ),
    Mutant(
        name="eni_is_used_without_waiting_for_imds",
        rules=("R101",),
        file="daemon/growth.py",
        old="WaitForENI(created, count, prefixes, config.ipv6)",
        new="WaitForENI(created, 0, prefixes, config.ipv6)",
        why="the wait is for as many addresses as were asked for",
    ),
    Mutant(
        name="new_eni_in_prefix_mode_is_full",
        rules=("R107",),
        file="rules/growth.py",
        old="return k.ite(prefix_mode, k.min(needed_prefixes, slots), addresses)",
        new="return k.ite(prefix_mode, slots, addresses)",
        why="min(needed, Q) prefixes",
    ),
    Mutant(
        name="new_eni_asks_for_more_prefixes_than_fit",
        rules=("R107",),
        file="rules/growth.py",
        old="return k.ite(prefix_mode, k.min(needed_prefixes, slots), addresses)",
        new="return k.ite(prefix_mode, needed_prefixes, addresses)",
        why="Q bounds the request",
    ),
    Mutant(
        name="new_eni_is_always_full",
        rules=("R107",),
        file="rules/growth.py",
        old="addresses = k.ite(warm_ip, k.min(short, slots), slots)",
        new="addresses = slots",
        why="min(short, M) under a warm IP target",
    ),
    Mutant(
        name="new_eni_asks_for_more_addresses_than_fit",
        rules=("R107",),
        file="rules/growth.py",
        old="addresses = k.ite(warm_ip, k.min(short, slots), slots)",
        new="addresses = k.ite(warm_ip, short, slots)",
        why="M bounds the request",
    ),
    Mutant(
        name="request_is_not_cut_to_what_an_eni_holds",
        rules=("R102",),
        file="aws_layer.py",
        old="""\
count = min(request.count, ec2.limits.ipv4_per_eni - 1)
    if fault""",
        new="""\
count = request.count
    if fault""",
        why="min(count, L - 1) is asked for",
        tests=_CREATION,
    ),
    Mutant(
        name="eni_config_subnet_is_ignored",
        rules=("R102",),
        file="aws_layer.py",
        old="""\
    if request.subnet is not None:
""",
        new="""\
    if request.subnet == "":
""",
        why="with custom networking the ENIConfig's subnet is used",
        tests=_CREATION,
    ),
    Mutant(
        name="subnet_with_fewest_addresses_comes_first",
        rules=("R103",),
        file="aws_layer.py",
        old="key=lambda each: -each.free)",
        new="key=lambda each: each.free)",
        why="most free addresses first",
        tests=_CREATION,
    ),
    Mutant(
        name="only_the_largest_subnet_is_tried",
        rules=("R103",),
        file="aws_layer.py",
        old="""\
            attempts.append((subnet.id, created.code))
            continue
""",
        new="""\
            attempts.append((subnet.id, created.code))
            break
""",
        why="any error moves on to the next subnet",
        tests=_CREATION,
    ),
    Mutant(
        name="failed_attachment_moves_on_to_the_next_subnet",
        rules=("R103", "R106"),
        file="aws_layer.py",
        old="""\
        failed = answer.code if isinstance(answer, Failed) else None
""",
        new="""\
        failed = answer.code if isinstance(answer, Failed) else None
        if failed is not None:
            attempts.append((subnet.id, failed))
            continue
""",
        why="only the creation is tried in several subnets",
        tests=_CREATION,
    ),
    Mutant(
        name="subnet_with_role_zero_is_valid",
        rules=("R103",),
        file="rules/eligibility.py",
        old="return k.all(k.no(role_zero), k.choose(role_empty, of_primary, by_cluster))",
        new="return k.choose(role_empty, of_primary, by_cluster)",
        why='role "0" is never valid',
        tests=_CREATION,
    ),
    Mutant(
        name="untagged_subnets_are_valid",
        rules=("R103",),
        file="rules/eligibility.py",
        old="k.choose(role_empty, of_primary, by_cluster))",
        new="k.choose(role_empty, k.any(of_primary, by_cluster), by_cluster))",
        why="without role tag only the primary ENI's subnet is valid",
        tests=_CREATION,
    ),
    Mutant(
        name="cluster_tags_apply_to_the_untagged_primary_subnet",
        rules=("R103",),
        file="rules/eligibility.py",
        old="k.choose(role_empty, of_primary, by_cluster))",
        new="k.all(by_cluster, k.choose(role_empty, of_primary, by_cluster)))",
        why="without role tag the primary's subnet is valid whatever its cluster tags",
        tests=_CREATION,
    ),
    Mutant(
        name="subnets_of_other_clusters_are_valid",
        rules=("R103",),
        file="rules/eligibility.py",
        old="""\
    by_cluster = k.no(for_other_clusters_only)
""",
        new="""\
    by_cluster = k.any(for_other_clusters_only, k.no(for_other_clusters_only))
""",
        why="tags that name other clusters only shut the node out",
        tests=_CREATION,
    ),
    Mutant(
        name="unlisted_subnets_are_valid",
        rules=("R103",),
        file="aws_layer.py",
        old="if each.listed and _valid(config, each, home)]",
        new="if _valid(config, each, home)]",
        why="only subnets of the node's zone are listed",
        tests=_CREATION,
    ),
    Mutant(
        name="unlisted_subnet_can_be_excluded",
        rules=("R14",),
        file="rules/eligibility.py",
        old="return k.all(listed, k.no(role_empty), k.any(role_zero, for_other_clusters_only))",
        new="return k.all(k.no(role_empty), k.any(role_zero, for_other_clusters_only))",
        why="a subnet that is not listed is not excluded",
        tests=_CREATION,
    ),
    Mutant(
        name="cluster_tags_exclude_a_subnet_without_role_tag",
        rules=("R14",),
        file="rules/eligibility.py",
        old="return k.all(listed, k.no(role_empty), k.any(role_zero, for_other_clusters_only))",
        new="return k.all(listed, k.any(role_zero, for_other_clusters_only))",
        why="without role tag a subnet is not excluded",
        tests=_CREATION,
    ),
    Mutant(
        name="tags_of_other_clusters_do_not_exclude",
        rules=("R14",),
        file="rules/eligibility.py",
        old="return k.all(listed, k.no(role_empty), k.any(role_zero, for_other_clusters_only))",
        new="return k.all(listed, k.no(role_empty), role_zero)",
        why="a role tag with only other clusters' tags excludes",
        tests=_CREATION,
    ),
    Mutant(
        name="subnet_with_any_role_tag_is_excluded",
        rules=("R14",),
        file="rules/eligibility.py",
        old="return k.all(listed, k.no(role_empty), k.any(role_zero, for_other_clusters_only))",
        new="return k.all(listed, k.no(role_empty))",
        why='only role "0", or other clusters\' tags, exclude',
        tests=_CREATION,
    ),
    Mutant(
        name="nameless_cluster_is_shut_out_by_cluster_tags",
        rules=("R14", "R103"),
        file="rules/eligibility.py",
        old="return k.all(cluster_named, has_cluster_tags, k.no(has_own_tag))",
        new="return k.all(has_cluster_tags, k.no(has_own_tag))",
        why="without CLUSTER_NAME the cluster tags mean nothing",
        tests=_CREATION,
    ),
    Mutant(
        name="subnet_without_cluster_tags_is_for_others",
        rules=("R14", "R103"),
        file="rules/eligibility.py",
        old="return k.all(cluster_named, has_cluster_tags, k.no(has_own_tag))",
        new="return k.all(cluster_named, k.no(has_own_tag))",
        why="a subnet without cluster tags is for everybody",
        tests=_CREATION,
    ),
    Mutant(
        name="own_cluster_tag_must_be_the_only_one",
        rules=("R14", "R103"),
        file="rules/eligibility.py",
        old="return k.all(cluster_named, has_cluster_tags, k.no(has_own_tag))",
        new="return k.all(cluster_named, has_cluster_tags)",
        why="one own tag among others is enough",
        tests=_CREATION,
    ),
    Mutant(
        name="fallback_needs_no_second_look_at_the_subnets",
        rules=("R104",),
        file="aws_layer.py",
        old="""\
        if again is not None:
            return Failed(again.code), ec2
""",
        new="""\
        if again is not None:
            return (home,), ec2
""",
        why="the fallback to the primary's subnet needs a second, successful DescribeSubnets",
        tests=_CREATION,
    ),
    Mutant(
        name="failing_look_at_the_subnets_is_final",
        rules=("R104",),
        file="aws_layer.py",
        old="""\
    if config.settings.subnet_discovery:
        again, ec2 = take_fault""",
        new="""\
    if config.settings.subnet_discovery and fault is not None:
        return Failed(fault.code), ec2
    if config.settings.subnet_discovery:
        again, ec2 = take_fault""",
        why="one failure falls back to the primary's subnet",
        tests=_CREATION,
    ),
    Mutant(
        name="fallback_uses_an_excluded_subnet",
        rules=("R104", "R105"),
        file="aws_layer.py",
        old="    if is_subnet_excluded(ec2, home.id, config.settings.cluster_name):",
        new="    if not home.id:",
        why="no ENI in the primary's subnet if that is excluded",
        tests=_CREATION,
    ),
    Mutant(
        name="failing_exclusion_test_without_discovery_is_fatal",
        rules=("R105",),
        file="aws_layer.py",
        old="""\
    elif fault is not None:
        return (home,), ec2
""",
        new="""\
    elif fault is not None:
        return Failed(fault.code), ec2
""",
        why="without discovery a failing test is ignored",
        tests=_CREATION,
    ),
    Mutant(
        name="every_subnet_is_tried_without_discovery",
        rules=("R105",),
        file="aws_layer.py",
        old="""\
    if config.settings.subnet_discovery and fault is None:
""",
        new="""\
    if fault is None:
""",
        why="without discovery the primary's subnet is used",
        tests=_CREATION,
    ),
    Mutant(
        name="device_numbers_are_not_used_again",
        rules=("R106",),
        file="aws_layer.py",
        old="device = next(number for number in range(len(used) + 1) if number not in used)",
        new="device = max(used, default=-1) + 1",
        why="the lowest free device number of the card",
        tests=_CREATION,
    ),
    Mutant(
        name="device_numbers_are_counted_over_all_cards",
        rules=("R106",),
        file="aws_layer.py",
        old="""\
    used = {each.device for each in on_card}
""",
        new="""\
    used = {each.device for each in ec2.enis}
""",
        why="device numbers are those of the card",
        tests=_CREATION,
    ),
    Mutant(
        name="eni_that_cannot_be_attached_leaks",
        rules=("R106",),
        file="aws_layer.py",
        old="""\
        _, ec2 = delete(ec2, eni)
        return Failed(code), ec2
""",
        new="""\
        return Failed(code), ec2
""",
        why="a failed attachment deletes the fresh ENI",
        tests=_CREATION,
    ),
    Mutant(
        name="failing_delete_on_termination_is_reported",
        rules=("R106",),
        file="aws_layer.py",
        old='return (freed if isinstance(freed, Failed) else ""), ec2',
        new="return (freed if isinstance(freed, Failed) else Failed(fault.code)), ec2",
        why="the clean-up's success replaces the error: success with an empty id",
        tests=_CREATION,
    ),
    Mutant(
        name="eni_that_cannot_be_marked_stays",
        rules=("R106",),
        file="aws_layer.py",
        old="""\
    if fault is None:
        return eni_id, ec2
    freed, ec2""",
        new="""\
    if fault is None or eni_id:
        return eni_id, ec2
    freed, ec2""",
        why="an ENI that cannot be marked for deletion with the instance is freed",
        tests=_CREATION,
    ),
    Mutant(
        name="one_of_several_prefixes_is_enough",
        rules=("R109",),
        file="rules/eligibility.py",
        old="partial = k.choose(prefixes, k.ge(shown, 2), k.ge(shown, 1))",
        new="partial = k.ge(shown, 1)",
        why="in the end at least two prefixes are needed",
        tests=_CREATION,
    ),
    Mutant(
        name="some_addresses_are_not_enough",
        rules=("R109",),
        file="rules/eligibility.py",
        old="return k.any(k.ge(shown, wanted), partial)",
        new="return k.ge(shown, wanted)",
        why="in the end one secondary address, or two prefixes, are enough",
        tests=_CREATION,
    ),
    Mutant(
        name="single_prefix_asked_for_is_not_enough",
        rules=("R109",),
        file="rules/eligibility.py",
        old="return k.any(k.ge(shown, wanted), partial)",
        new="return partial",
        why="what was asked for is enough, also if that is one prefix",
        tests=_CREATION,
    ),
    Mutant(
        name="wait_is_for_more_than_an_eni_holds",
        rules=("R109",),
        file="aws_layer.py",
        old="""\
    wanted = min(request.count, ec2.limits.ipv4_per_eni - 1)
""",
        new="""\
    wanted = request.count + 1
""",
        why="the wait ends once what was asked for is shown",
        tests=_CREATION,
    ),
)
