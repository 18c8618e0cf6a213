"""The command: what it prints, what it writes, how it refuses."""

import json
from pathlib import Path

import pytest

from ipam_model.cli.exit_codes import ACCEPTED, BAD_INPUT, INCONCLUSIVE, REJECTED
from ipam_model.cli.main import main

V1_7 = ("--left-version", "v1.7")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["diff", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_equivalent_nodes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *V1_7, "--depth", "3")
    assert (code, err) == (ACCEPTED, "")
    assert out.startswith("left:  v1.7\n       2x3: 2 ENIs × 3 addresses; v1.7; WARM_ENI_TARGET=1")
    assert "\nright: v1.23\n" in out
    assert "what may happen: 2 pods, pool updates, reconciles, waits of 61 s\n" in out
    assert "\nEQUIVALENT to depth 3: exhaustive, whatever the daemons choose; no 3 events" in out


@pytest.mark.parametrize(
    ("other", "waits"),
    [("31", "30.5 s or 61 s"), ("5", "5.5 s or 61 s"), ("200", "30.5 s or 61 s")],
)
def test_cooldowns_are_told_apart(
    other: str, waits: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """After 61 s most of them are over: with no other wait they would be equivalent."""
    given = ("--left-set", f"IP_COOLDOWN_PERIOD={other}", "--limits", "1,2", "--pods", "1")
    code, out, _ = run(capsys, *given)
    assert code == REJECTED
    assert f"waits of {waits}" in out
    assert "\nthey differ in: replies" in out
    assert run(capsys, *given, "--wait", "201")[0] == ACCEPTED


def test_with_custom_networking_there_is_an_eni_config(capsys: pytest.CaptureFixture[str]) -> None:
    """Without one neither daemon starts, and any two would be the same."""
    custom = ("--limits", "2,3", "--set", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG=true")
    code, out, _ = run(capsys, *custom, "--right-set", "WARM_IP_TARGET=1")
    assert code == REJECTED
    assert "\nassumed: the ENIConfig names the node's own subnet\n" in out
    code, out, _ = run(capsys, *custom, "--right-set", "WARM_IP_TARGET=1", "--json")
    assert json.loads(out)["assumed"] == ["the ENIConfig names the node's own subnet"]


def test_without_a_bound(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *V1_7, "--limits", "1,2", "--pods", "1", "--any-depth")
    assert code == ACCEPTED
    assert "bound: any number of events" in out
    assert "\nEQUIVALENT: exhaustive, whatever the daemons choose; no number of these events" in out


def test_nodes_that_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = tmp_path / "runs"
    code, out, _ = run(capsys, *V1_7, "--max-pods", "2", "--scenario", str(where))
    assert code == REJECTED
    assert "\nDIFFERENT after 2 events, and after no fewer of those allowed (" in out
    assert "\nthey differ in: EC2's ENIs and their addresses\n" in out
    assert "\nwhatever the daemons choose in this last event, they differ\n" in out
    rows = [line for line in out.splitlines() if "|" in line]
    assert rows[0].split("|")[0].strip() == "left: v1.7"
    assert rows[-1].startswith("2   0 s  tick ")
    assert [side.split()[-4:] for side in rows[-1].split("|")] == [
        ["2", "4", "1", "6"],
        ["1", "2", "1", "3"],
    ]
    for side, reserved in (("left", 6), ("right", 3)):
        file = where / f"{side}.json"
        assert str(file) in out
        assert main(["replay", str(file), "--json"]) in (ACCEPTED, REJECTED)
        replayed = json.loads(capsys.readouterr().out)
        assert f'"reserved": {reserved}' in json.dumps(replayed)


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--json", "--right-set", "MAX_ENI=1")
    shown = json.loads(out)
    assert code == REJECTED
    assert shown["status"] == "different"
    assert shown["left"]["label"] == "MAX_ENI not set"
    assert shown["right"]["label"] == "MAX_ENI=1"
    found = shown["difference"]
    assert found["events"] == ["start", "pod_add p1", "tick"]
    assert found["differ"] == ["enis"]
    assert (found["left_alone_can"], found["right_alone_can"]) == (True, True)
    assert found["whatever_is_chosen"]
    assert [row["reserved"] for row in found["left"]["rows"]] == [3, 3, 6]
    assert [row["reserved"] for row in found["right"]["rows"]] == [3, 3, 3]
    assert found["right"]["scenario"]["node"]["env"]["MAX_ENI"] == "1"


def test_no_depth_where_the_start_differs(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--json", "--right-set", "ENABLE_PREFIX_DELEGATION=true")
    shown = json.loads(out)
    assert (code, shown["status"]) == (REJECTED, "different")
    assert shown["difference"]["events"] == ["start"]
    assert shown["depth"] is None


def test_json_of_equivalent_nodes(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--json", *V1_7, "--depth", "2", "--others", "detach")
    shown = json.loads(out)
    assert code == ACCEPTED
    assert (shown["status"], shown["depth"], shown["difference"]) == (
        "equivalent_to_depth",
        2,
        None,
    )
    assert shown["scope"]["others"][0] == "others detach secondary ENI 1"


@pytest.mark.parametrize(("bound", "depth"), [(("--depth", "5"), 5), (("--any-depth",), None)])
def test_json_has_the_bound_beside_how_far_the_search_came(
    bound: tuple[str, ...], depth: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, "--json", "--right-set", "MAX_ENI=1", *bound)
    shown = json.loads(out)
    assert (shown["depth"], shown["scope"]["depth"]) == (1, depth)


@pytest.mark.parametrize("budget", [("--states", "20"), ("--seconds", "0.001")])
def test_a_budget_that_is_spent_first(
    budget: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, *V1_7, *budget)
    assert code == INCONCLUSIVE
    assert "\nUNKNOWN, only so m" in out
    assert "EQUIVALENT" not in out
    assert " -1 " not in out
    shown = json.loads(run(capsys, "--json", *V1_7, *budget)[1])
    assert shown["depth"] is None or shown["depth"] >= 0


def test_choices_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--left-version", "article-2021")
    assert "v1.23 can show it, article-2021 cannot, whatever it chooses; both can agree too" in out


def test_sides_are_named_by_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--left-no-quirk", "R139", "--depth", "0")
    assert out.startswith("left:  without R139\n")
    assert "right: with R139\n" in out
    _, out, _ = run(capsys, "--left-max-pods", "2", "--depth", "0")
    assert out.startswith("left:  max pods 2\n")
    assert "right: max pods 6\n" in out
    _, out, _ = run(capsys, *V1_7, "--right-no-quirk", "R24", "--depth", "0")
    assert out.startswith("left:  v1.7\n")
    assert "right: v1.23, without R24\n" in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "nothing makes the two sides differ: give e.g. --left-version v1.7"),
        (("--left-set", "FOO"), "the left side: --set is 'FOO'; it must be NAME=VALUE"),
        (("--right-no-quirk", "R1"), "the right side: --no-quirk is 'R1'; there are: "),
        ((*V1_7, "--pods", "9"), "pods is 9; a comparison has 0 to 8"),
        ((*V1_7, "--most-others", "2"), "--most-others says how often --others happen"),
        ((*V1_7, "--instance-type", "all"), "diff compares two sides of one instance, not of 1"),
        ((*V1_7, "--subnet-free", "0"), "subnet-a has no free address"),
        (
            ("--left-set", "ENABLE_IPv6=true"),
            "ENABLE_IPv6=true: the node agent does not start: ",
        ),
        (
            ("--left-version", "article-2021", "--set", "ENABLE_PREFIX_DELEGATION=true"),
            "article-2021 knows secondary addresses of one card only",
        ),
    ],
)
def test_bad_input_is_one_line(
    arguments: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (BAD_INPUT, "")
    assert complaint in err.splitlines()[-1]


def test_a_daemon_that_a_full_subnet_keeps_from_starting_violates_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """v1.7 ends with its first growth, if that fails (H5); it is no fault that had cleared."""
    given = ("--limits", "2,2", "--subnet-free", "1", "--scenario", str(tmp_path))
    code, out, _ = run(capsys, *V1_7, *given)
    assert (code, "DIFFERENT" in out) == (REJECTED, True)
    for side in ("left", "right"):
        assert main(["replay", "-q", str(tmp_path / f"{side}.json")]) == ACCEPTED


def test_a_folder_that_is_a_file_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    code, _, err = run(capsys, *V1_7, "--scenario", str(file))
    assert (code, err) == (
        BAD_INPUT,
        f"ipam-model: --scenario is {file}, which is a file; give a directory\n",
    )
