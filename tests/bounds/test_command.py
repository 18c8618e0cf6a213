"""`ipam-model bound`."""

import json
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from ipam_model.bounds.answer import Basis, Bound, Proof, Question, answer
from ipam_model.bounds.index import KNOWN
from ipam_model.bounds.registry import Quantity
from ipam_model.cli.bound_limit import AtMost, at_most
from ipam_model.cli.bound_text import amount
from ipam_model.cli.main import main

M5 = ("--instance-type", "m5.large")
WARM = ("--set", "WARM_IP_TARGET=1")


def test_text_names_what_proves_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "reserved", *M5, "--instance-type", "m3.2xlarge", *WARM]) == 0
    first, second, *rest = capsys.readouterr().out.splitlines()
    assert first.split()[0] == "m5.large"
    assert "reserved 30 addresses" in first
    assert "exact" in first
    assert "warm_ip_reserved_within_bound" in first
    assert "reserved 120 addresses" in second
    assert "assumed:" in rest
    assert "  - no EC2 call fails" in rest
    assert "max pods 29" in first
    assert any("nobody gave: ENIs × (addresses − 1) + 2" in line for line in rest)


def test_remarks_are_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """As of every command (docs/configurations.md): they are not lost in a pipe, nor in its way."""
    options = ("bound", "reserved", "--limits", "3,10", "--set", "WARM_IP_TARGET=x", "--counting")
    assert main(options) == 0
    answer = capsys.readouterr()
    assert answer.err.startswith("--set: coerced: WARM_IP_TARGET is 'x'")
    assert "coerced" not in answer.out
    assert main((*options, "--json")) == 0
    answer = capsys.readouterr()
    assert not answer.err
    assert '"severity": "coerced"' in answer.out


def test_json_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "reserved", *M5, *WARM, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"quantity", "value", "status", "lower", "upper", "proof", "witness"} <= found.keys()
    assert (found["value"], found["status"]) == (30, "exact")
    assert found["proof"]["basis"] == "theorem"
    assert found["proof"]["verdict"].startswith("proved, modulo induction")
    assert "scenario" not in found["witness"]


def test_several_nodes_are_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "enis", *M5, "--instance-type", "t3.micro", "--json"]) == 0
    bounds = json.loads(capsys.readouterr().out)["bounds"]
    assert [each["value"] for each in bounds] == [3, 2]


def test_scenario_is_written_and_replays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "worst.json"
    question = ["bound", "reserved-after-churn", *M5, *WARM, "--pods-now", "2"]
    assert main([*question, "--scenario", str(file)]) == 0
    assert "reserved-after-churn 6 addresses" in capsys.readouterr().out
    assert main(["replay", str(file), "--json"]) == 0
    assert '"reserved": 6' in capsys.readouterr().out
    text = file.read_text(encoding="utf-8")
    assert text.count('"reserved": 6') == 1, "its last event says what it leads to"
    file.write_text(text.replace('"reserved": 6', '"reserved": 5'), encoding="utf-8")
    assert main(["replay", str(file)]) == 1


def test_witness_goes_into_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "owned", *M5, "--json", "--witness"]) == 0
    scenario = json.loads(capsys.readouterr().out)["witness"]["scenario"]
    assert scenario["events"][0]["kind"] == "start"


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ((), 10),
        (("--cordoned",), 30),
        (("--cordoned", "--set", "AWS_MANAGE_ENIS_NON_SCHEDULABLE=true"), 10),
        (("--cordoned", *WARM), 4),
        (WARM, 3),
    ],
)
def test_floor_of_a_drained_node(
    options: tuple[str, ...], value: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bound", "floor", *M5, *options, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["value"], found["status"]) == (value, "exact")


def test_faults_are_a_term_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "reserved", *M5, "--faults", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "upper"
    assert found["parts"] == {"attached": 30, "leaked": 20, "without faults": 30}
    assert found["value"] == 50
    assert found["lower"] == 30


def test_finite_subnet_is_a_bound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "reserved", *M5, *WARM, "--subnet-free", "13", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["value"], found["status"]) == (13, "exact")
    assert found["proof"]["basis"] == "limits"


def test_other_versions_have_no_theorem(capsys: pytest.CaptureFixture[str]) -> None:
    question = ["bound", "reserved", *M5, *WARM, "--pods", "4", "--version", "v1.7", "--json"]
    assert main(question) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["status"], found["upper"]) == ("upper", 30)
    assert found["lower"] < 30
    assert any("v1.7" in each for each in found["assumptions"])


