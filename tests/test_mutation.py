"""Rules broken in every small way: the operators, the proofs, the page, and a sample hunted."""

import ast
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import FunctionType

import pytest
from attrs import evolve

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, catalogue
from ipam_model.rules import capacity
from tests.shared import ROOT
from tools.mutation import explanations, sample, score
from tools.mutation.__main__ import DOCUMENT, main
from tools.mutation.ends import BREAKS_DOWN, FAILS, TIME_OUT, End, Equivalent, Kill, Survivor
from tools.mutation.equivalence import compare
from tools.mutation.killers import EXAMPLE, PROPERTY, TRACE, Killer, killers_of, kind_of
from tools.mutation.measured import keep, recall
from tools.mutation.mutant import RULES, STEPS, Mutant, digest, mutants, targets
from tools.mutation.operators import Change, formula_changes, step_changes
from tools.mutation.processes import OUT_OF_MEMORY, Say, gave_out, in_processes, limit
from tools.mutation.progress import Progress, load
from tools.mutation.reaching import reaching

ROOM = (
    "rules.capacity.has_room: `k.lt(enis, limit - unmanaged - trunk_slot)` → "
    "`k.le(enis, limit - unmanaged - trunk_slot)`"
)


def function(text: str) -> ast.FunctionDef:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def texts(changes: "list[Change]") -> list[str]:
    """What each changed function says in its last statement."""
    return [ast.unparse(change.node.body[-1]) for change in changes]


def by_name(name: str) -> Mutant:
    return next(mutant for mutant in mutants() if mutant.name == name)


# -- operators -----------------------------------------------------------------------------------


def test_a_formula_is_changed_in_every_way_that_keeps_its_types() -> None:
    text = 'def f(k: Logic[I, B], a: I, b: I) -> B:\n    "f."\n    return k.lt(a, b)'
    assert texts([*formula_changes(function(text), set())]) == [
        "return False",
        "return True",
        "return k.le(a, b)",
        "return k.ge(a, b)",
        "return k.no(k.lt(a, b))",
        "return k.lt(b, a)",
        "return k.lt(b, b)",
        "return k.lt(a + 1, b)",
        "return k.lt(a - 1, b)",
        "return k.lt(a, a)",
        "return k.lt(a, b + 1)",
        "return k.lt(a, b - 1)",
    ]


def test_choices_connectives_and_named_constants_of_formulas_are_changed() -> None:
    text = "def f(k: K, a: B, b: B, n: I) -> I:\n    return k.ite(k.all(a, k.no(b)), LIMIT, n)"
    found = texts([*formula_changes(function(text), {"LIMIT"})])
    assert {
        "return k.ite(k.all(a, k.no(b)), n, LIMIT)",
        "return LIMIT",
        "return n",
        "return k.ite(k.any(a, k.no(b)), LIMIT, n)",
        "return k.ite(k.all(k.no(b)), LIMIT, n)",
        "return k.ite(k.all(a, b), LIMIT, n)",
        "return k.ite(k.all(b, k.no(b)), LIMIT, n)",
        "return k.ite(k.all(a, k.no(b)), LIMIT + 1, n)",
        "return k.ite(k.all(a, k.no(b)), n, n)",
    } <= set(found)


def test_a_step_is_changed_in_every_way_that_fits() -> None:
    text = (
        "def f(node, flag, x):\n"
        "    if flag and x > 1:\n"
        "        node = evolve(node, a=x, b=not flag)\n"
        "    for each in node:\n"
        "        note(each)\n"
        "    return [each for each in node if each]"
    )
    found = {(change.operator, change.text) for change in step_changes(function(text))}
    assert found >= {
        ("condition forced", "`if flag and x > 1` → `if True`"),
        ("condition forced", "`if flag and x > 1` → `if False`"),
        ("and for or", "`flag and x > 1` → `flag or x > 1`"),
        ("operand dropped", "`flag and x > 1` → `flag`"),
        ("another comparison", "`x > 1` → `x >= 1`"),
        ("one more", "`1` → `2`"),
        ("statement dropped", "`node = evolve(node, a=x, b=not flag)` → `pass`"),
        ("field not changed", "`evolve(node, a=x, b=not flag)` → `evolve(node, b=not flag)`"),
        ("negation dropped", "`not flag` → `flag`"),
        ("first turn only", "`for each in node` → `for each in node … break`"),
        ("loop dropped", "`for each in node` → `pass`"),
        ("filter dropped", "`for each in node if each` → `for each in node`"),
    }


