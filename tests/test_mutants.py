"""Every rule has mutants that apply and are killed; a sample of them is really hunted here.

`make mutants` hunts all of them. Here it is the recordings that kill, which need no shared traces.
"""

import ast
import re
from collections import Counter
from typing import Final

import pytest

from tests.shared import find_shared
from tools.mutants import scenarios, table
from tools.mutants.catalogue import MUTANTS, WITHOUT, by_name
from tools.mutants.hunt import by_recordings, hunt
from tools.mutants.killers import RECORDING, TEST, TRACE, Kill, all_tests, named_after
from tools.mutants.mutant import ROOT, DoesNotApplyError, Mutant
from tools.mutants.workspace import REFERENCE

SAMPLE: Final = {
    "lost_update_while_addresses_are_assigned": "discovery-1",
    "lost_update_while_an_eni_is_created": "changes-1",
    "lost_update_while_addresses_are_released": "changes-1",
    "lost_update_while_an_eni_is_freed": "changes-1",
    "lost_update_while_enis_are_described": "changes-1",
    "one_eni_too_many": "max_eni-1",
    "surplus_ignores_the_minimum": "warm_ip_minimum-1",
    "cooldown_ends_at_the_very_instant": "warm_eni-1",
    "release_after_exactly_30_s": "shortage-1",
    "reconcile_after_exactly_60_s": "warm_eni-1",
    "vanished_pods_are_recovered": "warm_eni-1",
    "forced_removal_counts_once": "faults_discovery-1",
    "cordoned_node_grows": "warm_ip-1",
    "other_mode_is_not_cleaned_up": "faults_prefixes-1",
}
"""Mutants that are hunted, and the simulation in which each gives itself away."""

A_MUTANT: Final = Mutant(
    name="something_is_wrong", rules=("R3",), file="errors.py", old="a = b", new="b = a", why="it"
)


# -- the registry --------------------------------------------------------------------------------


def test_every_formula_and_step_has_a_mutant_or_a_reason_why_not() -> None:
    broken = {rule for mutant in MUTANTS for rule in mutant.rules}
    needed = set(table.rules_in_code())
    assert len(needed) > 100
    assert needed - broken == set(WITHOUT)
    assert broken - needed == set()
    assert all(WITHOUT.values())


def test_names_are_sentences_and_unique() -> None:
    assert [name for name, times in Counter(m.name for m in MUTANTS).items() if times > 1] == []
    assert [m.name for m in MUTANTS if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+){2,}", m.name)] == []
    assert [m.name for m in MUTANTS if len(m.why.split()) < 3 or "|" in m.why] == []


def test_every_mutant_applies_and_says_something_else_that_parses() -> None:
    for mutant in MUTANTS:
        whole = (ROOT / mutant.path).read_text("utf-8")
        broken = mutant.applied(whole)
        assert ast.dump(ast.parse(broken)) != ast.dump(ast.parse(whole)), mutant.name


def test_no_two_mutants_are_the_same() -> None:
    texts = Counter((mutant.path, mutant.source()) for mutant in MUTANTS)
    assert max(texts.values()) == 1


@pytest.mark.parametrize("text", ["", "a = c", "a = b; a = b"])
def test_a_text_that_is_not_there_exactly_once_is_noticed(text: str) -> None:
    with pytest.raises(DoesNotApplyError, match="something_is_wrong"):
        A_MUTANT.applied(text)
    assert A_MUTANT.applied("x; a = b; y") == "x; b = a; y"


# -- the table -----------------------------------------------------------------------------------


def test_the_table_lists_exactly_the_mutants_and_all_are_killed() -> None:
    assert table.out_of_date(MUTANTS, table.DOCUMENT.read_text("utf-8")) == []


def test_every_rule_in_code_has_a_row() -> None:
    rows = re.findall(r"^\| ([RHB]\d+) \|", table.DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert set(rows) | set(WITHOUT) == set(table.rules_in_code())


def test_the_killers_in_the_table_exist() -> None:
    tests, recordings, shared = set(all_tests()), set(scenarios.names()), find_shared()
    for name, kill in table.remembered().items():
        assert kill is not None, name
        match kill.kind:
            case "test":
                assert kill.where in tests, name
            case "recording":
                assert kill.where in recordings, name
            case other:
                assert other == TRACE, name
                assert shared is None or (shared / kill.where).is_file(), name


def test_a_table_can_be_read_back() -> None:
    one, two, three, four = MUTANTS[:4]
    kills = {
        one.name: Kill(TRACE, "traces/some/some-1.jsonl", "event 3 (tick) rejected under R98"),
        two.name: Kill(TEST, "tests/test_it.py::test_R3_it", "fails"),
        three.name: Kill(RECORDING, "warm_eni-1", "raises KeyError"),
        four.name: None,
    }
    assert table.read(table.write(MUTANTS[:4], kills)) == kills


def test_an_outdated_table_is_noticed() -> None:
    one, two = MUTANTS[:2]
    kill = Kill(RECORDING, "warm_eni-1", "raises KeyError")
    written = table.write([one, two], {one.name: kill, two.name: kill})
    assert table.out_of_date([one, two], written) == []
    assert table.out_of_date([one], written) == [f"{two.name} is in the table but no mutant"]
    assert table.out_of_date([one, two, A_MUTANT], written) == [
        "something_is_wrong is not in the table"
    ]
    survivor = table.write([one], {one.name: None})
    assert table.out_of_date([one], survivor) == [f"{one.name} survives"]
    changed = written.replace(one.why, "something else")
    assert table.out_of_date([one, two], changed) == [
        "the text differs from what the same killers give"
    ]


# -- the hunt ------------------------------------------------------------------------------------


def test_tests_are_found_by_the_rule_in_their_names() -> None:
    found = named_after(by_name()["max_eni_has_no_effect"])
    assert "tests/test_settings.py::test_R3_max_eni_is_held_as_parsed" in found
    assert not [test for test in found if "_R33_" in test and "_R3_" not in test]


@pytest.mark.parametrize("seed", range(1, scenarios.SEEDS + 1))
def test_the_whole_model_survives_its_own_recordings(seed: int) -> None:
    names = [f"{each.name}-{seed}" for each in scenarios.SCENARIOS]
    assert by_recordings(REFERENCE, names, REFERENCE) is None


@pytest.mark.parametrize(("name", "recording"), SAMPLE.items(), ids=SAMPLE)
def test_mutant_is_killed(name: str, recording: str) -> None:
    kill = hunt(by_name()[name], Kill(RECORDING, recording, ""), only=RECORDING)
    assert kill is not None, "it survives every recording"
    assert kill.where == recording, f"name {kill.where}: it kills first"
    assert "rejected under" in kill.how
