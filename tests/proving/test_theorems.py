"""Every theorem is proved, by both solvers, and every mutant of it refuted.

By night every one is. Else those of the full tier, which take long, are but for a few (`SAMPLE`).
"""

import ast
import inspect
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from types import ModuleType
from typing import Final

import pytest

from ipam_model.errors import InputError
from ipam_model.proving.check import RLIMIT, Checker, Solver
from ipam_model.proving.judging import PROVED, Result, Verdict, failing
from ipam_model.theorems import index, induction, machine, sums_of_enis
from ipam_model.theorems.theorem import Mutant, Theorem, Tier
from tests.hypothesis_profiles import VARIABLE
from tests.test_rules_without_control_flow import control_flow

pytest.importorskip("z3", reason="z3-solver, which the extra `solver` installs, is absent")

THEOREMS: Final = tuple(index.theorems().values())
SAMPLE: Final = frozenset(
    {
        "prefix_warm_ip_max_pods_reserved_within_bound",
        "prefix_warm_prefix_max_pods_prefixes_at_rest",
        "warm_ip_invariants_for_1_eni",
        "warm_eni_invariants_for_2_enis",
    }
)
"""Theorems of the full tier that are always put to the solvers."""
ALL: Final = os.environ.get(VARIABLE) == "nightly"
ASKED: Final = [each for each in THEOREMS if ALL or each.tier is Tier.FAST or each.name in SAMPLE]
MUTANTS: Final = [(each, mutant) for each in ASKED for mutant in each.mutants]
by_name = pytest.mark.parametrize("each", ASKED, ids=lambda each: each.name)


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker(THEOREMS, cores=True) as found:
        yield found


@pytest.fixture(scope="module")
def both() -> Iterator[Checker]:
    pytest.importorskip("cvc5", reason="cvc5, which the extra `solver` installs, is absent")
    with Checker(THEOREMS, solver=Solver.BOTH) as found:
        yield found


@by_name
def test_theorem_is_proved(each: Theorem, checker: Checker) -> None:
    result = checker.check(each)
    assert result.verdict in PROVED, result.reason
    assert (result.verdict is Verdict.PROVED_MODULO) == any(one.paper for one in each.basis())
    assert set(result.modulo) == {one.name for one in each.basis() if one.paper}
    for finding in result.findings:
        assert finding.effort * 10 < RLIMIT, "steps granted are to be ten times those needed"
        assert not finding.contradictory, finding.obligation.name
        assert finding.example or not finding.premises, "the premises have an example"


@pytest.mark.unmeasured
@by_name
def test_second_solver_agrees(each: Theorem, both: Checker) -> None:
    for finding in both.check(each).findings:
        assert finding.second
        assert not finding.disagreement, finding.obligation.name


@pytest.mark.parametrize(
    ("each", "mutant"), MUTANTS, ids=[f"{each.name}-{mutant.name}" for each, mutant in MUTANTS]
)
def test_mutant_is_refuted(each: Theorem, mutant: Mutant, checker: Checker) -> None:
    result = checker.check_mutant(each, mutant)
    assert result.verdict is Verdict.REFUTED, result.reason
    refutation = result.refutation
    assert refutation is not None
    assert set(refutation.values) == {one.name for one in refutation.obligation.operands}
    assert failing(refutation.obligation, refutation.values, mutant) == refutation.failed != ()
    if mutant.without:
        assert refutation.theorem is each, "the premise is one of its own"
    if mutant.rules:
        with suppress(ValueError):  # with the right rules they may not even meet the premises
            assert not failing(refutation.obligation, refutation.values)


def test_the_sample_is_of_the_full_tier() -> None:
    full = {each.name for each in THEOREMS if each.tier is not Tier.FAST}
    assert full > SAMPLE
    assert ALL or len(ASKED) == len(THEOREMS) - len(full) + len(SAMPLE)


def test_every_theorem_is_told_and_has_a_mutant() -> None:
    assert len(THEOREMS) >= 20
    for each in THEOREMS:
        assert each.mutants, each.name
        assert each.statement.endswith("."), each.name
        assert "\n" not in each.statement
        assert each.rules
        assert all(re.fullmatch(r"[RH]\d+", rule) for rule in each.rules), each.name