def test_a_change_knows_the_line_of_its_statement() -> None:
    text = (
        "def f(node, x):\n"
        "    if x > 1:\n"
        "        node = evolve(\n"
        "            node, a=x + 1)\n"
        "    elif x > 0:\n"
        "        note(x)\n"
        "    return not node"
    )
    lines: dict[int, set[str]] = {}
    for change in step_changes(function(text)):
        lines.setdefault(change.line, set()).add(change.operator)
    assert set(lines) == {2, 3, 5, 6, 7}
    assert "one more" in lines[3]
    assert lines[7] == {"negation dropped"}


def test_a_change_leaves_the_text_it_was_made_from_alone() -> None:
    text = "def f(node, x):\n    if x > 1:\n        return node\n    return x"
    node = function(text)
    for change in step_changes(node):
        assert ast.unparse(change.node) != text
        assert ast.unparse(node) == text


# -- all mutants ---------------------------------------------------------------------------------


def test_every_formula_and_every_step_of_the_daemon_is_mutated() -> None:
    mutated = {target.name for target in targets()}
    for rule in catalogue().values():
        if rule.kind is Kind.FORMULA:
            assert mutated >= {name for name in rule.where if ".rules." in name}
        if rule.kind is Kind.STEP:
            assert mutated >= {name for name in rule.where if ".daemon." in name}
    assert Counter(target.tier for target in targets())[RULES] > 50
    with_mutants = {mutant.target.name for mutant in mutants() if mutant.target.tier == RULES}
    assert with_mutants == {target.name for target in targets() if target.tier == RULES}


def test_names_of_mutants_are_unique_and_quote_the_change() -> None:
    names = Counter(mutant.name for mutant in mutants())
    assert max(names.values()) == 1
    assert "rules.capacity.has_room: `k.lt(enis, limit - unmanaged - trunk_slot)` → " in "\n".join(
        names
    )


def test_the_code_of_a_mutant_fits_into_its_function() -> None:
    for mutant in mutants()[::29]:
        code, whole = mutant.code(), mutant.target.function().__code__
        assert code.co_qualname == whole.co_qualname
        assert code.co_varnames[: code.co_argcount] == whole.co_varnames[: whole.co_argcount]
        assert code.co_freevars == whole.co_freevars
        assert code != whole, mutant.name


def test_what_a_piece_of_code_reaches_is_noted_and_the_code_put_back() -> None:
    whole = capacity.has_room.__code__
    with reaching(targets()) as reached:
        capacity.has_room(INTS, 1, 2, 0, 0)
        (line,) = (line for _, line in reached)
        assert reached == {("ipam_model.rules.capacity.has_room", line)}
        assert by_name(ROOM).line == line
        reached.clear()
        capacity.trunk_slot(INTS, True, True, True, False, 1)
        assert {name for name, _ in reached} == {"ipam_model.rules.capacity.trunk_slot"}
    assert capacity.has_room.__code__ is whole
    assert all(target.function().__code__.co_filename for target in targets())


# -- equivalence ---------------------------------------------------------------------------------


def test_a_mutant_that_computes_the_same_is_proved_equivalent() -> None:
    proof = compare(
        by_name("rules.capacity.max_enis: `k.lt(max_eni, eni_limit)` → `k.le(max_eni, eni_limit)`")
    )
    assert proof is not None
    assert proof.equivalent


def test_a_mutant_that_does_not_comes_with_operands_that_show_it() -> None:
    name = "rules.capacity.max_enis: `k.ge(max_eni, 1)` → `k.gt(max_eni, 1)`"
    mutant = by_name(name)
    proof = compare(mutant)
    assert proof is not None
    assert not proof.equivalent
    values = {
        operand: int(value)
        for operand, _, value in (each.split(" ") for each in proof.differs_at.split(", "))
    }
    whole = mutant.target.function()
    changed = FunctionType(mutant.code(), whole.__globals__)
    assert whole(INTS, **values) != changed(INTS, **values)


def test_steps_are_never_proved_equivalent() -> None:
    assert compare(next(m for m in mutants() if m.target.tier == STEPS)) is None


