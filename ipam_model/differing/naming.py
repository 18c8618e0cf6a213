"""What the two sides of a comparison are called: by that in which they differ."""

from collections.abc import Iterator

from ipam_model.config import ALL_QUIRKS, QUIRKS_OF, Quirk
from ipam_model.nodes import NodeSetup

MOST_NAMES = 4
"""Settings named in a label."""


def labels(left: NodeSetup, right: NodeSetup) -> tuple[str, str]:
    """Short names for two nodes, like `v1.7`, `WARM_IP_TARGET=2` or `without R139`."""
    one, other = ", ".join(_parts(left, right)), ", ".join(_parts(right, left))
    return one or left.version.value, other or right.version.value


def _parts(mine: NodeSetup, theirs: NodeSetup) -> Iterator[str]:
    if mine.version is not theirs.version:
        yield mine.version.value
    names = sorted(
        name for name in {*mine.env, *theirs.env} if mine.env.get(name) != theirs.env.get(name)
    )
    for name in names[:MOST_NAMES]:
        yield f"{name}={mine.env[name]}" if name in mine.env else f"{name} not set"
    if len(names) > MOST_NAMES:
        yield f"{len(names) - MOST_NAMES} settings more"
    had = QUIRKS_OF.get(mine.version, ALL_QUIRKS)
    yield from _quirks("with", (off(theirs) - off(mine)) & had)
    yield from _quirks("without", off(mine) - off(theirs))
    if mine.max_pods != theirs.max_pods:
        yield f"max pods {mine.max_pods}"


def off(node: NodeSetup) -> frozenset[Quirk]:
    """The quirks of the node's version that are switched off."""
    return QUIRKS_OF.get(node.version, ALL_QUIRKS) - node.quirks


def _quirks(how: str, quirks: frozenset[Quirk]) -> Iterator[str]:
    if quirks:
        yield f"{how} {', '.join(sorted(each.value for each in quirks))}"
