"""A fixed sample of the wrong subjects is noticed; the page of all of them is what was found."""

from collections.abc import Iterator

import pytest

from ipam_model.conformance.subject import Kind
from tools.detection import holdout, record
from tools.detection.__main__ import main
from tools.detection.budget import budget
from tools.detection.subjects import RIGHT
from tools.detection.trial import BY_WIRE, IN_PROCESS, trial
from tools.directed.search import noticed
from tools.mutation.mutant import Mutant
from tools.mutation.processes import Say, limit

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


def test_all_are_noticed_by_both_transports_and_in_the_same_way() -> None:
    for kind in Kind:
        for transport in (IN_PROCESS, BY_WIRE):
            assert not FOUND.missed(kind, transport)
        assert not FOUND.told_apart(kind)


@pytest.mark.parametrize("transport", [IN_PROCESS, BY_WIRE])
@pytest.mark.parametrize("kind", Kind)
def test_the_right_one_is_not_noticed(kind: Kind, transport: str) -> None:
    assert not trial(kind, RIGHT, transport).by


def test_a_mutant_that_was_held_out_is_noticed_by_the_plan_on_record() -> None:
    found = {each.by.partition(" ")[0] for each in FOUND.holdout.values()}
    assert "directed" in found
    name = next(n for n, each in sorted(FOUND.holdout.items()) if each.by.startswith("directed"))
    mutant = next(each for each in holdout.sample() if each.name == name)
    by = FOUND.holdout[name].by
    plan = next(each.plan for each in budget(Kind.DAEMON) if str(each) == by)
    assert noticed(holdout.bug_of(mutant), plan)


@pytest.mark.parametrize(
    ("what", "by"), [("says", "random plan 1"), ("loops", holdout.HANGS), ("grows", holdout.HANGS)]
)
def test_a_mutant_is_noticed_by_what_is_said_or_by_its_limits(
    what: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [found for _, found in judged(what, monkeypatch)] == [holdout.Found(by)]


def test_a_failure_of_what_judges_is_no_mutant_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="could not be judged: its process ended with 1"):
        list(judged("fails", monkeypatch))


def judged(what: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, holdout.Found]]:
    """A mutant, judged by what behaves as told."""

    def judge(_: Mutant, say: Say) -> None:
        limit(0.2)
        match what:
            case "says":
                say(["random plan 1", False])
            case "loops":
                while True:
                    pass
            case "grows":
                bytearray(1 << 40)
            case _:
                raise AssertionError

    monkeypatch.setattr(holdout, "_prepared", tuple)
    monkeypatch.setattr(holdout, "_judge", judge)
    return holdout.judge_all(holdout.sample()[:1])


def test_the_page_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_a_wrong_model_of_no_catalogue_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "no-such-model"]) == 2
    assert "no wrong model is called no-such-model" in capsys.readouterr().err
