import re
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import settings

from ipam_model.cli.main import main
from ipam_model.conformance.datastore_reference import as_it_is
from ipam_model.conformance.directed import DIRECTED
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.conformance.plan_document import read_plan
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.report import Conclusion, ConformanceReport, Status
from ipam_model.conformance.subject import Calls, Kind
from ipam_model.conformance.verdict import Result, Verdict
from ipam_model.errors import InputError
from ipam_model.testing.conformance import ConformanceFailure, UndecidedWarning, check_conformance
from ipam_model.testing.conformance.arenas import arena_for
from ipam_model.testing.conformance.checking import check_occurs, check_supports
from ipam_model.testing.conformance.daemon_plans import DAEMON_AREAS
from ipam_model.testing.conformance.options import Options
from ipam_model.wrong_models import WRONG_MODELS
from tests.conformance.failing import failure_of
from tests.conformance.fakes import (
    Closing,
    Crashing,
    Forgetful,
    Good,
    NoCapabilities,
    Real,
    Unsupporting,
    WrongDevice,
    WrongDeviceAndRefuses,
)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def no_socket() -> Good:
    raise RuntimeError("no socket\nhere")


def ends() -> Good:
    sys.exit(0)


class Demanding(Good):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


class Silent:
    pass


class Rude:
    @property
    def capabilities(self) -> str:
        return {"name": "rude"}["kind"]


def told(report: ConformanceReport) -> tuple[object, ...]:
    """Everything but how long it took."""
    return report.plans, report.steps, dict(report.fired), [each.text for each in report.failures]


# -- who conforms --------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::ipam_model.testing.conformance.UndecidedWarning")
@pytest.mark.parametrize(
    ("precision", "calls", "seed"),
    [
        (Precision.EXACT, Calls.CHANGES, None),
        (Precision.EXACT, Calls.CHANGES, 5),
        (Precision.PER_ENI, Calls.CHANGES, 5),
        (Precision.COUNTS, Calls.CHANGES, 5),
        (Precision.COUNTS, Calls.NONE, None),
    ],
)
def test_the_model_conforms_to_itself(precision: Precision, calls: Calls, seed: int | None) -> None:
    report = check_conformance(
        partial(ReferenceDaemon, precision, calls, seed=seed), examples=2, steps=8
    )
    # Seen by counts alone, without calls, the model leaves some plans open.
    seen_enough = calls is not Calls.NONE
    assert report.conclusion is (Conclusion.CONFORMS if seen_enough else Conclusion.UNDECIDED)
    assert report.steps > 200
    can = ReferenceDaemon(precision, calls).capabilities
    suitable = (area.name for area in DAEMON_AREAS if not area.lacking(can))
    assert set(report.areas) == {DIRECTED, *suitable}
    assert calls is Calls.NONE or len(report.areas) == len(DAEMON_AREAS) + 1
    assert not report.plans["broken"] + report.plans["diverges"] + report.plans["unsupported"]
    assert report.plans["conforms"] > report.plans["undecided"]


def test_a_store_conforms_and_so_does_one_with_the_bugs_that_are_expected_of_it() -> None:
    assert check_conformance(Good, examples=8).conforms
    assert check_conformance(as_it_is, quirks=True, examples=8).conforms


def test_a_coarser_precision_may_be_asked_for_and_no_finer_one() -> None:
    report = check_conformance(
        WrongDevice, precision=Precision.COUNTS, areas=["assignment"], examples=2, steps=4
    )
    assert (report.conforms, report.checked.precision) == (True, "counts")
    coarse = partial(ReferenceDaemon, Precision.COUNTS)
    with pytest.raises(InputError, match="precision exact: the subject shows counts"):
        check_conformance(coarse, precision=Precision.EXACT)


# -- what is said of those that do not -----------------------------------------------------------


