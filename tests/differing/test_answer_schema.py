"""What `diff --json` prints is what its schema says, and nothing else is."""

from pathlib import Path

import pytest

from ipam_model.differing.observation import ASPECTS
from ipam_model.differing.search import Status
from ipam_model.explore.scope import MOST_PODS
from tests.answer_schemas import Json, accepted_damage, answered, definition, options, problems

Capture = pytest.CaptureFixture[str]
V1_7 = ("--left-version", "v1.7")
WARM = ("--right-set", "WARM_IP_TARGET=1")

STATUSES: dict[Status, tuple[str, ...]] = {
    Status.DIFFERENT: ("--right-set", "MAX_ENI=1"),
    Status.EQUIVALENT: (*V1_7, "--limits", "1,2", "--pods", "1", "--any-depth"),
    Status.EQUIVALENT_TO_DEPTH: (*V1_7, "--depth", "3"),
    Status.UNKNOWN: (*V1_7, "--states", "20"),
}
COMPARED: dict[str, tuple[str, ...]] = {
    "the start differs": ("--right-set", "ENABLE_PREFIX_DELEGATION=true"),
    "not even the start was compared": (*V1_7, "--states", "1"),
    "no time": (*V1_7, "--seconds", "0.001"),
    "both can agree": ("--left-version", "article-2021"),
    "quirks, and all that can be watched": (
        *("--right-no-quirk", "cooling_released", "--set", "WARM_IP_TARGET=1"),
        *("--compare-too", "calls", "--compare-too", "owned"),
    ),
    "other waits": ("--left-set", "IP_COOLDOWN_PERIOD=31", "--limits", "1,2", "--pods", "1"),
    "all that may happen": (
        *(*V1_7, "--depth", "2", "--restarts", "1", "--cordons", "1", "--faults", "1"),
        *("--others", "detach", "--others", "switch-mode", "--most-others", "2"),
    ),
    "failing calls": ("--faults", "1", "--limits", "3,3", "--right-set", "WARM_ENI_TARGET=2"),
    "an assumption": ("--set", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG=true", *WARM),
    "one daemon exits": ("--limits", "2,2", "--subnet-free", "1", *V1_7),
    "several cards": ("--instance-type", "p4d.24xlarge", "--set", "ENABLE_MULTI_NIC=true", *WARM),
    "no events": ("--left-max-pods", "2", "--depth", "0"),
    "no pods": ("--pods", "0", *WARM),
    "remarks": ("--left-set", "MAX_ENI=x", "--depth", "2"),
}


@pytest.mark.parametrize("status", Status)
def test_every_status_and_nothing_that_is_damaged(status: Status, capsys: Capture) -> None:
    answer = answered(capsys, "diff", *STATUSES[status])
    assert answer["status"] == status.name.lower()
    assert accepted_damage("diff", answer, "error") == []


@pytest.mark.parametrize("name", COMPARED)
def test_many_comparisons(name: str, capsys: Capture) -> None:
    answered(capsys, "diff", *COMPARED[name])


def test_calls_that_fail_have_their_code(capsys: Capture) -> None:
    answer = answered(capsys, "diff", *COMPARED["one daemon exits"])
    rows = answer["difference"]["left"]["rows"]
    assert rows[-1]["reply"] == {"ok": False, "error": rows[-1]["reply"]["error"]}
    failed = [call for call in rows[-1]["calls"] if "error" in call]
    assert failed
    failed[0]["error"] = ""
    assert problems("diff", answer)


def test_files(capsys: Capture, tmp_path: Path) -> None:
    given = (*STATUSES[Status.DIFFERENT], "--scenario", tmp_path)
    difference = answered(capsys, "diff", *given)["difference"]
    assert [Path(file).name for file in difference["files"]] == ["left.json", "right.json"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "equal"}, "'equal' is not one of"),
        ({"status": "equivalent"}, "is not of type 'null'"),
        ({"status": "unknown"}, "None is not of type 'string'"),
        ({"cut": "states"}, "'states' is not of type 'null'"),
        ({"depth": -1}, "-1 is less than the minimum"),
        ({"seconds": "0.1"}, "'0.1' is not of type 'number'"),
        ({"difference": None}, "None is not of type 'object'"),
    ],
)
def test_what_is_wrong_is_refused(changes: Json, said: str, capsys: Capture) -> None:
    answer = answered(capsys, "diff", *STATUSES[Status.DIFFERENT])
    found = problems("diff", {**answer, **changes})
    assert any(said in each for each in found), found


@pytest.mark.parametrize(
    "changes",
    [
        {"differ": []},
        {"differ": ["clocks"]},
        {"events": []},
        {"files": ["left.json", "right.json", "both.json"]},
        {"left": {"rows": []}},
    ],
)
def test_a_difference_is_whole(changes: Json, capsys: Capture) -> None:
    answer = answered(capsys, "diff", *STATUSES[Status.DIFFERENT])
    assert problems("diff", {**answer, "difference": {**answer["difference"], **changes}})


def test_an_equivalence_has_a_depth(capsys: Capture) -> None:
    answer = answered(capsys, "diff", *STATUSES[Status.EQUIVALENT])
    assert problems("diff", {**answer, "depth": None})


# -- schema and code -------------------------------------------------------------------------------


def test_words_and_numbers_are_those_of_the_code() -> None:
    assert options("diff", "", "status") == [each.name.lower() for each in Status]
    assert options("diff", "aspect") == list(ASPECTS)
    assert definition("diff", "scope")["properties"]["pods"]["maximum"] == MOST_PODS
