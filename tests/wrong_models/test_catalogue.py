"""The catalogue of wrong models, and putting one in force."""

import re
import sys

import pytest

from ipam_model import config as config_module
from ipam_model.catalogue import catalogue
from ipam_model.config import Config, Version
from ipam_model.daemon import datastore, growth, init, pods, pool, setup
from ipam_model.daemon.versions import DAEMONS
from ipam_model.environment import Environment
from ipam_model.errors import ModelError
from ipam_model.limits import InstanceLimits
from ipam_model.rules import capacity, timing
from ipam_model.settings import parse_settings
from ipam_model.state import Eni
from ipam_model.testing.events import Add, Restart
from ipam_model.testing.story import Story
from ipam_model.testing.telling import told
from ipam_model.wrong_models import FAMILIES, WRONG_MODELS, WrongModel, wrong
from ipam_model.wrong_models.assignment import no_cooldown, write_no_checkpoint
from ipam_model.wrong_models.capacity import always_room
from ipam_model.wrong_models.growth import grow_twice, new_eni_not_set_up
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import OF_THE_DAEMON, Replacing
from ipam_model.wrong_models.shrink import free_enis_with_pods
from ipam_model.wrong_models.upstream import WITHOUT_MODEL

ISSUE = re.compile(r"#\d+")


def surroundings() -> dict[tuple[str, str], object]:
    """All that a wrong model may replace: globals, methods, and the daemons' procedures."""
    found: dict[tuple[str, str], object] = {}
    for name, module in sys.modules.items():
        package, _, rest = name.partition(".")
        if package == "ipam_model" and rest.split(".")[0] in OF_THE_DAEMON:
            found.update({(name, each): value for each, value in vars(module).items()})
    for owner in (Eni, Environment):
        found.update({(owner.__name__, each): value for each, value in vars(owner).items()})
    found.update({("DAEMONS", str(version)): DAEMONS[version] for version in DAEMONS})
    return found


def changed(before: dict[tuple[str, str], object]) -> list[tuple[str, str]]:
    after = surroundings()
    assert after.keys() == before.keys()
    return [place for place in before if before[place] is not after[place]]


@pytest.mark.parametrize("model", WRONG_MODELS.values(), ids=str)
def test_a_wrong_model_replaces_something_and_puts_everything_back(model: WrongModel) -> None:
    before = surroundings()
    with wrong(model) as in_force:
        assert in_force is model
        assert changed(before)
    assert not changed(before)


@pytest.mark.parametrize("name", ["no-cooldown", "restart-moves-pods"])
def test_the_addresses_of_an_ipv6_prefix_are_not_listed(name: str) -> None:
    """There are 2⁴⁸: a list of them takes all memory."""
    limits = InstanceLimits.simple(2, 3)
    env = {"ENABLE_IPv6": "true", "ENABLE_IPv4": "false", "ENABLE_PREFIX_DELEGATION": "true"}
    config = Config(settings=parse_settings(env).settings, limits=limits)
    story = Story(config=config, max_pods=10, events=(Add("p1"), Restart()), choices=())
    with wrong(WRONG_MODELS[name]):
        teller = told(story)
    assert teller.node is not None
    assert len(teller.node.store(0).holdings) == 1


@pytest.mark.parametrize("model", WRONG_MODELS.values(), ids=str)
def test_a_wrong_model_says_what_it_does_and_which_rules_it_breaks(model: WrongModel) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", model.id)
    assert model.statement.endswith(".")
    assert model.breaks
    assert not set(model.breaks) - catalogue().keys()
    assert all(ISSUE.fullmatch(issue) for issue in model.upstream)


def test_there_are_enough_of_every_family() -> None:
    assert len(WRONG_MODELS) >= 80
    families = {module.__name__.rpartition(".")[2] for module in FAMILIES}
    assert {model.family for model in WRONG_MODELS.values()} == families


def test_upstream_bugs_are_either_in_the_catalogue_or_not() -> None:
    modelled = {issue for model in WRONG_MODELS.values() for issue in model.upstream}
    assert len(modelled) >= 60
    assert not modelled & WITHOUT_MODEL.keys()


def test_a_failure_inside_the_block_puts_everything_back() -> None:
    before = surroundings()
    with pytest.raises(ZeroDivisionError), wrong(no_cooldown):
        raise ZeroDivisionError
    assert not changed(before)


def test_a_breakage_that_fails_half_way_puts_everything_back() -> None:
    def half(replacing: Replacing) -> None:
        """Fails."""
        replacing.function(timing.cooling, lambda *_: True)
        replacing.function(len, lambda *_: 0)

    before = surroundings()
    model = WrongModel(
        id="half", family="", statement="", breaks=(), upstream=(), survives="", break_daemon=half
    )
    with pytest.raises(ModelError, match="holds"), wrong(model):
        pytest.fail("it is not in force")
    assert not changed(before)
    with wrong(no_cooldown):
        assert changed(before)


def test_one_daemon_has_one_bug() -> None:
    before = surroundings()
    with wrong(no_cooldown):
        inner = wrong(always_room)
        with pytest.raises(ModelError, match="already has the bug no-cooldown"), inner:
            pytest.fail("it is not in force")
    assert not changed(before)


def test_a_function_is_replaced_wherever_the_daemon_holds_it() -> None:
    original = growth.increase
    with wrong(grow_twice):
        held = [vars(module)["increase"] for module in (growth, pool, init)]
        assert held[0] is held[1] is held[2] is not original
    assert all(vars(module)["increase"] is original for module in (growth, pool, init))


def test_a_function_is_replaced_in_one_module_only_where_that_is_meant() -> None:
    with wrong(new_eni_not_set_up):
        assert vars(init)["set_up_eni"] is setup.set_up_eni
        assert vars(growth)["set_up_eni"] is not setup.set_up_eni


def test_a_procedure_of_a_version_is_replaced_in_its_daemon() -> None:
    with wrong(WRONG_MODELS["deleted-pods-keep-their-address"]):
        assert DAEMONS[Version.V1_23].delete is pods.delete
        assert DAEMONS[Version.V1_23].add is pods.add
    assert DAEMONS[Version.V1_23].delete is pods.delete


def test_methods_are_replaced() -> None:
    original = Eni.has_pods
    with wrong(free_enis_with_pods):
        assert Eni.has_pods is not original
    assert Eni.has_pods is original
    with wrong(write_no_checkpoint):
        assert Environment.write_checkpoint.__name__ == "wrong"


def test_what_does_not_exist_cannot_be_replaced() -> None:
    replacing = Replacing()
    with pytest.raises(ModelError, match="no method fly"):
        replacing.method(Eni, "fly", lambda *_: None)
    with pytest.raises(ModelError, match="no module of the daemon"):
        replacing.function(config_module.parse_settings_of, lambda *_: None)
    with pytest.raises(ModelError, match="no module of the daemon"):
        replacing.function(capacity.has_room, lambda *_: True, within=datastore)


def test_names_are_unique() -> None:
    def no_cooldown(replacing: Replacing) -> None:
        """Taken."""

    with pytest.raises(ModelError, match="two wrong models are called no-cooldown"):
        wrong_model(breaks=("R17",))(no_cooldown)