def test_a_failure_tells_everything_in_this_order() -> None:
    failure = failure_of(Real)
    text = str(failure)
    parts = [
        r"^R24, a suspected bug of the daemon, at step \d",
        r"R24 says: Removing by force",
        r"^set-up: cooldown_ms=\d+.*\n\n#  event +model +subject",
        r"^\d+  remove_eni .*~  succeeds",
        r"^first difference, in step \d+:\n  the model allows: .*\n  the subject has: ",
        r"^to replay it:\n  ipam-model conform --python tests.conformance.fakes:Real --plan .ipam",
        r"^    from tests.conformance.fakes import Real",
        r"^    def test_plan_[0-9a-f]{12}\(\) -> None:",
        r"^seed 0; ipam-model .* models amazon-vpc-cni-k8s .* Hypothesis .* Python",
    ]
    places = [re.search(part, text, re.MULTILINE) for part in parts]
    assert all(places), [part for part, place in zip(parts, places, strict=True) if place is None]
    starts = [place.start() for place in places if place is not None]
    assert starts == sorted(starts)
    assert text.count("~") == 1
    assert failure.report.failures[0].text == text


def test_the_plan_that_is_kept_shows_it_again_and_the_printed_test_is_python() -> None:
    first = failure_of(Real).report.failures[0]
    again = failure_of(Real, plans=[first.plan], examples=0).report
    assert again.failures[0].title == first.title
    assert again.areas == {"pinned": 1}
    assert check_conformance(Good, plans=[first.plan], examples=0).plans["conforms"] == 1
    code = first.text.partition("as a test:\n\n")[2].partition("\n\nseed")[0]
    names: dict[str, object] = {}
    exec(re.sub("^    ", "", code, flags=re.MULTILINE), names)
    test = next(value for name, value in names.items() if name.startswith("test_plan_"))
    assert callable(test)
    with pytest.raises(ConformanceFailure, match="R24"):
        test()


def test_no_event_of_a_failing_plan_can_be_left_out() -> None:
    plan = read_plan(Path(failure_of(Real).report.failures[0].plan))
    assert isinstance(plan, DatastorePlan)
    assert len(plan.events) == 4
    arena = arena_for(plan.kind)
    for number in range(len(plan.events)):
        events = [*plan.events[:number], *plan.events[number + 1 :]]
        shorter = arena.with_events(plan, events)
        assert check_conformance(Real, plans=[shorter], examples=0).conforms


def test_the_plan_of_a_daemon_is_a_scenario_that_replays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = partial(ReferenceDaemon, wrong_model=WRONG_MODELS["never-low"])
    failure = failure_of(wrong).report.failures[0]
    assert f"ipam-model replay {failure.plan}" in failure.text
    assert main(["replay", failure.plan, "--quiet"]) == 0
    assert "never-low" in failure_of(wrong).report.checked.subject
    capsys.readouterr()


def test_what_is_raised_is_the_subjects_fault() -> None:
    failure = failure_of(Crashing)
    assert re.match(r"the subject broke at step \d+: .*ZeroDivisionError: oops", str(failure))
    assert "fakes.py" in str(failure)
    lines = {line.id: line for line in failure.report.properties()}
    assert lines["answers"].status is Status.FAILED
    assert lines["state"].status is Status.PASSED


def test_a_subject_that_does_otherwise_the_second_time_is_told_so() -> None:
    failure = failure_of(Forgetful)
    assert re.match(r"not deterministic at step \d+: ", str(failure))
    assert "what outlives a reset" in str(failure)
    lines = {line.id: line for line in failure.report.properties()}
    assert lines["determinism"].status is Status.FAILED


def test_a_subject_that_supports_nothing_does_not_pass() -> None:
    failure = failure_of(Unsupporting)
    assert "nothing was compared" in str(failure)
    assert "no add_eni yet" in str(failure)


def test_nothing_to_run_is_refused() -> None:
    for examples in (0, -1):
        with pytest.raises(InputError, match=f"examples {examples}: without plans"):
            check_conformance(Good, examples=examples)


