"""Frozen records that are made, and made anew with changes, quickly.

attrs sets each field of a frozen class by a call of `object.__setattr__`, five times as slow as an
assignment, and `attrs.evolve` asks every field how it is called; the model does both all the time.
A quick record is an object of a twin class without a guard while its fields are assigned, and of
its own class from then on: as immutable as any other.
"""

from collections.abc import Callable, Iterator
from types import new_class
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import attrs
from attrs import NOTHING, Attribute, Factory, fields

T = TypeVar("T")
C = TypeVar("C", bound=type[attrs.AttrsInstance])

_BECOME: Final = object.__dict__["__class__"].__set__
_EVOLVE: Final[dict[type, Callable[..., Any]]] = {}
"""`evolve` for each quick class; its subclasses have none."""


def quick(cls: C) -> C:
    """The class, whose records are made in half the time and changed in a fifth of it.

    For a frozen class with slots and `weakref_slot=False`. Where Python does not allow it,
    everything is as attrs makes it.

    Raises:
        TypeError: the class has a base class other than `Generic`, remembers its hash, or has
            validators, converters, defaults that look at the record, or something that is done
            after they are made.
    """
    _require_plain(cls)
    slots = {"__slots__": cls.__dict__["__slots__"]}
    bases = getattr(cls, "__orig_bases__", ())
    twin = new_class(cls.__name__, bases, exec_body=lambda twin: twin.update(slots))
    try:
        _BECOME(twin(), cls)
    except TypeError:  # Another Python may lay the two out in different ways.
        return cls
    own: Any = cls.__init__
    init, evolved = _Text(cls, twin).functions()
    init.__qualname__, init.__module__ = own.__qualname__, own.__module__
    init.__annotations__, init.__doc__ = own.__annotations__, own.__doc__
    setattr(cls, "__init__", init)  # noqa: B010 - mypy wants nobody to assign it
    _EVOLVE[cls] = evolved
    return cls


if TYPE_CHECKING:
    from attrs import evolve as evolve  # noqa: PLC0414 - mypy knows attrs' own, and its arguments
else:

    def evolve(record: T, /, **changes: object) -> T:
        """The record with other values, as `attrs.evolve` makes it: quickly if it is quick."""
        return _EVOLVE.get(type(record), attrs.evolve)(record, **changes)


class _Text:
    """The text of the functions of a quick class."""

    def __init__(self, cls: type[attrs.AttrsInstance], twin: type) -> None:
        self._fields: tuple[Attribute[Any], ...] = fields(cls)
        self._file = f"<quick {cls.__qualname__}>"
        # No argument begins with an underscore, so that none hides one of these.
        self._names: dict[str, Any] = {
            "_cls": cls,
            "_twin": twin,
            "_become": _BECOME,
            "_own": cls.__init__,
            "_NOTHING": NOTHING,
        }
        for each in self._fields:
            default: Any = each.default
            if _made_anew(each):
                default = default.factory
            self._names[f"_default_{each.name}"] = default

    def functions(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        """`__init__` and `evolve`, compiled in one go: that is what making a class takes."""
        exec(compile("\n".join([*self._init(), *self._evolve()]), self._file, "exec"), self._names)
        return self._names["__init__"], self._names["evolve"]

    def _signature(self, default: Callable[["Attribute[Any]"], str], *, by_name: bool) -> str:
        parameters = ["self"]
        for each in self._fields:
            if each.init:
                if (each.kw_only or by_name) and "*" not in parameters:
                    parameters.append("*")
                parameters.append(f"{each.alias}{default(each)}")
        return ", ".join(parameters)

    def _default(self, each: "Attribute[Any]") -> str:
        if each.default is NOTHING:
            return ""
        return "=_NOTHING" if _made_anew(each) else f"=_default_{each.name}"

    def _without_value(self, each: "Attribute[Any]") -> str:
        return f"_default_{each.name}{'()' if _made_anew(each) else ''}"

    def _init(self) -> Iterator[str]:
        """As attrs' own, which makes the records of subclasses."""
        yield f"def __init__({self._signature(self._default, by_name=False)}):"
        yield " if type(self) is not _cls:"
        yield f"  _own(self, {', '.join(f'{a.alias}={a.alias}' for a in self._fields if a.init)})"
        yield "  return"
        yield " _become(self, _twin)"
        for each in self._fields:
            value = each.alias if each.init else self._without_value(each)
            if each.init and _made_anew(each):
                value = f"{value} if {value} is not _NOTHING else {self._without_value(each)}"
            yield f" self.{each.name} = {value}"
        yield " self.__class__ = _cls"

    def _evolve(self) -> Iterator[str]:
        """As `attrs.evolve`: what no caller can give is as in a new record."""
        yield f"def evolve({self._signature(lambda _: '=_NOTHING', by_name=True)}):"
        yield " _new = _twin()"
        for each in self._fields:
            value = self._without_value(each)
            if each.init:
                value = f"self.{each.name} if {each.alias} is _NOTHING else {each.alias}"
            yield f" _new.{each.name} = {value}"
        yield " _new.__class__ = _cls"
        yield " return _new"


def _require_plain(cls: type[attrs.AttrsInstance]) -> None:
    """Raise `TypeError` for what attrs does beside setting fields."""
    if cls.__bases__ not in {(object,), (Generic,)}:
        raise TypeError("a quick record has no base class")
    for name in ("__attrs_pre_init__", "__attrs_post_init__"):
        if hasattr(cls, name):
            raise TypeError(f"a quick record has no {name}")
    if "_attrs_cached_hash" in cls.__dict__["__slots__"]:
        raise TypeError("a quick record does not remember its hash")
    for each in fields(cls):
        default: Any = each.default
        if each.validator is not None or each.converter is not None:
            raise TypeError(f"a quick record has no validators and converters: {each.name}")
        if _made_anew(each) and default.takes_self:
            raise TypeError(f"the default of a quick record sees no record: {each.name}")


def _made_anew(each: "Attribute[Any]") -> bool:
    """The default is made for every record."""
    return isinstance(each.default, Factory)  # type: ignore[arg-type]  # its stub is a function
