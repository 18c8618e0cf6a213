"""A node as its user describes it: what is said of its settings, and where they come from."""

from itertools import product
from typing import cast

import pytest
from attrs import evolve

from ipam_model.config import Version
from ipam_model.errors import InputError
from ipam_model.limits import Catalogue
from ipam_model.nodes import NodeSetup
from ipam_model.settings import INEFFECTIVE, Diagnostic, Origin, PlacedDiagnostic, Severity
from ipam_model.trunking import FAMILIES, TYPES, may_have_trunk

NITRO, XEN = "m5.large", "m4.large"
LINE = Origin("here.yaml", 7, 3)


def node(env: dict[str, str], *, instance_type: str = NITRO) -> NodeSetup:
    return NodeSetup(
        name="node",
        limits=Catalogue.bundled().get(instance_type),
        env={"ENABLE_IPv4": "true", **env},
        max_pods=10,
    )


def codes(setup: NodeSetup) -> list[str]:
    return [found.code for found in setup.diagnostics()]


@pytest.mark.parametrize(
    ("instance_type", "expected"),
    [
        (NITRO, ["warm-eni-target-in-prefix-mode", "warm-prefix-target-still-vetoes"]),
        (
            XEN,
            [
                "prefixes-on-unsupported-instance",
                "warm-prefix-target-without-prefixes",
                "warm-eni-target-overridden",
            ],
        ),
    ],
)
def test_R45_what_has_effect_depends_on_the_type(instance_type: str, expected: list[str]) -> None:
    env = {
        "ENABLE_PREFIX_DELEGATION": "true",
        "WARM_IP_TARGET": "5",
        "WARM_PREFIX_TARGET": "2",
        "WARM_ENI_TARGET": "2",
    }
    assert codes(node(env, instance_type=instance_type)) == expected


@pytest.mark.parametrize(
    ("instance_type", "kept"),
    [
        (NITRO, True),
        (XEN, False),
        ("t3.small", False),
        ("p3.2xlarge", False),
        ("p3dn.24xlarge", True),
        ("i3.large", False),
        ("i4i.large", False),
        ("i4i.xlarge", True),
    ],
)
def test_R48_a_slot_is_kept_for_a_trunk_where_the_type_may_have_one(
    instance_type: str, kept: bool
) -> None:
    setup = node({"ENABLE_POD_ENI": "true"}, instance_type=instance_type)
    assert setup.config.keeps_trunk_slot is kept
    assert evolve(setup, version=Version.V1_7).config.keeps_trunk_slot
    assert evolve(setup, trunk_compatible=True).config.keeps_trunk_slot
    assert not node({}, instance_type=instance_type).config.keeps_trunk_slot


def test_of_a_family_without_trunks_the_bare_metal_type_has_one() -> None:
    """Of i3 the catalogue lacks it; its limits may be given."""
    assert may_have_trunk("i3.metal")


def test_every_type_without_a_trunk_is_known() -> None:
    """A family or type that is misspelt has no type."""
    lacking = [each for each in Catalogue.bundled() if not may_have_trunk(each)]
    assert len(lacking) == 104
    assert {each.partition(".")[0] for each in lacking} >= FAMILIES
    assert set(lacking) >= TYPES


def test_R3_max_eni_is_compared_with_the_type() -> None:
    assert codes(node({"MAX_ENI": "3"})) == ["max-eni-without-effect"]
    assert codes(node({"MAX_ENI": "2"})) == []
    assert codes(node({"MAX_ENI": "0"})) == ["max-eni-without-effect"]


def test_remarks_are_placed() -> None:
    about = Diagnostic(
        code="x", severity=Severity.INFO, variable="A", value="", message="m", rule="R1"
    )
    setup = NodeSetup(
        name="node",
        limits=Catalogue.bundled().get(NITRO),
        env={"MAX_ENI": "x"},
        max_pods=10,
        origins={"MAX_ENI": LINE},
        origin=Origin("here.yaml", 1, 1),
        remarks=(PlacedDiagnostic(diagnostic=about, origin=None),),
    )
    first, refusal, integer = setup.placed_diagnostics()
    assert str(first) == "info: m (R1)"
    assert str(refusal).startswith("here.yaml:1: refused: neither ENABLE_IPv4 nor ENABLE_IPv6")
    assert str(integer).startswith("here.yaml:7: coerced: MAX_ENI is 'x'")
    assert setup.refusals() == (refusal,)


def test_ineffective_covers_all_that_is_ignored() -> None:
    choices = {
        "WARM_ENI_TARGET": ("2", None),
        "WARM_IP_TARGET": ("5", None),
        "WARM_PREFIX_TARGET": ("2", None),
        "ENABLE_PREFIX_DELEGATION": ("true", "false"),
        "ENABLE_IMDS_ONLY_MODE": ("true", "false"),
        "DISABLE_NETWORK_RESOURCE_PROVISIONING": ("true", None),
        "MAX_ENI": ("9", None),
        "MINIMUM_IP_TARGET": ("2", None),
    }
    seen: set[str] = set()
    ignored: set[str] = set()
    for texts in product(*choices.values()):
        env = {name: text for name, text in zip(choices, texts, strict=True) if text is not None}
        versions = [evolve(node(env), version=version) for version in Version]
        for setup in (*versions, node(env, instance_type=XEN)):
            for found in setup.diagnostics():
                seen.add(found.code)
                if found.severity is Severity.IGNORED:
                    ignored.add(found.code)
    assert ignored <= INEFFECTIVE <= seen


@pytest.mark.parametrize("odd", [2.5, "20", None])
def test_max_pods_are_whole(odd: object) -> None:
    with pytest.raises(InputError, match="is not a whole number of pods"):
        evolve(node({}), max_pods=cast(int, odd))


def test_the_name_of_a_variable_is_text() -> None:
    setup = node({cast(str, 1): "x"})
    with pytest.raises(InputError, match="1 is no name of an environment variable"):
        setup.diagnostics()
