"""The catalogue is complete, and the command that shows it says what it holds."""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable

import pytest

from ipam_model.catalogue import ARTICLE, TAG, TAG_V1_7, Kind, Label, Rule, catalogue, explain
from ipam_model.cli import rules as command
from ipam_model.errors import InputError, ModelError
from tests.shared import ROOT

RULES = range(1, 197)
RULES_OF_V1_7 = range(1, 28)
RULES_OF_THE_ARTICLE = range(1, 14)
SOURCE = re.compile(r"[a-z0-9_./-]+:\d+")
IN_CODE = {Kind.FORMULA, Kind.STEP}

A_FORMULA = Rule(
    id="R136",
    kind=Kind.FORMULA,
    statement="An ENI may go " + "if nothing needs it " * 10,
    source="ds:1042-1093, cni:7, elsewhere/file.go:3",
    where=("ipam_model.errors.InputError.__init__", "ipam_model.catalogue.catalogue"),
)
A_HAZARD = Rule(
    id="R2",
    kind=Kind.HAZARD,
    statement="It hurts.",
    source="ipamd:1",
    label=Label.SUSPECTED_BUG,
    reason="follows from R136",
)
A_NOTE = Rule(id="R3", kind=Kind.OUT_OF_SCOPE, statement="Later.", source="", reason="planned")


@pytest.fixture(scope="module")
def every_rule() -> dict[str, Rule]:
    return catalogue()


def test_every_id_is_classified_once_in_numeric_order(every_rule: dict[str, Rule]) -> None:
    today = [f"R{number}" for number in RULES]
    then = [f"H{number}" for number in RULES_OF_V1_7]
    article = [f"B{number}" for number in RULES_OF_THE_ARTICLE]
    assert list(every_rule) == [*today, *then, *article]
    assert list(catalogue(TAG)) == today
    assert list(catalogue(TAG_V1_7)) == then
    assert list(catalogue(ARTICLE)) == article
    assert all(entry.id == rule_id for rule_id, entry in every_rule.items())


def test_every_rule_says_something_of_its_own(every_rule: dict[str, Rule]) -> None:
    assert not [entry.id for entry in every_rule.values() if len(entry.statement.split()) < 4]
    said = Counter(entry.statement for entry in every_rule.values())
    assert [statement for statement, times in said.items() if times > 1] == []


def test_code_rules_have_functions(every_rule: dict[str, Rule]) -> None:
    in_code = [entry for entry in every_rule.values() if entry.kind in IN_CODE]
    assert not [entry.id for entry in in_code if not entry.where]
    for entry in every_rule.values():
        for name in entry.where:
            assert callable(command.resolve(name)), f"{entry.id}: {name}"
            place = command.locate(name)
            assert (ROOT / place.file).is_file(), f"{entry.id}: {place}"
            assert place.line > 0


def test_formulas_are_written_down_in_rules_and_steps_elsewhere(
    every_rule: dict[str, Rule],
) -> None:
    stated = {
        entry.id: entry.where[0].startswith("ipam_model.rules.")
        for entry in every_rule.values()
        if entry.kind in IN_CODE
    }
    assert [i for i, here in stated.items() if here != (every_rule[i].kind is Kind.FORMULA)] == []


def test_code_rules_name_their_upstream_source(every_rule: dict[str, Rule]) -> None:
    assert not [
        entry.id
        for entry in every_rule.values()
        if entry.kind in IN_CODE and not SOURCE.match(entry.source)
    ]


def test_every_source_has_the_form_file_and_line(every_rule: dict[str, Rule]) -> None:
    form = re.compile(rf"{SOURCE.pattern}(-\d+)?(, {SOURCE.pattern}(-\d+)?)*")
    assert not [
        entry.id
        for entry in every_rule.values()
        if entry.source and not form.fullmatch(entry.source)
    ]
    assert [entry.id for entry in every_rule.values() if not entry.source] == ["R26"]


def test_every_abbreviated_source_is_known(every_rule: dict[str, Rule]) -> None:
    files = {
        place.partition(":")[0]
        for entry in every_rule.values()
        for place in command.upstream(entry.source)
    }
    assert not [file for file in files if not file.endswith((".go", ".yaml", ".md", ".txt"))]


@pytest.mark.parametrize("kind", [Kind.CONSEQUENCE, Kind.HAZARD, Kind.OUT_OF_SCOPE])
def test_what_is_no_rule_of_its_own_says_why(every_rule: dict[str, Rule], kind: Kind) -> None:
    found = [entry for entry in every_rule.values() if entry.kind is kind]
    assert found
    assert not [entry.id for entry in found if not entry.reason]


@pytest.mark.parametrize("kind", [Kind.CONSEQUENCE, Kind.HAZARD])
def test_consequences_name_other_rules_they_follow_from(
    every_rule: dict[str, Rule], kind: Kind
) -> None:
    for entry in every_rule.values():
        if entry.kind is kind:
            named = set(re.findall(r"\b[RHB]\d+", entry.reason))
            assert named, entry.id
            assert named <= set(every_rule) - {entry.id}, entry.id


def test_the_articles_rules_cite_the_article(every_rule: dict[str, Rule]) -> None:
    cited = {letter: set[str]() for letter in "RHB"}
    for entry in every_rule.values():
        cited[entry.id[0]] |= {place.partition(":")[0] for place in entry.source.split(", ")}
    assert cited["B"] == {"article"}
    assert "article" not in cited["R"] | cited["H"]


def test_no_rule_follows_from_itself(every_rule: dict[str, Rule]) -> None:
    grounds = {
        entry.id: set(re.findall(r"\b[RHB]\d+", entry.reason))
        for entry in every_rule.values()
        if entry.kind in {Kind.CONSEQUENCE, Kind.HAZARD}
    }
    while grounds:
        grounded = {rule_id for rule_id, reasons in grounds.items() if not reasons & set(grounds)}
        assert grounded, f"circular: {sorted(grounds)}"
        for rule_id in grounded:
            del grounds[rule_id]


