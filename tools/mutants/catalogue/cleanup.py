"""Mutants of what follows a delete (R127, R25)."""

from typing import Final

from tools.mutants.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        name="emptied_prefix_stays_in_secondary_address_mode",
        rules=("R127",),
        file="daemon/pods.py",
        old="""\
    other_kind = cidr is not None and not store.relevant(cidr)
""",
        new="""\
    other_kind = cidr is not None and not store.relevant(cidr) and store.prefix_mode
""",
        why="(a) in secondary-address mode unused prefixes are released after a delete",
    ),
    Mutant(
        name="delete_of_a_single_address_releases_prefixes_too",
        rules=("R127",),
        file="daemon/pods.py",
        old="""\
    other_kind = cidr is not None and not store.relevant(cidr)
""",
        new="""\
    other_kind = cidr is not None and not store.prefix_mode
""",
        why="(a) only if the freed address lay in a prefix",
    ),
    Mutant(
        name="single_address_is_released_in_prefix_mode",
        rules=("R127",),
        file="daemon/pods.py",
        old="""\
not config.quirk(Quirk.SINGLE_ADDRESS_LEFT)):
""",
        new="""\
config.quirk(Quirk.SINGLE_ADDRESS_LEFT)):
""",
        why="(b) in prefix mode the /32 of a deleted pod stays",
    ),
    Mutant(
        name="emptied_cidr_of_an_excluded_eni_stays",
        rules=("R127", "R25"),
        file="daemon/pods.py",
        old="""\
    if eni.excluded and cidr is not None and not cidr.in_use():
""",
        new="""\
    if eni.excluded and cidr is not None and cidr.in_use():
""",
        why="(c) an excluded ENI's emptied CIDR leaves the store",
    ),
    Mutant(
        name="emptied_cidr_of_any_eni_is_dropped",
        rules=("R127",),
        file="daemon/cleanup.py",
        old="""\
    if eni is None or not eni.excluded:
        return None
""",
        new="""\
    if eni is None:
        return None
""",
        why="(c) only if the ENI is still excluded",
        tests=("tests/rules",),
    ),
    Mutant(
        name="emptied_cidr_is_dropped_at_once",
        rules=("R127",),
        file="rules/timing.py",
        old="EXCLUDED_CIDR_DELAY: Final = 5 * SECOND",
        new="EXCLUDED_CIDR_DELAY: Final = 0 * SECOND",
        why="(c) 5 s later",
    ),
    Mutant(
        name="cidr_used_again_is_dropped",
        rules=("R127",),
        file="daemon/cleanup.py",
        old="""\
    return cidr if cidr is not None and not cidr.in_use() else None
""",
        new="""\
    return cidr
""",
        why="(c) only if it is still empty",
        tests=("tests/rules",),
    ),
    Mutant(
        name="cooling_prefix_stays_after_a_delete",
        rules=("R127", "R64"),
        file="daemon/cleanup.py",
        old="return tuple(cidr for cidr in eni.unused() if cidr.is_prefix == prefixes)",
        new="""\
return tuple(
        c for c in eni.unused() if c.is_prefix == prefixes and not c.records
    )""",
        why="cooling plays no role in clean-ups",
    ),
)
