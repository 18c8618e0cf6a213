"""May this ENI, card or subnet be used at all (R7, R8, R13, R14, R98, R103)."""

from ipam_model.arithmetic import B, I, Logic
from ipam_model.catalogue import rule


@rule(
    "R7",
    'An ENI is managed if it is the primary; else the no_manage tag decides ("true" means no, '
    "any other value yes); else the instance_id tag of this instance means yes; else "
    "MANAGE_UNTAGGED_ENI decides.",
    source="ipamd:260-290",
)
def managed(
    k: Logic[I, B],
    primary: B,
    no_manage_present: B,
    no_manage_true: B,
    tagged_own: B,
    manage_untagged: B,
) -> B:
    """Whether ipamd may use and change the ENI."""
    by_owner = k.any(tagged_own, manage_untagged)
    return k.any(primary, k.choose(no_manage_present, k.no(no_manage_true), by_owner))


@rule(
    "R8",
    "Without ENABLE_MULTI_NIC only card 0 is managed; with it every card is, empty ones too, "
    "except one that carries an EFA-only ENI and no other ENI that is managed.",
    source="ipamd:296-322",
)
def card_managed(
    k: Logic[I, B], multi_nic: B, first_card: B, has_efa_only: B, has_other_managed: B
) -> B:
    """Whether ipamd keeps a data store for a network card."""
    return k.choose(multi_nic, k.any(k.no(has_efa_only), has_other_managed), first_card)


@rule(
    "R14",
    'A subnet is excluded if it is listed for the node\'s zone and its role tag is "0", or is '
    "another non-empty value while CLUSTER_NAME is set and only other clusters' tags are present.",
    source="aws:2578-2609",
)
def subnet_excluded(
    k: Logic[I, B], listed: B, role_empty: B, role_zero: B, for_other_clusters_only: B
) -> B:
    """Whether ENIs in this subnet give no pod addresses."""
    return k.all(listed, k.no(role_empty), k.any(role_zero, for_other_clusters_only))


def for_other_clusters_only(
    k: Logic[I, B], cluster_named: B, has_cluster_tags: B, has_own_tag: B
) -> B:
    """The cluster tags shut this node out (R14, R103)."""
    return k.all(cluster_named, has_cluster_tags, k.no(has_own_tag))


@rule(
    "R103",
    "With subnet discovery a new ENI goes into the valid subnet with most free addresses, the next "
    'one on any error; valid: never role "0", without role tag only the primary ENI\'s subnet, '
    "otherwise unless the tags name other clusters only.",
    source="aws:1174-1202, aws:1260-1310",
)
def subnet_valid(
    k: Logic[I, B], role_empty: B, role_zero: B, of_primary: B, for_other_clusters_only: B
) -> B:
    """valid(s)."""
    by_cluster = k.no(for_other_clusters_only)
    return k.all(k.no(role_zero), k.choose(role_empty, of_primary, by_cluster))


@rule(
    "R50",
    "Custom networking never grows the primary ENI; pods may still use the addresses it has.",
    source="ds:1123-1126",
)
def growable(
    k: Logic[I, B], custom_networking: B, primary: B, trunk: B, excluded: B, free_slots: I
) -> B:
    """Whether an existing ENI may be extended: room, no trunk, not excluded (R98, R99)."""
    return k.all(
        k.no(k.all(custom_networking, primary)), k.no(trunk), k.no(excluded), k.gt(free_slots, 0)
    )


@rule(
    "R51",
    "On a cordoned node, unless AWS_MANAGE_ENIS_NON_SCHEDULABLE is on, and in a terminating "
    "daemon, growth and ENI deletion stop; releasing CIDRs does not.",
    source="ipamd:955-965, ipamd:850-858, ipamd:2255-2281",
)
def enis_frozen(k: Logic[I, B], terminating: B, cordoned: B, manage_anyway: B) -> B:
    """Whether growth and ENI deletion are suppressed."""
    return k.any(terminating, k.all(cordoned, k.no(manage_anyway)))


def enough_attached(k: Logic[I, B], prefixes: B, shown: I, wanted: I) -> B:
    """Whether the wait for a new ENI succeeds with so many CIDRs shown at its end (R109)."""
    partial = k.choose(prefixes, k.ge(shown, 2), k.ge(shown, 1))
    return k.any(k.ge(shown, wanted), partial)
