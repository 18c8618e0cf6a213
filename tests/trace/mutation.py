"""A daemon with a bug: one function of the model with one piece of its text replaced."""

import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import IO

from attrs import frozen

import ipam_model
from ipam_model.config import Version


@frozen(eq=False)
class Mutant:
    """A bug in the rule `rule`: `old` in the text of `function` reads `new`."""

    rule: str
    what: str
    function: str
    """Below `ipam_model`, with its module and, for a method, its class."""
    old: str
    new: str
    mode: str | None = None
    """Settings with which it shows (a key of `simulations.MODES`); `None` = any."""
    emphasis: str | None = None
    """What must happen often for it to show (a key of `simulations.EMPHASES`); `None` = any."""
    seed: int = 0
    """Where the search for a trace in which it shows begins: saves time, means nothing."""
    script: Callable[[IO[str]], None] | None = None
    """Writes a trace in which it shows, where chance would take too long."""
    version: Version = Version.V1_23
    """Of the daemon that has the bug."""

    @property
    def name(self) -> str:
        """How a test names it."""
        return f"{self.rule} {self.what}".replace(" ", "-")


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """Run with the bug in place, wherever the function has been imported to."""
    function = _function(mutant.function)
    original = function.__code__
    function.__code__ = _code(mutant, function)
    try:
        yield
    finally:
        function.__code__ = original


def _function(name: str) -> FunctionType:
    found: object = ipam_model
    path = "ipam_model"
    for part in name.split("."):
        path = f"{path}.{part}"
        if isinstance(found, ModuleType) and not hasattr(found, part):
            found = importlib.import_module(path)
        else:
            found = getattr(found, part)
    assert isinstance(found, FunctionType), name
    return found


def _code(mutant: Mutant, function: FunctionType) -> CodeType:
    text = textwrap.dedent(inspect.getsource(function))
    text = text[text.index(f"def {function.__name__}(") :]
    if text.count(mutant.old) != 1:
        raise AssertionError(
            f"{mutant.name}: {mutant.old!r} occurs {text.count(mutant.old)} times in "
            f"{mutant.function}; the mutant must follow the model"
        )
    namespace = dict(function.__globals__)
    exec(compile(text.replace(mutant.old, mutant.new), "<mutant>", "exec"), namespace)
    code = namespace[function.__name__].__code__
    assert isinstance(code, CodeType)
    return code
