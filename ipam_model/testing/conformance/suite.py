"""The suite for pytest: one class, one test for each area, pinned plan and known divergence.

A last test fails if the subject supports no plan of any area, all of which are skipped then.

    class TestMine(ConformanceSuite):
        subject = staticmethod(MyAllocator)

It needs no plugin, fixture or marker but pytest's own.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import evolve

from ipam_model.conformance.addressing import Factory, address_of
from ipam_model.conformance.carried import CARRIED
from ipam_model.conformance.directed import DIRECTED
from ipam_model.conformance.known import KnownLike, known_of, read_known
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.report import ConformanceReport
from ipam_model.conformance.report_formats import json_lines
from ipam_model.conformance.report_words import uncompared_words
from ipam_model.conformance.subject import SubjectError
from ipam_model.errors import InputError
from ipam_model.testing.conformance.arenas import arena_for
from ipam_model.testing.conformance.bench import compared
from ipam_model.testing.conformance.checking import check, check_occurs, check_supports
from ipam_model.testing.conformance.making import Maker
from ipam_model.testing.conformance.options import (
    EXAMPLES,
    STEPS,
    Options,
    PlanLike,
    QuirksLike,
    quirks_of,
)
from ipam_model.testing.conformance.requiring import ConformanceFailure


class ConformanceSuite:
    """A test for each area of plans; `subject` makes what is tested.

    What is `None` comes from the command line (`--ipam-examples` …), or is the default of
    `check_conformance`.
    """

    subject: ClassVar[Factory | None] = None
    """Makes a subject; wrapped in `staticmethod` if it is a function. Or where it is."""
    examples: ClassVar[int | None] = None
    """Random plans for each area; 0 for the pinned ones alone."""
    steps: ClassVar[int | None] = None
    seed: ClassVar[int | None] = None
    known: ClassVar[Sequence[KnownLike]] = ()
    plans: ClassVar[Sequence[PlanLike]] = ()
    """Pinned plans: files, scenarios or plans."""
    directed: ClassVar[bool] = True
    """Whether the directed plans are played, too."""
    precision: ClassVar[Precision | None] = None
    quirks: ClassVar[QuirksLike] = False

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        """One test for each pinned plan, area and known divergence."""
        if "conformance_check" in metafunc.fixturenames:
            checks = cls._checks(metafunc.config)
            metafunc.parametrize("conformance_check", checks, ids=[_id(each) for each in checks])

    def test_conforms(
        self, conformance_check: tuple[str, Any], request: pytest.FixtureRequest
    ) -> None:
        """Whatever happens, some behaviour of the model is what the subject does."""
        report, complaint = self._outcome(*conformance_check, request.config)
        if report is not None:
            setattr(request.node, CARRIED, json_lines(report))
        if complaint:
            pytest.fail(complaint, pytrace=False)
        if report is not None and not compared(report.plans, report.steps):
            pytest.skip(uncompared_words(report))

    @classmethod
    def _outcome(
        cls,
        kind: str,
        what: Any,  # noqa: ANN401 - it depends on the kind
        config: pytest.Config,
    ) -> tuple[ConformanceReport | None, str]:
        """What was found, and what is to be complained of."""
        try:
            if kind == "broken":
                raise what
            factory, options = cls._made_by(config), cls._options(config)
            if kind == "known":
                return check_occurs(what, factory, options), ""
            if kind == "support":
                check_supports(factory, options)
                return None, ""
            if kind == "plan":
                options = evolve(options, examples=0, plans=(what,))
            else:
                _skip_unless_suitable(what, factory)
                options = evolve(options, areas=[what], require_steps=False)
            return check(factory, evolve(options, require_known=False)), ""
        except ConformanceFailure as failure:
            return failure.report, str(failure)
        except InputError as error:
            return None, str(error)
        except SubjectError as error:
            return None, f"{cls._address(config)}: {error}"

    # -- what is asked for -----------------------------------------------------------------------

    @classmethod
    def _checks(cls, config: pytest.Config) -> list[tuple[str, Any]]:
        try:
            arena = arena_for(Maker.of(cls._made_by(config)).capabilities().kind)
            known = known_of(cls._known(config))
            drawn = cls._drawn(config)
        except Exception as error:  # noqa: BLE001 - whatever a subject raises, a test is to tell it
            return [("broken", error)]
        return [
            *(("plan", each) for each in cls.plans),
            *([("area", DIRECTED)] if drawn and cls.directed else []),
            *(("area", each.name) for each in arena.areas if drawn),
            *(("known", each.id) for each in known),
            *([("support", "anything")] if drawn else []),
        ]

    @classmethod
    def _drawn(cls, config: pytest.Config) -> bool:
        """Whether there are random plans; `InputError` if there are no plans at all."""
        examples = cls._options(config).examples
        if examples < (0 if cls.plans else 1):
            raise InputError(
                f"{cls.__name__}: examples = {examples} checks nothing; at least 1, or 0 beside "
                "`plans` that are given"
            )
        return examples > 0

    @classmethod
    def _known(cls, config: pytest.Config) -> Sequence[KnownLike]:
        file = config.getoption("ipam_known", default=None)
        return (*cls.known, *(read_known(Path(file)) if file else ()))

    @classmethod
    def _factory(cls, config: pytest.Config) -> Factory | None:
        return cls.subject or config.getoption("ipam_subject", default=None)

    @classmethod
    def _address(cls, config: pytest.Config) -> str:
        return address_of(cls._factory(config) or cls.__name__)

    @classmethod
    def _made_by(cls, config: pytest.Config) -> Factory:
        """What makes the subject; `InputError` if nobody says."""
        factory = cls._factory(config)
        if factory is None:
            raise InputError(
                f"{cls.__name__} has no subject: write `subject = staticmethod(MyAllocator)`, "
                "or give --ipam-subject"
            )
        return factory

    @classmethod
    def _options(cls, config: pytest.Config) -> Options:
        def chosen(name: str, own: int | None, default: int) -> int:
            given = config.getoption(f"ipam_{name}", default=None)
            if own is not None:
                return own
            return default if given is None else int(given)

        return Options(
            examples=chosen("examples", cls.examples, EXAMPLES),
            steps=chosen("steps", cls.steps, STEPS),
            seed=chosen("seed", cls.seed, 0),
            known=tuple(cls._known(config)),
            precision=cls.precision,
            quirks=quirks_of(cls.quirks),
        )


def _id(check: tuple[str, Any]) -> str:
    kind, what = check
    if kind == "area":
        return str(what)
    if kind == "broken":
        return "subject"
    if kind == "support":
        return "supports-anything"
    return f"{kind}-{Path(what).stem if isinstance(what, str | Path) else 'given'}"


def _skip_unless_suitable(name: str, factory: Factory) -> None:
    if name == DIRECTED:
        return
    capabilities = Maker.of(factory).capabilities()
    area = next(each for each in arena_for(capabilities.kind).areas if each.name == name)
    if why := area.lacking(capabilities):
        pytest.skip(why)
