"""Quick records are what attrs makes of the same class, sooner."""

import copy
import inspect
import pickle
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import attrs
import pytest
from attrs import AttrsInstance, frozen
from attrs.exceptions import FrozenInstanceError

import ipam_model.counting.decisions as _decisions  # so that every quick class is there
import ipam_model.world as _world
from ipam_model import records
from ipam_model.records import quick
from ipam_model.state import Cidr, Cleanup, Eni, Network, Node, Store

Class = Callable[..., object]
"""A class, called with whatever it takes."""

QUICK: Final = tuple(records._EVOLVE)
BY_NAME: Final = {each.__name__ for each in QUICK}


evolve = cast(Callable[..., Any], records.evolve)
"""Of anything, with any arguments."""


def _fields(cls: Class) -> tuple["attrs.Attribute[Any]", ...]:
    found: tuple[attrs.Attribute[Any], ...] = attrs.fields(cast(type[AttrsInstance], cls))
    return found


def _given(cls: Class) -> dict[str, object]:
    """A value of its own for every argument."""
    return {each.name: f"value of {each.name}" for each in _fields(cls) if each.init}


def _slowly(cls: Class, given: Mapping[str, object]) -> object:
    """The record as attrs' own text makes it, field by field."""
    made: object = object.__new__(cast(type, cls))
    for each in _fields(cls):
        default: Any = each.default
        if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # see `records`
            default = default.factory()
        object.__setattr__(made, each.name, given.get(each.name, default))
    return made


def _values(record: object) -> dict[str, object]:
    """Everything in it, whatever equality looks at."""
    return {each.name: getattr(record, each.name) for each in _fields(type(record))}


def test_the_records_that_every_event_makes_are_quick() -> None:
    """Elsewhere it would not pay: the fewer fields, the less is gained."""
    assert _world.World not in QUICK
    assert _decisions.Targets not in QUICK
    assert {
        *("AddressRecord", "Cidr", "Eni", "Store", "Node", "Call", "Choice", "Spot", "PodReply"),
        *("Ec2", "Ec2Eni", "CounterSubnet", "Decision", "Totals", "WarmTargets", "Balance"),
        *("Pod", "OneOf", "Outcome", "Pool", "Needs"),
    } == BY_NAME


@pytest.mark.parametrize("cls", QUICK, ids=lambda cls: cls.__name__)
class TestQuick:
    """One class after the other."""

    def test_with_every_argument(self, cls: Class) -> None:
        """Each field gets its own, and the class is the right one."""
        record = cls(**_given(cls))
        assert type(record) is cls
        assert _values(record) == _values(_slowly(cls, _given(cls)))
        assert record == _slowly(cls, _given(cls))

    def test_with_what_it_needs_alone(self, cls: Class) -> None:
        """The rest is at its defaults, made anew for each record where they must be."""
        needed = {
            each.name: each.name
            for each in _fields(cls)
            if each.init and each.default is attrs.NOTHING
        }
        assert _values(cls(**needed)) == _values(_slowly(cls, needed))
        for name, value in _values(cls(**needed)).items():
            if isinstance(value, dict):
                assert value is not getattr(cls(**needed), name)

    def test_without_what_it_needs(self, cls: Class) -> None:
        """Python's own words."""
        first = next((each for each in _fields(cls) if each.default is attrs.NOTHING), None)
        if first is None:
            assert cls() == cls()
            return
        given = _given(cls)
        del given[first.name]
        with pytest.raises(TypeError, match=rf"__init__\(\) missing 1 required.*'{first.name}'"):
            cls(**given)

    def test_it_does_not_change(self, cls: Class) -> None:
        """Neither set nor deleted."""
        record = cls(**_given(cls))
        for each in _fields(cls):
            with pytest.raises(FrozenInstanceError):
                setattr(record, each.name, None)
            with pytest.raises(FrozenInstanceError):
                delattr(record, each.name)

    def test_its_signature(self, cls: Class) -> None:
        """That of the class without help, by which editors and `inspect` go."""
        plain = attrs.make_class(
            cls.__name__,
            {
                each.name: attrs.field(
                    default=each.default, init=each.init, kw_only=each.kw_only, type=each.type
                )
                for each in _fields(cls)
            },
            frozen=True,
        )
        wanted = inspect.signature(plain).parameters.values()
        found = inspect.signature(cls).parameters.values()
        assert [(each.name, each.kind, each.default) for each in found] == [
            (each.name, each.kind, each.default) for each in wanted
        ]

    def test_made_anew(self, cls: Class) -> None:
        """As attrs does it, one argument at a time; what is remembered is forgotten."""
        record = cls(**_given(cls))
        for each in _fields(cls):
            if not each.init:
                object.__setattr__(record, each.name, "remembered")
        for each in _fields(cls):
            if each.init:
                change = {each.name: "another"}
                made = evolve(record, **change)
                assert type(made) is cls
                assert _values(made) == _values(cast(Any, attrs.evolve)(record, **change))
        with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
            evolve(record, nonsense=1)

    def test_copied_and_carried(self, cls: Class) -> None:
        """To other processes, for instance."""
        record = cls(**_given(cls))
        assert copy.copy(record) == record
        assert pickle.loads(pickle.dumps(record)) == record


