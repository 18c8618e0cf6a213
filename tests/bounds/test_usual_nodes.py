"""What docs/bound.md says of the limits that instance types have, with settings that are usual."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from ipam_model.bounds import Level, Question, bounds_of_grid, nodes_of
from ipam_model.bounds.index import KNOWN
from ipam_model.limits import Catalogue

PREFIXES = {"ENABLE_PREFIX_DELEGATION": "true"}
SETTINGS: tuple[Mapping[str, str], ...] = (
    {},
    {"WARM_IP_TARGET": "5"},
    PREFIXES,
    {**PREFIXES, "WARM_IP_TARGET": "5"},
    {**PREFIXES, "WARM_PREFIX_TARGET": "4"},
)
PAGE = Path(__file__).parents[2] / "docs" / "bound.md"


def test_every_value_is_exact_in_the_counting_model() -> None:
    """A type that can have prefixes, if one with the limits can."""
    known = [Catalogue.bundled().get(each) for each in Catalogue.bundled()]
    known.sort(key=lambda each: each.hypervisor != "nitro" and not each.bare_metal)
    limits = {(each.max_enis, each.ipv4_per_eni): each for each in reversed(known)}.values()
    nodes = [node for most in (None, 110) for node in nodes_of(limits, SETTINGS, max_pods=most)]
    names = [each.name for each in KNOWN.values() if not each.timed]
    like = Question(quantity=names[0], node=nodes[0], level=Level.COUNTING)
    found = Counter(each.status.value for each in bounds_of_grid(names, nodes, like=like))
    assert found == {"exact": 3_680}
    told = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert (len(limits), len(names)) == (46, 8)
    assert "all 46 different limits" in told
    assert "all 3,680 values of the eight quantities without time are exact" in told
