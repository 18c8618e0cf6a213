"""Where a subject is: a factory, its name (`pkg.mod:Factory`), or a program (`exec:CMD`)."""

import ast
import functools
import importlib
import inspect
import sys
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
    """How a command names it: `pkg.mod:Factory`, or the text itself.

    What no command can name (`finds`) is described: a lambda, or a `functools.partial` with its
    arguments.
    """
    if isinstance(where, str):
        return where
    address: str | None = getattr(where, "address", None)  # of a program
    if address is not None:
        return address
    if isinstance(where, functools.partial):
        return f"partial({', '.join([address_of(where.func), *arguments_of(where)])})"
    name = getattr(where, "__qualname__", None)
    if name is None:
        return f"{type(where).__module__}:{type(where).__qualname__} object"
    return f"{where.__module__}:{name}"


def arguments_of(made: "functools.partial[Any]") -> list[str]:
    """Its arguments as they are written, `...` for what is no literal."""
    keywords = (f"{name}={_written(value)}" for name, value in made.keywords.items())
    return [*map(_written, made.args), *keywords]


def _written(value: object) -> str:
    text = repr(value)
    try:
        return text if ast.literal_eval(text) == value else "..."
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return "..."


def finds(where: Factory) -> bool:
    """Whether another process gets the same by `address_of`."""
    if isinstance(where, str) or hasattr(where, "address"):
        return True
    module = getattr(where, "__module__", None)
    if module in (None, "__main__"):
        return False
    found: object = sys.modules.get(module)
    for part in getattr(where, "__qualname__", "").split("."):
        found = getattr(found, part, None)
    return found is where or (inspect.ismethod(where) and found == where)


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