# -- killers -------------------------------------------------------------------------------------


def test_tests_that_reach_the_line_are_tried_first_by_rule_then_by_their_way() -> None:
    def killer(name: str, seconds: float, function: str = "f", *more: int) -> Killer:
        kind = kind_of(name)
        assert kind is not None
        return Killer(name, kind, seconds, {function: frozenset((1, *more))})

    known = [
        killer("tests/properties/test_safety.py::test_it", 0.1),
        killer("tests/trace/test_recorded_traces.py::test_legal[churn-1]", 0.1),
        killer("tests/trace/test_recorded_traces.py::test_legal[churn-2]", 0.2),
        killer("tests/trace/test_recorded_traces.py::test_legal[drain-1]", 0.3),
        killer("tests/rules/test_pool.py::test_R3_it", 0.3),
        killer("tests/rules/test_pool.py::test_R33_it", 0.2),
        killer("tests/rules/test_pool.py::test_R34_it", 0.3),
        killer("tests/rules/test_pool.py::test_R35_it", 0.4, "f", 2),
        killer("tests/rules/test_pool.py::test_other", 0.1, "g"),
    ]

    def found(line: int) -> list[str]:
        killers = killers_of("f", line, ["R3"], known)
        return [each.id.rpartition("::test_")[2] for each in killers]

    examples = ["R3_it", "R33_it", "R35_it", "R34_it"]
    traces = ["legal[churn-1]", "legal[drain-1]", "legal[churn-2]"]
    assert found(1) == [*examples, *traces, "it"]
    assert found(2) == ["R35_it"]
    assert found(3) == []
    assert kind_of("tests/proving/test_theorems.py::test_it") is None
    assert kind_of("tests/properties/test_safety.py::test_a_wrong_rule_is_caught[x]") is None
    assert {each.kind for each in known} == {EXAMPLE, TRACE, PROPERTY}


def test_a_process_that_never_ends_is_ended_and_others_go_on() -> None:
    def work(piece: str, say: Say) -> None:
        say(piece)
        limit(0.2)
        if piece == "loops":
            while True:
                pass
        if piece == "grows":
            bytearray(1 << 40)
        if piece == "raises":
            raise ValueError

    pieces = ["loops", "ends", "grows", "raises"]
    found = {piece: (said, end) for piece, said, end in in_processes(work, pieces)}
    assert found["loops"] == (["loops"], -signal.SIGPROF)
    assert found["ends"] == (["ends"], 0)
    assert found["grows"] == (["grows"], OUT_OF_MEMORY)
    assert found["raises"] == (["raises"], 1)
    assert [each for each in pieces if gave_out(found[each][1])] == ["loops", "grows"]


def test_a_hunt_can_be_taken_up_again(tmp_path: Path) -> None:
    file = tmp_path / "kept" / "ends.json"
    assert load(file) == Progress()
    one, two, three, *_ = (mutant.name for mutant in mutants())
    kept = Progress(
        {
            one: Kill("tests/rules/test_pool.py::test_it[a|b]", TRACE, TIME_OUT),
            two: Equivalent(),
            three: Survivor("a = 1"),
        },
        seconds=1.5,
    )
    kept.save(file)
    assert load(file) == kept


def test_what_became_of_a_mutant_is_forgotten_when_its_function_changes(tmp_path: Path) -> None:
    file = tmp_path / "ends.json"
    first, *_, last = mutants()
    Progress({first.name: Equivalent(), last.name: Equivalent()}).save(file)
    kept = json.loads(file.read_text("utf-8"))
    assert kept["ends"][first.name][0] == digest(first.target)
    kept["ends"][first.name][0] = "another digest"
    kept["ends"]["rules.gone: `a` → `b`"] = ["a digest", "equivalent"]
    file.write_text(json.dumps(kept), "utf-8")
    assert load(file).ends == {last.name: Equivalent()}
    assert digest(first.target) != digest(last.target)


def test_what_tests_reach_is_forgotten_when_their_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "killers.json"
    here = "tests/test_mutation.py::test_it"
    killer = Killer(here, EXAMPLE, 0.5, {"f": frozenset((1, 2)), "g": frozenset((3,))})
    keep([killer, evolve(killer, id="tests/gone.py::test_it")], file)
    assert recall([here, "tests/other.py::test_it"], file) == [killer]
    rows = json.loads(file.read_text("utf-8"))
    rows[0][-1] = "another digest"
    file.write_text(json.dumps(rows), "utf-8")
    assert recall([here], file) == []