def test_lemmas_are_theorems_of_the_index() -> None:
    for each in THEOREMS:
        assert set(each.basis()) <= set(THEOREMS), each.name


def test_obligations_of_a_theorem_have_names_of_their_own() -> None:
    for each in THEOREMS:
        names = [one.name for one in each.obligations]
        assert len(set(names)) == len(names), each.name


def test_wrong_rules_have_the_signature_of_what_they_replace() -> None:
    for mutant in (mutant for each in THEOREMS for mutant in each.mutants):
        for rule, text in mutant.rules:
            assert inspect.signature(text) == inspect.signature(rule)


def walk(result: Result, steps: int) -> int:
    """Walk over integers near the examples, as far as the premises allow; the places seen."""
    seen = 0
    for finding in result.findings:
        random = Random(finding.obligation.name)
        kinds = finding.obligation.operands
        here = dict(finding.example)
        visited: set[tuple[int, ...]] = set()
        for _ in range(steps if here else 0):
            there = dict(here)
            for operand in random.choices(kinds, k=random.randint(1, 3)):
                there[operand.name] = (
                    bool(random.randrange(2))
                    if operand.truth
                    else here[operand.name] + random.randint(-2, 2)
                )
            try:
                failed = failing(finding.obligation, there)
            except ValueError:
                continue
            assert not failed, (finding.obligation.name, there)
            here = there
            visited.add(tuple(here.values()))
        seen += len(visited)
    return seen


@by_name
def test_theorem_is_true_of_integers_near_its_examples(each: Theorem, checker: Checker) -> None:
    assert walk(checker.check(each), 300) > 20


PLAIN: Final = [
    module for module in index.MODULES if module not in (induction, machine, sums_of_enis)
]


class Undecided(ast.NodeTransformer):
    """Puts both outcomes in place of what is decided by what a text is about.

    That is whether there are max pods, and which `kind` of step is taken: no number has a say.
    """

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        return [*node.body, *node.orelse] if self._by_topic(node.test) else node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        both = ast.Tuple([node.body, node.orelse], ast.Load())
        return both if self._by_topic(node.test) else node

    def _by_topic(self, test: ast.expr) -> bool:
        if not isinstance(test, ast.Compare):
            return False
        of_kind = isinstance(test.left, ast.Name) and test.left.id == "kind"
        return of_kind or all(isinstance(each, ast.Is | ast.IsNot) for each in test.ops)


def decided(text: ast.FunctionDef) -> list[str]:
    """What Python decides in a text, as `line: what`."""
    return list(control_flow(ast.unparse(Undecided().visit(text))))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("if limit is None: return k.no(a)", []),
        ("x = a if kind is not Kind.FREE else k.all(a)", []),
        ("x = a if kind in POOL_STEPS else k.all(a)", []),
        ("x = a if a in POOL_STEPS else b", ["2: conditional expression", "2: comparison"]),
        ("if a: return b", ["2: if"]),
        ("x = a if a > b else b", ["2: conditional expression", "2: comparison"]),
        ("if limit is None:\n        x = max(a, b)", ["2: builtin max"]),
        ("x = (limit is None)", ["2: comparison"]),
    ],
)
def test_what_a_text_is_about_is_no_control_flow(line: str, what: list[str]) -> None:
    (text,) = ast.parse(f"def text(k, a, b):\n    {line}").body
    assert isinstance(text, ast.FunctionDef)
    assert decided(text) == what


@pytest.mark.parametrize("module", PLAIN, ids=lambda module: module.__name__)
def test_claims_have_no_control_flow(module: ModuleType) -> None:
    """Where texts are put together, Python decides which; in the texts it decides nothing."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.FunctionDef) and [arg.arg for arg in node.args.args][:1] == ["k"]:
            assert not decided(node), node.name


def test_theorems_by_name() -> None:
    assert index.named([THEOREMS[1].name, THEOREMS[1].name]) == (THEOREMS[1],)
    assert index.named([]) == THEOREMS
    with pytest.raises(
        InputError, match=r"'warm_ip_invariant'; did you mean warm_ip_invariants or"
    ):
        index.named(["warm_ip_invariant"])
    with pytest.raises(
        InputError, match=r"no theorem is called 'xyzzy'; `ipam-model prove --list`"
    ):
        index.named(["xyzzy"])