# The command.


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run the command on a catalogue of three rules; returns what it prints."""
    entries = {entry.id: entry for entry in (A_HAZARD, A_NOTE, A_FORMULA)}
    monkeypatch.setattr(command, "catalogue", lambda: entries)
    monkeypatch.setenv("COLUMNS", "80")

    def run_command(*words: str) -> str:
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        arguments = parser.parse_args(["rules", *words])
        assert arguments.func(arguments) == 0
        return capsys.readouterr().out

    return run_command


def test_command_shows_all_rules_wrapped_to_the_terminal(run: Callable[..., str]) -> None:
    lines = run().splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["rule", "R2", "R3", "R136"]
    assert "hazard" in lines[1]
    assert "suspected-bug" in lines[1]
    assert len(lines) > 4, "the long statement is wrapped"
    assert max(map(len, lines)) <= 80


def test_command_shows_the_rules_asked_for_in_that_order(run: Callable[..., str]) -> None:
    ids = [line.split()[0] for line in run("R3", "r2", "R3", "002").splitlines()]
    assert ids == ["rule", "R3", "R2"]


def test_command_filters(run: Callable[..., str]) -> None:
    assert [line[:4].strip() for line in run("--kind", "out-of-scope").splitlines()[1:]] == ["R3"]
    assert [line[:4].strip() for line in run("--label", "suspected-bug").splitlines()[1:]] == ["R2"]
    assert len(run("--kind", "hazard", "--label", "documented").splitlines()) == 1


def test_command_shows_one_rule_in_full(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    entry = Rule(
        id="R136",
        kind=Kind.FORMULA,
        statement=A_FORMULA.statement,
        source=A_FORMULA.source,
        where=("ipam_model.catalogue.catalogue", "ipam_model.catalogue.Rule.number"),
    )
    monkeypatch.setattr(command, "catalogue", lambda: {"R136": entry})
    shown = run("R136")
    assert "pkg/ipamd/datastore/data_store.go:1042-1093 at v1.23.1" in shown
    assert "cmd/routed-eni-cni-plugin/cni.go:7 at" in shown
    assert "elsewhere/file.go:3 at" in shown
    assert "reason" not in shown
    for name in entry.where:
        found = re.search(rf"{re.escape(name)} \((ipam_model/catalogue\.py):(\d+)\)", shown)
        assert found is not None
        text = (ROOT / found[1]).read_text("utf-8").splitlines()
        function = name.rpartition(".")[2]
        near = text[int(found[2]) - 1 : int(found[2]) + 1]
        assert any(f"def {function}(" in line for line in near)


def test_command_tells_the_items_the_reason_and_who_speaks_of_a_rule(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["rules", "R136"])
    assert arguments.func(arguments) == 0
    shown = capsys.readouterr().out
    assert "7. In prefix mode, if WARM_PREFIX_TARGET is not 0:" in shown
    assert "why       Deleting an ENI cannot be undone cheaply" in shown
    assert "/blob/v1.23.1/pkg/ipamd/datastore/data_store.go#L1042-L1093\n" in shown
    assert "from it   R38, R82, R137," in shown
    assert "lint      warm-prefix-target-still-vetoes\n" in shown
    assert "expected  I3, I4, I8\n" in shown
    assert re.search(r"proved    eni_deletion_leaves_no_shortage, .* and [0-9]+ more;", shown)
    assert re.search(r"vectors   [0-9]+: ipam-model vectors list --rule R136\n", shown)


def test_a_rule_is_explained_once_and_must_be_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipam_model.catalogue._WHY", {"R999": ("because", ())})
    with pytest.raises(ModelError, match="R999"):
        catalogue()
    with pytest.raises(ModelError, match="R999 is explained twice"):
        explain("R999", "again")


def test_command_prints_json(run: Callable[..., str]) -> None:
    document = json.loads(run("R2", "--json"))
    assert document == {
        "rules": [
            {
                "id": "R2",
                "kind": "hazard",
                "label": "suspected-bug",
                "statement": "It hurts.",
                "reason": "follows from R136",
                "items": [],
                "why": "",
                "where": [],
                "source": ["pkg/ipamd/ipamd.go:1"],
                "upstream": "v1.23.1",
            }
        ],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("R4", "no rule 'R4': Rules are R2 to R136."),
        ("R0", "no rule 'R0': Rules are R2 to R136."),
        ("R136b", "no rule 'R136b': did you mean R136? Rules are R2 to R136."),
        ("S136", "no rule 'S136': did you mean R136? Rules are R2 to R136."),
        ("R2\n", r"no rule 'R2\n': did you mean R2? Rules are R2 to R136."),
        ("", "no rule '': Rules are R2 to R136."),
        ("x" * 50, f"no rule '{'x' * 40}': Rules are R2 to R136."),
    ],
)
def test_unknown_ids_are_the_callers_fault(
    run: Callable[..., str], text: str, message: str
) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        run(text)


@pytest.mark.parametrize(
    "name",
    [
        "nowhere.at.all",
        "ipam_model.catalogue.nothing",
        "ipam_model.catalogue.Rule.nothing.more",
        "ipam_model.catalogue.TAG",
    ],
)
def test_names_without_function_are_our_fault(name: str) -> None:
    with pytest.raises(ModelError, match=re.escape(name)):
        command.resolve(name)


def test_only_functions_have_a_line() -> None:
    with pytest.raises(ModelError, match=r"catalogue\.Kind is not a function"):
        command.locate("ipam_model.catalogue.Kind")
