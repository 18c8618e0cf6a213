"""Where a subject is: a factory, its name (`pkg.mod:Factory`), or a program (`exec:CMD`)."""

import importlib
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from ipam_model.conformance.raised import RAISED, raised_place, raised_words
from ipam_model.conformance.subject import Subject
from ipam_model.errors import InputError

MakeSubject: TypeAlias = Callable[[], Subject[Any, Any]]
Factory: TypeAlias = MakeSubject | str

EXEC: Final = "exec:"
_FORMS: Final = "a subject is pkg.mod:Factory, or exec: and a command"


def factory_of(where: Factory) -> MakeSubject:
    """What makes a subject; `InputError` if there is no such thing."""
    if not isinstance(where, str):
        return where
    if where.startswith(EXEC):
        return _program(where.removeprefix(EXEC))
    return load_factory(where)


def address_of(where: Factory) -> str:
    """How a command names it: `pkg.mod:Factory`, or the text itself."""
    if isinstance(where, str):
        return where
    address: str | None = getattr(where, "address", None)  # of a program
    if address is not None:
        return address
    inner = getattr(where, "func", where)  # of a functools.partial
    name = getattr(inner, "__qualname__", type(inner).__qualname__)
    module = getattr(inner, "__module__", None) or type(inner).__module__
    return f"{module}:{name}"


def load_factory(name: str) -> MakeSubject:
    """The factory called `pkg.mod:Factory`; `InputError` if it cannot be imported, or called."""
    module, _, path = name.partition(":")
    if not module or not path:
        raise InputError(f"{name!r}: {_FORMS}")
    try:
        found: Any = importlib.import_module(module)
    except ImportError as error:
        raise InputError(f"{name}: {module} cannot be imported: {error}") from None
    except RAISED as error:
        place = raised_place(error)
        raise InputError(
            f"{name}: importing {module} raised {raised_words(error)}"
            + (f" ({place})" if place else "")
        ) from error
    for part in path.split("."):
        if not hasattr(found, part):
            raise InputError(f"{name}: {module} has no {path}")
        found = getattr(found, part)
    if not callable(found):
        raise InputError(f"{name} is {found!r}; a factory is called without arguments")
    make: MakeSubject = found
    return make


def _program(text: str) -> MakeSubject:
    from ipam_model.conformance.wire.program import Program

    made = Program(text)
    _ = made.command  # Complains at once.
    return made