def test_a_subject_that_suits_no_area_does_not_pass() -> None:
    class Bare(Unsupporting):
        pass

    areas = arena_for(Bare().capabilities.kind).areas
    lacking = [each.name for each in areas if each.lacking(Bare().capabilities)]
    with pytest.raises(ConformanceFailure, match="nothing was compared: no area suits a subject"):
        check_conformance(Bare, areas=lacking)


def test_to_support_something_is_enough_and_less_is_a_failure() -> None:
    check_supports(Good, Options(examples=1))
    check_supports(Crashing, Options(examples=5))
    with pytest.raises(ConformanceFailure, match=r"nothing was compared: .*no add_cidr yet"):
        check_supports(Unsupporting, Options(examples=3))


def left_open(*number: int) -> Callable[..., Verdict]:
    """A judge that decides nothing of the plans with these numbers; of all if there is none."""
    numbers = count()
    judge: Callable[..., Verdict] = type(arena_for(Kind.DATASTORE)).judge

    def judged(*given: object, **options: object) -> Verdict:
        verdict = judge(*given, **options)
        if number and next(numbers) not in number:
            return verdict
        return evolve(verdict, result=Result.UNDECIDED, reason="more than 2 states")

    return judged


def test_plans_that_are_left_open_are_no_plans_that_conform(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arena = type(arena_for(Kind.DATASTORE))
    with monkeypatch.context() as patched:
        patched.setattr(arena, "judge", left_open())
        failure = failure_of(Good, areas=["removal"], examples=3)
        assert str(failure) == ("nothing was decided: 3 of 3 plans undecided (more than 2 states)")
    with monkeypatch.context() as patched:
        patched.setattr(arena, "judge", left_open(1))
        with pytest.warns(UndecidedWarning, match=r"1 of 3 plans undecided \(more than 2"):
            report = check_conformance(Good, areas=["removal"], examples=3)
        assert report.conclusion is Conclusion.UNDECIDED


def test_several_divergences_may_be_asked_for() -> None:
    report = check_conformance(WrongDeviceAndRefuses, failures=5, only_report=True)
    assert len(report.failures) > 1
    assert len({each.plan for each in report.failures}) == len(report.failures)


def test_capabilities_are_looked_at() -> None:
    with pytest.raises(InputError, match=r"capabilities is .*; it has to be a Capabilities"):
        check_conformance(NoCapabilities)


@pytest.mark.parametrize(
    ("factory", "complaint"),
    [
        (no_socket, r"test_checking:no_socket: calling it raised RuntimeError: no socket here "),
        (ends, r"test_checking:ends: calling it raised SystemExit: 0 \(test_checking.py, line "),
        (Demanding, r"Demanding: calling it raised TypeError: .* argument: 'path'$"),
        (Silent, r"Silent: capabilities raised AttributeError: .* no attribute 'capabilities'$"),
        (Rude, r"Rude: capabilities raised KeyError: 'kind' \(test_checking.py, line \d+\)$"),
    ],
)
def test_a_subject_that_cannot_be_made_or_asked_is_bad_input(
    factory: object, complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint) as caught:
        check_conformance(factory)  # type: ignore[arg-type]  # some are none
    assert "\n" not in str(caught.value)


def test_a_second_subject_that_cannot_be_made_is_bad_input_too() -> None:
    made = iter([Good()])

    def once() -> Good:
        try:
            return next(made)
        except StopIteration:
            raise OSError("address in use") from None

    with pytest.raises(InputError, match="calling it raised OSError: address in use"):
        check_conformance(once)


# -- known divergences ---------------------------------------------------------------------------


def test_what_is_known_is_told_and_the_search_goes_on_behind_it() -> None:
    report = check_conformance(Real, known=["R24 twice", "R25"])
    assert report.conforms
    assert [(each.id, each.reason) for each in report.known] == [("R24", "twice"), ("R25", "")]
    failure = failure_of(Real, known=["R24"])
    assert str(failure).startswith("R25")
    assert [each.id for each in failure.report.known] == ["R24"]


def test_a_known_rule_hides_no_other() -> None:
    device = failure_of(WrongDevice).report.failures[0]
    (rule,) = device.rules
    assert rule == "R117"
    failure = failure_of(WrongDeviceAndRefuses, known=[rule])
    assert rule not in failure.report.failures[0].rules
    assert check_conformance(WrongDevice, known=[rule], examples=5).known[0].times > 1


def test_what_is_known_and_no_longer_occurs_is_an_error() -> None:
    failure = failure_of(Good, known=["R24"], examples=2)
    assert "R24 no longer occurs" in str(failure)
    assert not failure.report.conforms
    with pytest.raises(ConformanceFailure, match="R24 no longer occurs"):
        check_occurs("R24", Good, Options(known=("R24",), examples=2))
    assert check_occurs("R25", Real, Options(known=("R24", "R25"))).known[0].id == "R25"


# -- arguments -----------------------------------------------------------------------------------


def test_the_same_seed_the_same_plans() -> None:
    one, other = (told(check_conformance(Good, examples=2, seed=3)) for _ in range(2))
    assert one == other
    assert one != told(check_conformance(Good, examples=2, seed=4))
    drawn = {check_conformance(Good, examples=1, seed=None).checked.seed for _ in range(3)}
    assert len(drawn) == 3


def test_no_profile_of_hypothesis_matters_or_is_touched() -> None:
    before = settings.get_current_profile_name()
    one = told(check_conformance(Good, examples=2))
    settings.register_profile("strange", max_examples=1, derandomize=True, deadline=1)
    settings.load_profile("strange")
    try:
        assert told(check_conformance(Good, examples=2)) == one
        assert settings.get_current_profile_name() == "strange"
    finally:
        settings.load_profile(before)


def test_areas_are_named() -> None:
    report = check_conformance(Good, areas=["cooldown", "removal"], examples=3)
    assert set(report.areas) == {"cooldown", "removal"}
    with pytest.raises(InputError, match="no area of a datastore is called growth; there are"):
        check_conformance(Good, areas=["growth"])


def test_a_plan_of_the_other_kind_is_refused(tmp_path: Path) -> None:
    plan = failure_of(Real).report.failures[0].plan
    with pytest.raises(InputError, match="the subject is a daemon"):
        check_conformance(ReferenceDaemon, plans=[plan], examples=0)
    with pytest.raises(InputError, match="cannot be read"):
        check_conformance(Good, plans=[tmp_path / "nothing.json"])


@pytest.mark.parametrize(
    ("where", "complaint"),
    [
        ("mine", "a subject is pkg.mod:Factory"),
        ("no_such_package:Mine", "cannot be imported"),
        ("tests.conformance.fakes:Mine", "has no Mine"),
        ("tests.conformance.fakes:__name__", "is called without arguments"),
        ("exec:", "the command is empty"),
    ],
)
def test_a_subject_that_is_not_there_is_refused(where: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        check_conformance(where)


def test_a_subject_may_be_named() -> None:
    report = check_conformance("tests.conformance.fakes:Good", examples=2)
    assert report.checked.address == "tests.conformance.fakes:Good"


def test_every_subject_is_closed() -> None:
    check_conformance(Closing, examples=2)
    assert Closing.alive == 0


def test_quirks_are_expected_when_they_are_asked_for() -> None:
    few = partial(check_conformance, areas=["removal", "exclusion"], examples=10)
    assert few(Real, quirks=["R24", "R25"]).conforms
    assert few(as_it_is, quirks=True).conforms
    assert "R24, a suspected bug" in str(failure_of(Real, quirks=["R25"], areas=["removal"]))
    with pytest.raises(InputError, match="'R26' is no quirk; there are R24, "):
        check_conformance(Real, quirks=["R26"])


def test_a_misspelt_area_is_told_before_a_subject_is_made() -> None:
    with pytest.raises(InputError, match="no area is called 'removl'; did you mean removal\\?"):
        check_conformance(no_socket, areas=["removl"])
