"""Which rules fired from one frame to the next."""

from contextlib import ExitStack
from functools import cache

from attrs import define

from ipam_model.catalogue import catalogue
from ipam_model.firing import Fired, rules_fired


@define
class Shutter:
    """Notes the rules that fire while it is open; `close` it in any case.

    Before Python 3.12 it sees the thread alone that opened it (`ipam_model.firing`).
    """

    _block: ExitStack | None = None
    _fired: Fired | None = None

    def open(self) -> None:
        """From now on; what fired before is forgotten."""
        self.close()
        self._block = ExitStack()
        self._fired = self._block.enter_context(rules_fired())

    def close(self) -> tuple[str, ...]:
        """What fired since it was opened, in the catalogue's order; nothing if it was not."""
        block, fired = self._block, self._fired
        self._block = self._fired = None
        if block is None or fired is None:
            return ()
        block.close()
        return rules_of(frozenset(fired.functions))


@cache
def _rules_by_function() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for entry in catalogue().values():
        for name in entry.where:
            found.setdefault(name, []).append(entry.id)
    return {name: tuple(ids) for name, ids in found.items()}


@cache
def _positions() -> dict[str, int]:
    return {rule: position for position, rule in enumerate(catalogue())}


def rules_of(functions: frozenset[str]) -> tuple[str, ...]:
    """The rules with a function among these, in the catalogue's order."""
    by_function = _rules_by_function()
    ids = {each for name in functions for each in by_function.get(name, ())}
    return tuple(sorted(ids, key=_positions().__getitem__))
