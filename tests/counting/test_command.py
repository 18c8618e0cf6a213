"""`explore --model counting`: what it prints, refuses and returns."""

import json
import sys
from collections.abc import Callable

import pytest

pytest.importorskip("numba", reason="numba, which the extra `fast` installs, is absent")

from ipam_model.cli.exit_codes import BAD_INPUT
from ipam_model.cli.main import main

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def explore(*words: str) -> tuple[int, str]:
        code = main(["explore", "--model", "counting", *words])
        return code, capsys.readouterr().out

    return explore


M5_LARGE = ("--instance-type", "m5.large", "--set", "WARM_IP_TARGET=1")


def test_a_node_of_real_size_is_exhausted(run: Run) -> None:
    code, text = run(*M5_LARGE, "--pods", "27", "--ignore-max-pods")
    assert code == 0
    assert "exhausted: 87778 states, 654358 transitions, depth 80" in text
    assert "most addresses reserved: 30, after" in text
    assert "\n  1-26 pods: 5-30, one more for each pod\n" in text
    assert "warm target met at rest where ENIs have room: yes\n" in text


def test_json_says_the_same(run: Run) -> None:
    code, text = run(*M5_LARGE, "--pods", "27", "--ignore-max-pods", "--json")
    found = json.loads(text)
    assert code == 0
    assert (found["states"], found["exhaustive"]) == (87_778, True)
    assert (found["most_reserved"]["value"], found["most_reserved"]["status"]) == (30, "exact")
    assert found["most_reserved"]["steps"][-1]["state"] == found["most_reserved"]["state"]
    assert found["at_rest"][2]["value"] == 6
    assert found["stranded"] is None


def test_max_pods_strand_the_target(run: Run) -> None:
    code, text = run("--limits", "2,4", "--set", "WARM_IP_TARGET=2", "--max-pods", "4")
    assert code == 0
    assert "max pods 4 stop growth (R79)" in text
    assert "warm target NOT met at rest although ENIs have room, after" in text


def test_a_budget_ends_inconclusively(run: Run) -> None:
    code, text = run(*M5_LARGE, "--states", "1000")
    assert code == 3
    assert "NOT exhausted, the budget of states ended it" in text
    assert "most addresses reserved: at least" in text
    assert "as far as was seen" in text
    code, text = run(*M5_LARGE, "--states", "1000", "--json")
    assert (code, json.loads(text)["most_reserved"]["status"]) == (3, "lower")


@pytest.mark.parametrize("raw", [(), ("--raw",)])
def test_both_explorers_print_the_same(run: Run, raw: tuple[str, ...]) -> None:
    words = ("--limits", "3,4", "--set", "WARM_IP_TARGET=1", "--pods", "9", *raw)
    texts = [run(*words, *more)[1].splitlines() for more in ((), ("--plain",))]
    numbers = [line for line in texts[0] if "reserved:" not in line and "exhausted" not in line]
    assert numbers == [
        line for line in texts[1] if "reserved:" not in line and "exhausted" not in line
    ]
    counts = [[line for line in text if "exhausted" in line] for text in texts]
    assert counts[0][0].rpartition(",")[0] == counts[1][0].rpartition(",")[0]


def test_prefixes_are_shown_as_such(run: Run) -> None:
    words = ("--limits", "2,2", "--set", "ENABLE_PREFIX_DELEGATION=true", "--pods", "3")
    code, text = run(*words, "--ignore-max-pods")
    assert code == 0
    assert "most addresses reserved: 34, after" in text
    assert "1 prefix, pods in each: " in text


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((*M5_LARGE, "--faults", "1"), "--faults is for"),
        ((*M5_LARGE, "--restarts", "0"), "--restarts is for"),
        ((*M5_LARGE, "--histories"), "--histories is for"),
        ((*M5_LARGE, "--beyond-limits"), "--beyond-limits is for"),
        ((*M5_LARGE, "--coverage"), "--coverage is for"),
        (("--scope", "two-enis"), "--scope is for"),
        ((), "--limits"),
        (("--instance-type", "m5.large", "--instance-type", "m5.xlarge"), "takes one node"),
        ((*M5_LARGE, "--subnet-free", "20"), "run out of addresses"),
        ((*M5_LARGE, "--version", "v1.7"), "another version"),
        (
            (*M5_LARGE, "--set", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG=true"),
            "custom networking",
        ),
        (("--limits", "15,50", "--set", "WARM_IP_TARGET=1"), "too many"),
        (("--limits", "2,300", "--set", "WARM_IP_TARGET=1"), "the plain explorer (--plain)"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(
    words: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", "--model", "counting", *words]) == BAD_INPUT
    told = capsys.readouterr().err
    assert complaint in told
    assert told.count("\n") == 1


def test_without_the_extra_the_command_names_it_and_the_plain_explorer(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "ipam_model.counting.fast", raising=False)
    monkeypatch.delattr("ipam_model.counting.fast", raising=False)
    words = ("--limits", "2,3", "--set", "WARM_IP_TARGET=1", "--pods", "3")
    assert main(["explore", "--model", "counting", *words]) == BAD_INPUT
    told = capsys.readouterr().err
    assert "numba is not installed; it comes with the extra `fast`" in told
    assert "--plain needs none" in told
    assert told.count("\n") == 1
    code, text = run(*words, "--plain")
    assert code == 0
    assert "\nexhausted: " in text


@pytest.mark.parametrize("option", ["--raw", "--plain", "--ignore-max-pods"])
def test_the_reference_model_refuses_what_is_for_the_other(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", option]) == BAD_INPUT
    told = capsys.readouterr().err
    assert f"{option} is for --model counting" in told
    assert told.count("\n") == 1