def test_all_cards_count_where_all_are_managed(capsys: pytest.CaptureFixture[str]) -> None:
    question = ["bound", "reserved", "--instance-type", "p4d.24xlarge", "--pods", "5", "--json"]
    assert main(question) == 0
    one = json.loads(capsys.readouterr().out)
    assert main([*question, "--set", "ENABLE_MULTI_NIC=true"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "upper"
    assert found["upper"] > one["upper"]
    assert found["lower"] > one["lower"], "idle cards have addresses, too"
    assert any("several cards" in each for each in found["assumptions"])


def test_max_pods_are_passed_by_less_than_an_eni(capsys: pytest.CaptureFixture[str]) -> None:
    question = ["bound", "overshoot", *M5, "--set", "WARM_IP_TARGET=5", "--max-pods", "12"]
    assert main([*question, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["value"], found["status"]) == (4, "exact")


@pytest.mark.parametrize(
    ("at_most", "code", "said"),
    [
        (30, 0, ""),
        (29, 1, "ipam-model: m5.large: reserved reaches 30 addresses, above 29 addresses\n"),
    ],
)
def test_a_merge_check_compares_with_what_is_reached(
    at_most: int, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bound", "reserved", *M5, "--counting", "--at-most", str(at_most)]) == code
    assert capsys.readouterr().err == said


def test_a_merge_check_does_not_accept_an_upper_bound_above(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def proved_up_to_40(question: Question) -> Bound:
        proof = Proof(basis=Basis.DEFINITION, name="forty")
        return answer(question, unit="", proof=proof, upper=40, witness=None)

    monkeypatch.setitem(
        KNOWN, "reserved", Quantity(name="reserved", unit="", meaning="", answer=proved_up_to_40)
    )
    assert main(["bound", "reserved", *M5, "--at-most", "39"]) == 3
    assert main(["bound", "reserved", *M5, "--at-most", "40"]) == 0


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bound", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(KNOWN)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reservd", *M5), "no quantity is called 'reservd'; did you mean reserved"),
        ((*M5,), "say which quantity; there are: reserved,"),
        (("reserved",), "no instance: give --instance-type"),
        (("reserved", "--limits", "0,10"), "limits"),
        (("reserved", "--limits", "12345678901234567890,10"), "ENIs are from 1 to 10000"),
        (("reserved", "--limits", "3,99999999999"), "addresses per ENI from 2 to 10000"),
        (("reserved", *M5, "--subnet-free", "0"), "subnet"),
        (("reserved", *M5, "--pods", "2", "--pods-now", "3"), "pods now are 3; they must be from"),
        (("reserved-after-churn", *M5, "--pods-now", "99"), "99 pods now do not fit"),
        (
            ("owned", *M5, "--faults", "1"),
            "with failed calls only `reserved` and `leaks` have a bound",
        ),
        (("owned", *M5, "--cordoned"), "(--cordoned) goes with the quantity `floor` only"),
        (("owned", *M5, "--counting", "--witness"), "leave out --counting"),
        (("owned", *M5, "--witness"), "--witness goes with --json"),
        (("reserved", *M5, "--pods-now", "1"), "reserved does not depend on the pods now"),
        (("floor", *M5, "--pods-now", "1"), "floor does not depend on the pods now"),
        (("reserved", *M5, "--at-most", "130s"), "reserved is no time but a number of addresses"),
        (("shortfall", *M5, "--pods-now", "1"), "leave out --pods-now"),
        (("reserved", *M5, "--set", "ENABLE_IPv6=true"), "m5.large"),
        (
            ("reserved", *M5, "--instance-type", "t3.nano", "--scenario", "x.json"),
            "--scenario writes one witness, and there are 2 nodes",
        ),
    ],
)
def test_bad_input_is_one_clear_line(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bound", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1


def test_no_certificate_above_is_inconclusive(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unproved(question: Question) -> Bound:
        return answer(question, unit="ticks", proof=None, upper=None, witness=None)

    monkeypatch.setitem(
        KNOWN, "reserved", Quantity(name="reserved", unit="", meaning="", answer=unproved)
    )
    assert main(["bound", "reserved", *M5]) == 3
    shown = capsys.readouterr().out
    assert "unknown" in shown
    assert "no upper bound is known" in shown


def test_whoever_cannot_write_does_not_search_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipam_model.cli.bound.ask", lambda _: pytest.fail("it searched"))
    file = tmp_path / "not there" / "worst.json"
    assert main(["bound", "reserved", *M5, "--scenario", str(file)]) == 2
    assert "worst.json: there is no folder" in capsys.readouterr().err


def test_no_empty_file_is_left_where_there_is_no_witness(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "worst.json"
    question = ["bound", "reserved", "--limits", "500,50", *WARM, "--seconds", "1"]
    assert main([*question, "--scenario", str(file)]) == 2
    assert "no witness to write; its replay was ended after 1 s" in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize(
    ("text", "value", "is_time"),
    [
        ("60", 60, False),
        ("3670000", 3_670_000, False),
        ("130s", 130_000, True),
        ("1.001 s", 1001, True),
        ("130000ms", 130_000, True),
    ],
)
def test_a_limit_is_a_number_or_a_time(text: str, value: int, *, is_time: bool) -> None:
    assert at_most(text) == AtMost(value, is_time=is_time)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1.5ms", "2m", "1e3", "٣", "1000000001"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is not a whole number from 0 to 1000000000"):
        at_most(text)


def test_a_time_above_its_limit_has_its_unit(capsys: pytest.CaptureFixture[str]) -> None:
    question = ["bound", "time-to-serve", *M5, "--set", "WARM_IP_TARGET=5"]
    assert main([*question, "--at-most", "20s"]) == 1
    assert capsys.readouterr().err.endswith(" s, above 20 s\n")


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1, "addresses", "1 address"),
        (2, "addresses", "2 addresses"),
        (1, "ticks", "1 tick"),
        (0, "ENIs", "0 ENIs"),
        (1000, "ms", "1 s"),
    ],
)
def test_amounts_agree_with_their_nouns(value: int, unit: str, said: str) -> None:
    assert amount(value, unit) == said