def test_a_subclass_is_made_as_attrs_makes_it() -> None:
    """It may have anything of its own."""

    class Bigger(Cidr):
        pass

    cidr = Bigger(Network(1, 1), False)
    assert type(cidr) is Bigger
    assert type(evolve(cidr, is_prefix=True)) is Bigger
    with pytest.raises(FrozenInstanceError):
        cidr.is_prefix = True  # type: ignore[misc]  # that is the point


def test_a_generic_record_is_quick_too() -> None:
    """Of any kind of number."""
    assert _decisions.Pool[int](3, 2, 1) == _decisions.Pool(3, 2, 1)
    assert evolve(_decisions.Pool(3, 2, 1), assigned=1) == _decisions.Pool(3, 1, 1)


def test_what_is_remembered_does_not_survive_a_change() -> None:
    """The sums of an ENI are of its own CIDRs."""
    eni = Eni("eni-1", True, 0, "subnet-a", 0, 1)
    assert eni.tally().singles == 0
    more = evolve(eni, cidrs=(Cidr(Network(2, 1), False),))
    assert more.tally().singles == 1


def test_a_store_has_an_index_of_its_own() -> None:
    """No two stores share what is made where none is given."""
    assert Store(0, False).holdings is not Store(0, False).holdings


def test_a_class_that_does_more_is_refused() -> None:
    """Quick records set their fields, and nothing else: nothing may be lost."""

    @frozen(weakref_slot=False)
    class Checked:
        number: int = attrs.field(validator=attrs.validators.gt(0))

    @frozen(weakref_slot=False)
    class Converted:
        number: int = attrs.field(converter=int)

    @frozen(weakref_slot=False)
    class Looking:
        number: int = attrs.Factory(id, takes_self=True)

    @frozen(weakref_slot=False)
    class Doing:
        number: int
        twice: int = attrs.field(init=False, default=0)

        def __attrs_post_init__(self) -> None:
            object.__setattr__(self, "twice", 2 * self.number)

    @frozen(weakref_slot=False, cache_hash=True)
    class Remembering:
        number: int

    @frozen(weakref_slot=False)
    class Derived(Node):
        number: int = 0

    for cls in (Checked, Converted, Looking, Doing, Remembering, Derived):
        with pytest.raises(TypeError, match="quick record"):
            quick(cls)


def test_where_python_cannot_do_it_all_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of another class are made by attrs itself."""

    def impossible(_record: object, _cls: type) -> None:
        raise TypeError("object layout differs")

    monkeypatch.setattr(records, "_BECOME", impossible)

    @quick
    @frozen(weakref_slot=False)
    class Plain:
        number: int

    assert Plain not in records._EVOLVE
    assert evolve(Plain(number=1), number=2) == Plain(number=2)


def test_no_field_hides_a_name_of_the_text() -> None:
    """Fields may be called as they like."""

    @quick
    @frozen(weakref_slot=False)
    class Odd:
        new: int
        cls: int
        twin: int = 3
        own: int = 4

    assert evolve(Odd(1, 2), cls=5) == Odd(1, 5, 3, 4)
    assert Odd(1, 2).own == 4


def test_evolve_takes_any_attrs_record() -> None:
    """Also one that is not quick."""
    node = Node(max_pods=3)
    assert evolve(node, max_pods=4).max_pods == 4
    cleanup = Cleanup(5000, 0, "eni-2", Network(1, 1))
    assert evolve(cleanup, card=1) == Cleanup(5000, 1, "eni-2", Network(1, 1))
