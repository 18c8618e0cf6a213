"""Which rules ran: the functions of the catalogue that a block of code executed.

    with rules_fired() as fired:
        ...
    for coverage in coverage_of(fired.functions):
        print(coverage)  # v1.23.1: 138 of 150 rules with code fired

A function fires when its body begins: a procedure at its first step, not where it is made. A rule
has fired when one of its functions has. Facts, consequences and hazards have no code and are not
counted.

From Python 3.12 the interpreter is asked about the first call of each such function and of nothing
else (`sys.monitoring`), which costs next to nothing and sees every thread. Before, every call is
looked at (`sys.setprofile`): a run takes three times as long, and only the thread that opened the
block is seen. Without an open block neither is in place.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dis import opmap
from threading import RLock
from types import CodeType, FrameType, FunctionType
from typing import Final, cast

from attrs import field, frozen

from ipam_model.catalogue import catalogue, implementations
from ipam_model.errors import ModelError


@frozen
class Fired:
    """What a block has executed so far. It grows while the block is open, and is kept after."""

    functions: set[str] = field(factory=set)
    """Dotted names, as in `Rule.where`."""

    @property
    def rules(self) -> frozenset[str]:
        """The ids of the rules with a function among them."""
        return frozenset(
            entry.id for entry in catalogue().values() if not self.functions.isdisjoint(entry.where)
        )


@frozen(kw_only=True)
class Coverage:
    """How much of the rules about one upstream tag was executed."""

    tag: str
    """One of `catalogue.TAGS`."""
    fired: tuple[str, ...]
    """Ids in the catalogue's order."""
    not_fired: tuple[str, ...]
    """Ids of rules that have code, none of which ran."""

    @property
    def with_code(self) -> int:
        """How many rules about the tag have code."""
        return len(self.fired) + len(self.not_fired)

    def __str__(self) -> str:
        return f"{self.tag}: {len(self.fired)} of {self.with_code} rules with code fired"


def coverage_of(functions: Iterable[str]) -> tuple[Coverage, ...]:
    """What the named functions are of the catalogue, per upstream tag in the catalogue's order.

    Sets of several blocks may be joined first: `coverage_of(one.functions | other.functions)`.
    """
    names = frozenset(functions)
    by_tag: dict[str, tuple[list[str], list[str]]] = {}
    for entry in catalogue().values():
        if entry.where:
            fired, not_fired = by_tag.setdefault(entry.tag, ([], []))
            (not_fired if names.isdisjoint(entry.where) else fired).append(entry.id)
    return tuple(
        Coverage(tag=tag, fired=tuple(fired), not_fired=tuple(not_fired))
        for tag, (fired, not_fired) in by_tag.items()
    )


@contextmanager
def rules_fired() -> Iterator[Fired]:
    """Note which functions of the catalogue run inside the `with`.

    Blocks may be nested; an outer one has seen what an inner one saw.

    Raises:
        ModelError: something else profiles this thread (before 3.12), or all of the interpreter's
            monitoring tools are taken (from 3.12).
    """
    fired = Fired()
    names = {id(code): name for name, code in _codes().items()}
    with _watched(names, fired.functions.add):
        yield fired


def _codes() -> dict[str, CodeType]:
    # Asked for anew each time: whoever tries out a wrong rule puts other code into its function.
    return {name: cast(FunctionType, each).__code__ for name, each in implementations().items()}


Note = Callable[[str], None]

if sys.version_info >= (3, 12):  # the interpreter reports
    _monitoring = sys.monitoring
    _LOCK: Final = RLock()
    _OPEN: Final[list[tuple[dict[int, str], Note]]] = []
    _TOOL: Final = "ipam_model.firing"

    def _started(code: CodeType, _offset: int) -> object:
        for names, note in tuple(_OPEN):
            if id(code) in names:
                note(names[id(code)])
        return _monitoring.DISABLE

    @contextmanager
    def _watched(names: dict[int, str], note: Note) -> Iterator[None]:
        codes = tuple(_codes().values())
        entry = (names, note)
        with _LOCK:
            tool = _our_tool() if _OPEN else _new_tool()
            for code in codes:
                _monitoring.set_local_events(tool, code, _monitoring.events.PY_START)
            _OPEN.append(entry)
            _monitoring.restart_events()  # what has fired for others has not yet for this block
        try:
            yield
        finally:
            with _LOCK:
                _OPEN.remove(entry)
                if not _OPEN:
                    for code in codes:
                        _monitoring.set_local_events(tool, code, 0)
                    _monitoring.register_callback(tool, _monitoring.events.PY_START, None)
                    _monitoring.free_tool_id(tool)

    def _our_tool() -> int:
        return next(tool for tool in range(6) if _monitoring.get_tool(tool) == _TOOL)

    def _new_tool() -> int:
        # Those without a meaning first; debugger, coverage, profiler and optimizer have their own.
        for tool in (3, 4, 2, 1, 5, 0):
            if _monitoring.get_tool(tool) is None:
                _monitoring.use_tool_id(tool, _TOOL)
                _monitoring.register_callback(tool, _monitoring.events.PY_START, _started)
                return tool
        raise ModelError("all monitoring tools of the interpreter are taken")

else:  # every call is looked at
    _RESUME: Final = opmap["RESUME"]

    def _begins(frame: FrameType) -> bool:
        """Whether a body begins: a generator that is resumed, or thrown away, is called too."""
        text, at = frame.f_code.co_code, frame.f_lasti
        return text[at] == _RESUME and text[at + 1] == 0

    class _Profiler:
        """The profile function of one block, around the one of the block outside it."""

        def __init__(self, names: dict[int, str], note: Note, outer: "_Profiler | None") -> None:
            self.waiting = names
            self.note = note
            self.outer = outer

        def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
            code = id(frame.f_code)
            if event == "call" and code in self.waiting and _begins(frame):
                self.tell(self.waiting.pop(code))

        def tell(self, name: str) -> None:
            self.note(name)
            if self.outer is not None:
                self.outer.tell(name)

    @contextmanager
    def _watched(names: dict[int, str], note: Note) -> Iterator[None]:
        outer = sys.getprofile()
        if not isinstance(outer, _Profiler | None):
            raise ModelError("another profiler is at work in this thread")
        sys.setprofile(_Profiler(names, note, outer))
        try:
            yield
        finally:
            sys.setprofile(outer)
