"""The pytest plugin: options of the conformance suite, its header line, its report.

pytest loads it in every run of whoever has this package installed, so it imports nothing that
pytest has not imported already; `-p no:ipam_model` leaves it out. With `--ipam-subject` and no file
the suite is run beside the project's own tests; test classes that derive from `ConformanceSuite`
take from the options what they do not set.
"""

import random
import sys
from collections.abc import Generator

import pytest

from ipam_model.conformance.carried import CARRIED

OPTIONS = (
    ("subject", "WHERE", "check this subject: pkg.mod:Factory, or exec: and a command"),
    ("examples", "N", "so many plans for each area"),
    ("steps", "N", "about so many things happen in a plan"),
    ("seed", "N", "the same seed, the same plans; 0 by default, `random` for another each time"),
    ("known", "FILE", "known divergences, one a line: an id, then a reason"),
    ("report", "FILE", "write a report: .jsonl, .md or .xml (JUnit)"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("ipam-model", "conformance of an IP address manager (ipam-model)")
    for name, metavar, text in OPTIONS:
        group.addoption(f"--ipam-{name}", metavar=metavar, default=None, help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Look at the options; run the suite if a subject is given and no file is."""
    for name, least in (("examples", 1), ("steps", 1), ("seed", 0)):
        _check_number(config, name, least)
    if config.getoption("ipam_seed") == "random":
        config.option.ipam_seed = str(random.SystemRandom().randrange(2**32))
    if config.getoption("ipam_subject"):
        folder = str(config.invocation_params.dir)  # as `ipam-model conform --python` looks there
        if folder not in sys.path:
            sys.path.insert(0, folder)
    if config.getoption("ipam_subject") and config.args_source is not config.ArgsSource.ARGS:
        from ipam_model.testing.conformance import ready_made

        if ready_made.__file__ not in config.args:
            config.args.append(ready_made.__file__)
    if hasattr(config, "workerinput"):  # a process of pytest-xdist: the controller reports
        return
    target: str | None = config.getoption("ipam_report")
    if target is not None:
        from ipam_model.testing.conformance.reporting import register

        register(config, target)


def _check_number(config: pytest.Config, name: str, least: int) -> None:
    value = config.getoption(f"ipam_{name}")
    if value is None or (name == "seed" and value == "random"):
        return
    if not value.isdecimal() or int(value) < least:
        raise pytest.UsageError(f"--ipam-{name} {value}: not a whole number of at least {least}")


def pytest_report_header(config: pytest.Config) -> tuple[str, ...]:
    """What is checked, and against what."""
    subject = config.getoption("ipam_subject")
    if not subject:
        return ()
    from ipam_model import __version__
    from ipam_model.conformance.report import JUDGE

    options = [(name, config.getoption(f"ipam_{name}")) for name, _, _ in OPTIONS[1:]]
    profile = ", ".join(f"{name} {value}" for name, value in options if value is not None)
    chosen = profile or "default examples, steps and seed"
    return (f"ipam-model: kit {__version__}, models {JUDGE}; subject {subject}; {chosen}",)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hand over what the suite has found."""
    report = yield
    found = getattr(item, CARRIED, None)
    if found is not None and report.when == "call":
        setattr(report, CARRIED, found)
    return report
