"""Which rules fired: counted when they run, not when they are made, and only inside the block."""

import gc
import sys
from threading import Thread
from types import FrameType

import pytest

from ipam_model.arithmetic import INTS
from ipam_model.catalogue import Kind, catalogue, implementations
from ipam_model.daemon.pool import await_trunk, update_pool
from ipam_model.errors import ModelError
from ipam_model.firing import coverage_of, rules_fired
from ipam_model.rules import capacity, warm_pool
from tests.rules.scenes import make_config, make_eni, make_node, make_store

SEES_THREADS = sys.version_info >= (3, 12)


def room() -> bool:
    return capacity.has_room(INTS, 1, 2, 0, 0)


def surplus() -> int:
    return warm_pool.surplus(INTS, 1, 0, 5, 4)


def test_a_rule_fires_when_its_function_runs_inside_the_block() -> None:
    room()
    with rules_fired() as fired:
        assert not fired.rules
        surplus()
        surplus()
        assert fired.rules == {"R88"}
    room()
    assert fired.functions == {"ipam_model.rules.warm_pool.surplus"}


def test_nothing_is_left_in_place_after_the_block() -> None:
    with rules_fired():
        room()
    assert sys.getprofile() is None
    with pytest.raises(ZeroDivisionError), rules_fired():
        warm_pool.short_prefixes(INTS, 1, 0, 0, 0, block=0)
    assert sys.getprofile() is None
    if sys.version_info >= (3, 12):
        assert "ipam_model.firing" not in map(sys.monitoring.get_tool, range(6))


def test_a_procedure_fires_at_its_first_step_and_not_where_it_is_made() -> None:
    config, node = make_config(), make_node(make_store())
    with rules_fired() as fired:
        procedure = await_trunk(config, node, 0)
        assert not fired.functions
        with pytest.raises(StopIteration):
            next(procedure)
    assert fired.rules == {"R70"}


def test_a_procedure_that_is_thrown_away_does_not_fire() -> None:
    """Wherever it stands: the garbage of others may be collected inside the block."""
    config, node = make_config(), make_node(make_store(make_eni("eni-1")))
    waiting = update_pool(config, node, 0)
    next(waiting)
    unused = await_trunk(config, node, 0)
    with rules_fired() as fired:
        del waiting, unused
        gc.collect()
        assert not fired.functions


def test_a_procedure_that_waits_has_fired_before() -> None:
    config, node = make_config(), make_node(make_store(make_eni("eni-1")))
    waiting = update_pool(config, node, 0)
    next(waiting)
    with rules_fired() as fired:
        waiting.send((False, node, 0))
    assert "R72" not in fired.rules
    assert "R98" in fired.rules


def test_an_outer_block_sees_what_an_inner_one_sees() -> None:
    with rules_fired() as outer:
        room()
        with rules_fired() as inner:
            room()
            surplus()
        assert inner.rules == {"R33", "R88"}
        with rules_fired() as later:
            room()
        assert later.rules == {"R33"}
    assert outer.rules == {"R33", "R88"}


def test_another_thread_counts_where_the_interpreter_can_tell() -> None:
    with rules_fired() as fired:
        thread = Thread(target=room)
        thread.start()
        thread.join()
    assert fired.rules == ({"R33"} if SEES_THREADS else frozenset())


@pytest.mark.skipif(SEES_THREADS, reason="profilers and blocks do not meet from Python 3.12")
def test_another_profiler_is_not_driven_out() -> None:
    def profiler(_frame: FrameType, _event: str, _argument: object) -> None:
        pass

    sys.setprofile(profiler)
    try:
        with pytest.raises(ModelError, match="another profiler"), rules_fired():
            pass
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(None)


def test_coverage_counts_exactly_the_rules_with_code() -> None:
    none = coverage_of(())
    with_code = {rule.id for rule in catalogue().values() if rule.where}
    assert [rule for each in none for rule in each.not_fired] == [
        rule for rule in catalogue() if rule in with_code
    ]
    needed = {r.id for r in catalogue().values() if r.kind in (Kind.FORMULA, Kind.STEP)}
    assert needed <= with_code
    every = coverage_of(implementations())
    assert not any(each.not_fired for each in every)
    assert sum(each.with_code for each in every) == len(with_code)


def test_coverage_says_how_many_of_how_many() -> None:
    first, *others = coverage_of({"ipam_model.rules.warm_pool.surplus"})
    assert first.fired == ("R88",)
    assert str(first) == f"v1.23.1: 1 of {first.with_code} rules with code fired"
    assert not any(each.fired for each in others)


def test_every_name_of_the_catalogue_is_a_function() -> None:
    named = {name for rule in catalogue().values() for name in rule.where}
    assert named == set(implementations())