def test_a_name_that_no_mutant_has_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "rules.capacity.max_enis", "--only", "nonsense"]) == 2
    assert capsys.readouterr().err == "no mutant's name contains 'nonsense'\n"


# -- explanations and the page -------------------------------------------------------------------


def test_every_explanation_is_of_a_mutant_and_says_something() -> None:
    assert explanations.unknown(explanations.read()) == []


def test_a_stale_explanation_is_an_error() -> None:
    one, two, *_ = mutants()
    assert explanations.unknown({"rules.gone: `a` → `b`": "it"}) == [
        "explained, but no mutant: rules.gone: `a` → `b`"
    ]
    assert explanations.unknown({one.name: ""}) == [f"no reason is given: {one.name}"]
    kill = Kill("tests/rules/test_pool.py::test_it", EXAMPLE, FAILS)
    ends: list[tuple[Mutant, End]] = [(one, kill), (two, Survivor(""))]
    explained = {one.name: "it", two.name: "it"}
    assert explanations.stale(explained, ends) == [f"explained, but does not survive: {one.name}"]


def test_the_score_counts_what_is_explained_as_not_killed() -> None:
    some = mutants()[:5]
    test = "tests/rules/test_pool.py::test_it"
    ends: list[tuple[Mutant, End]] = [
        (some[0], Kill(test, EXAMPLE, FAILS)),
        (some[1], Kill(test, EXAMPLE, TIME_OUT)),
        (some[2], Equivalent()),
        (some[3], Survivor("")),
        (some[4], Survivor("")),
    ]
    found = score.count(ends, {some[3].name: "it"})
    assert (found.mutants, found.killed, found.timed_out) == (5, {EXAMPLE: 2}, 1)
    assert (found.equivalent, found.explained, found.surviving) == (1, 1, 1)
    assert found.score == "50.0 %"


def test_an_outdated_page_is_noticed() -> None:
    text = DOCUMENT.read_text("utf-8")
    explained = explanations.read()
    assert sample.outdated(text, explained) == []
    first = score.sample(mutants())[0]
    module = first.target.module
    fewer = text.replace(f"| `{module}` | ", f"| `{module}` | 9")
    number = sum(mutant.target.module == module for mutant in mutants())
    assert sample.outdated(fewer, explained) == [
        f"the page does not count {number} mutants of {module}"
    ]
    without = "".join(
        line for line in text.splitlines(True) if not line.startswith(f"| {score.cell(first.name)}")
    )
    assert sample.outdated(without, explained) == [f"not in the page's sample: {first.name}"]
    assert sample.outdated(text, {**explained, "f: `a` → `b`": "it"}) == [
        "the page does not explain: f: `a` → `b`"
    ]


def test_a_survivor_that_nobody_has_read_is_noticed() -> None:
    text = DOCUMENT.read_text("utf-8")
    for tier in (RULES, STEPS):
        one = next(mutant for mutant in mutants() if mutant.target.tier == tier)
        line = f"* {one.name}: {score.UNREAD}"
        unread = text.replace("## Survivors\n", f"## Survivors\n\n{line}")
        assert sample.outdated(unread, explanations.read()) == [f"nobody has explained: {line}"]


def test_the_sample_is_of_both_tiers() -> None:
    tiers = Counter(mutant.target.tier for mutant in score.sample(mutants()))
    assert tiers == {RULES: score.SAMPLE, STEPS: score.SAMPLE}


def test_the_sample_can_be_read_back() -> None:
    one, two, three = score.sample(mutants())[:3]
    test = "tests/rules/test_pool.py::test_R3_it[a|b]"
    written = "\n".join(
        (
            "## The sample",
            score.sample_row(one, Kill(test, TRACE, BREAKS_DOWN)),
            score.sample_row(two, Equivalent()),
            score.sample_row(three, Survivor("")),
        )
    )
    assert {name: (row.kind, row.test) for name, row in sample.rows(written).items()} == {
        one.name: (TRACE, test),
        two.name: ("", ""),
        three.name: ("", ""),
    }


def test_the_sample_is_killed_again() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutation", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
