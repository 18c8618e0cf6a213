"""The command: what it prints, how it fails, and that no search cut short looks exhaustive."""

import json
import re
from pathlib import Path

import pytest

from ipam_model.cli.exit_codes import ACCEPTED, BAD_INPUT, INCONCLUSIVE, REJECTED
from ipam_model.cli.main import main
from ipam_model.rules import capacity

TINY = ("--limits", "2,2", "--pods", "1", "--faults", "0", "--restarts", "0")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["explore", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_scope_is_named_and_exhausted(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *TINY)
    assert code == ACCEPTED
    assert "scope: 1 pod, 0 faults, 0 restarts; the loop sleeps 61 s between two passes" in out
    assert "between two passes; EC2 enforces the limits\n" in out
    assert "exhausted: 88 states" in out
    assert "\njudged on every way: I1, " in out
    assert "(--histories: on every way): I9, " in out
    assert "not judged, being about whole runs (--histories) and quiet periods: I1-repeated" in out
    assert "settles: always" in out
    assert "violated beside these: nothing that is judged\n" in out


def test_rules_that_fired_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, *TINY, "--coverage")
    assert re.search(r"v1.23.1: \d+ of \d+ rules with code fired; not fired: ", out)
    _, out, _ = run(capsys, *TINY, "--coverage", "--json")
    rules = json.loads(out)["coverage"]["rules"]
    assert "R112" in rules["v1.23.1"]["fired"]
    assert "R138" in rules["v1.23.1"]["not_fired"]


def test_histories_and_limits_are_part_of_the_scope(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *TINY, "--histories", "--beyond-limits", "--json")
    shown = json.loads(out)
    assert code == ACCEPTED
    assert (shown["scope"]["histories"], shown["scope"]["enforce_limits"]) == (True, False)
    assert shown["coverage"]["judged_by_one_way_only"] == []
    assert "I5" not in shown["coverage"]["not_judged"]
    assert shown["states"] > 88


@pytest.mark.parametrize("budget", [("--states", "20"), ("--seconds", "0.001")])
def test_a_search_that_is_cut_short_never_reads_as_exhaustive(
    budget: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "--scope", "one-fault", *budget)
    assert code == INCONCLUSIVE
    assert "NOT exhausted" in out
    assert "settles: not known" in out
    assert "nothing that is judged, so far" in out
    code, out, _ = run(capsys, "--scope", "one-fault", *budget, "--json")
    shown = json.loads(out)
    assert code == INCONCLUSIVE
    assert shown["exhausted"] is False
    assert shown["cut"] == budget[0].removeprefix("--")
    assert shown["settles"] is None


def test_a_violation_is_saved_as_a_scenario_that_replays(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capacity, "has_room", lambda *_: True)
    given = ("--limits", "2,2", "--pods", "3", "--faults", "0", "--restarts", "0")
    code, out, _ = run(capsys, *given, "--states", "400", "--save", str(tmp_path))
    assert code == REJECTED
    files = sorted(tmp_path.iterdir())
    assert files
    assert all(str(file) in out for file in files)
    assert main(["replay", "-q", str(files[0])]) in (ACCEPTED, REJECTED)


def test_the_loop_of_warm_eni_target_0_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--limits", "2,3", "--set", "WARM_ENI_TARGET=0", "--faults", "0", "--restarts", "0")
    code, out, _ = run(capsys, *given, "--pods", "2")
    assert code == ACCEPTED
    assert "settles: not; from" in out
    assert "settles [warm-eni-target-zero]" in out
    assert "free eni-2" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--scope", "one-fault", "--limits", "2,3"), "give either --scope or a node"),
        (("--set", "WARM_IP_TARGET=1"), "give --limits 2,3"),
        (("--limits", "2,3", "--pods", "99"), "pods is 99"),
        (("--limits", "2,3", "--set", "ENABLE_POD_ENI=true"), "branch ENIs"),
        (("--instance-type", "m5.large", "--instance-type", "m5.xlarge"), "one node, not 2"),
    ],
)
def test_bad_input_is_one_line(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == BAD_INPUT
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("text", ["0", "nan", "-1", "x", "1e99"])
def test_a_time_step_is_a_time(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["explore", "--limits", "2,3", "--time-step", text])
    assert "is not a number of seconds above 0" in capsys.readouterr().err


def test_with_custom_networking_there_is_an_eni_config(capsys: pytest.CaptureFixture[str]) -> None:
    """Without one the daemon never starts, and next to nothing would be explored."""
    setting = ("--set", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG=true")
    code, out, _ = run(capsys, *TINY, *setting)
    assert code == ACCEPTED
    assert "\nassumed: the ENIConfig names the node's own subnet\n" in out
    found = json.loads(run(capsys, *TINY, *setting, "--json")[1])
    assert found["coverage"]["exercised"]["P-L3-served"] > 0
