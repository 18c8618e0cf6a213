"""How hard Hypothesis tries: `dev`, `ci` and `nightly`.

Every setting is given in every profile. Hypothesis changes its own defaults when it notices `CI`,
and a profile inherits whatever it does not say. Nothing is registered or loaded here: pass one as
`settings`, or register them where it is yours to decide.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from unittest import mock

from hypothesis import Phase, Verbosity, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.internal.conjecture import providers

DATABASE: Final = Path(".hypothesis") / "examples"
"""Where failing examples are kept, in the current directory."""
_PHASES: Final = (Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)


def profiles(*, database: Path = DATABASE) -> Mapping[str, settings]:
    """The profiles by name; `database` is the folder in which failing examples are kept."""
    kept = DirectoryBasedExampleDatabase(database)
    return {
        # New examples on every run; what failed once is tried first.
        "dev": settings(
            max_examples=100,
            stateful_step_count=50,
            derandomize=False,
            database=kept,
            phases=_PHASES,
            deadline=None,
            suppress_health_check=(),
            report_multiple_bugs=True,
            verbosity=Verbosity.normal,
            print_blob=False,
            backend="hypothesis",
        ),
        # The same examples on every run, so that a red build is red for everybody.
        "ci": settings(
            max_examples=100,
            stateful_step_count=50,
            derandomize=True,
            database=None,
            phases=_PHASES,
            deadline=None,
            suppress_health_check=(),
            report_multiple_bugs=True,
            verbosity=Verbosity.normal,
            print_blob=True,
            backend="hypothesis",
        ),
        # Many new examples on every run, also in CI, with a blob that reproduces a failure.
        "nightly": settings(
            max_examples=2_000,
            stateful_step_count=200,
            derandomize=False,
            database=kept,
            phases=_PHASES,
            deadline=None,
            suppress_health_check=(),
            report_multiple_bugs=True,
            verbosity=Verbosity.normal,
            print_blob=True,
            backend="hypothesis",
        ),
    }


@contextmanager
def drawing_alike() -> Iterator[None]:
    """The same, for as long as the block lasts and with no trace of it afterwards."""
    name = "_maybe_draw_constant"
    if not hasattr(providers.HypothesisProvider, name):  # before Hypothesis 6.131 it drew none
        yield
        return
    with mock.patch.object(providers.HypothesisProvider, name, return_value=None):
        yield


def draw_the_same_whatever_is_imported() -> None:
    """Keep Hypothesis from drawing constants out of the modules that happen to be imported.

    Otherwise `derandomize` draws other examples in one process than in another. Hypothesis has no
    setting for it. It lasts as long as the process; nothing here calls it.
    """
    mock.patch.object(providers, "is_local_module_file", return_value=False).start()
