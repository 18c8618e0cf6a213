"""Replacing functions of the daemon while it runs, and putting them back.

The modules of the daemon import each other's functions by name, so a function is replaced wherever
one of them holds it: in their globals, and in the records of `DAEMONS`. Other modules are left
alone: what judges a daemon must not break with it. What a state remembers of itself (the sums over
CIDRs and ENIs) stays when a function is replaced, so states are to be made anew then.
"""

import sys
from collections.abc import Callable, Iterator, MutableMapping
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final, TypeVar, cast

from attrs import define, evolve, field, fields

from ipam_model.config import Version
from ipam_model.daemon.versions import DAEMONS, Daemon
from ipam_model.errors import ModelError

K = TypeVar("K")
V = TypeVar("V")
Undo = Callable[[], None]

OF_THE_DAEMON: Final = (
    "rules",
    "tallies",
    "state",
    "daemon",
    "aws_layer",
    "aws_layer_v1_7",
    "environment",
)
"""The modules below `ipam_model` in which functions are replaced, with what is below them."""


@define
class Replacing:
    """What a wrong model replaces; `restore` puts everything back, the last first."""

    _undo: list[Undo] = field(factory=list)

    def function(
        self,
        original: Callable[..., object],
        wrong: Callable[..., object],
        *,
        within: ModuleType | None = None,
    ) -> None:
        """Replace a function of a module, for all modules that use it or for one.

        Raises `ModelError` if no module of the daemon holds it.
        """
        found = False
        spaces = _globals_of_the_daemon() if within is None else iter([vars(within)])
        for names in spaces:
            for name in [name for name, value in names.items() if value is original]:
                found = True
                self._set_item(names, name, wrong)
        daemons = cast("MutableMapping[Version, Daemon]", DAEMONS)
        for version, daemon in tuple(daemons.items()):
            held = [each.name for each in fields(Daemon) if getattr(daemon, each.name) is original]
            if held and within is None:
                found = True
                self._set_item(daemons, version, _with_procedures(daemon, held, wrong))
        if not found:
            raise ModelError(f"no module of the daemon holds {original!r}")

    def method(self, owner: type, name: str, wrong: Callable[..., object]) -> None:
        """Replace a method of a class; `ModelError` if the class itself has none of that name."""
        if name not in vars(owner):
            raise ModelError(f"{owner.__name__} has no method {name}")
        original = vars(owner)[name]
        self._undo.append(lambda: setattr(owner, name, original))
        setattr(owner, name, wrong)

    def code(self, function: FunctionType, wrong: CodeType) -> None:
        """Replace the text of a function, wherever it is held; it must close over as many names."""
        original = function.__code__
        self._undo.append(lambda: setattr(function, "__code__", original))
        function.__code__ = wrong

    def restore(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()

    def _set_item(self, table: MutableMapping[K, V], key: K, value: V) -> None:
        original = table[key]
        self._undo.append(lambda: table.__setitem__(key, original))
        table[key] = value


def _with_procedures(daemon: Daemon, names: list[str], procedure: Callable[..., object]) -> Daemon:
    replaced: dict[str, Any] = dict.fromkeys(names, procedure)
    return evolve(daemon, **replaced)


def _globals_of_the_daemon() -> Iterator[dict[str, object]]:
    for name, module in tuple(sys.modules.items()):
        package, _, rest = name.partition(".")
        if package == "ipam_model" and rest.split(".")[0] in OF_THE_DAEMON:
            yield vars(module)
