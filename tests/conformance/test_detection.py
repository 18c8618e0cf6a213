"""A fixed sample of the wrong subjects is noticed; the page of all of them is what was found."""

import pytest

from ipam_model.conformance.subject import Kind
from tools.detection import holdout, record
from tools.detection.__main__ import main
from tools.detection.budget import budget
from tools.detection.subjects import RIGHT
from tools.detection.trial import BY_WIRE, IN_PROCESS, trial
from tools.directed.search import noticed

FOUND = record.load()


def sample(kind: Kind, transport: str, size: int) -> list[str]:
    """So many that are noticed quickly."""
    trials = FOUND.trials[kind].items()
    quick = sorted((of[transport].seconds, bug) for bug, of in trials if of[transport].by)
    return [bug for _, bug in quick[: len(quick) * 3 // 4 : max(1, len(quick) // size)]][:size]


SAMPLE = [
    (kind, bug, transport)
    for transport, size in ((IN_PROCESS, 12), (BY_WIRE, 3))
    for kind in Kind
    for bug in sample(kind, transport, size)
]


def test_the_sample_is_one() -> None:
    assert {(kind, transport) for kind, _, transport in SAMPLE} == {
        (kind, transport) for kind in Kind for transport in (IN_PROCESS, BY_WIRE)
    }
    assert len(SAMPLE) > 20


@pytest.mark.parametrize(("kind", "bug", "transport"), SAMPLE)
def test_a_wrong_subject_of_the_sample_is_noticed(kind: Kind, bug: str, transport: str) -> None:
    first = FOUND.trials[kind][bug][transport].by
    assert trial(kind, bug, transport, first).by


def test_nearly_all_are_noticed_by_both_transports() -> None:
    for kind in Kind:
        for transport in (IN_PROCESS, BY_WIRE):
            assert len(FOUND.missed(kind, transport)) <= len(FOUND.trials[kind]) // 20


@pytest.mark.parametrize("transport", [IN_PROCESS, BY_WIRE])
@pytest.mark.parametrize("kind", Kind)
def test_the_right_one_is_not_noticed(kind: Kind, transport: str) -> None:
    assert not trial(kind, RIGHT, transport).by


def test_mutants_that_are_held_out_had_no_part_in_the_plans() -> None:
    found = {each.by.partition(" ")[0] for each in FOUND.holdout.values()}
    assert "directed" in found
    name = next(n for n, each in sorted(FOUND.holdout.items()) if each.by.startswith("directed"))
    mutant = next(each for each in holdout.sample() if each.name == name)
    by = FOUND.holdout[name].by
    plan = next(each.plan for each in budget(Kind.DAEMON) if str(each) == by)
    assert noticed(holdout.bug_of(mutant), plan)


def test_the_page_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_a_wrong_model_of_no_catalogue_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "no-such-model"]) == 2
    assert "no wrong model is called no-such-model" in capsys.readouterr().err
