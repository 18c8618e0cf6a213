"""Daemons that grow too early, too late, too much, in the wrong place or never (R79-R101)."""

from attrs import evolve

from ipam_model import aws_layer
from ipam_model.arithmetic import INTS
from ipam_model.config import Config
from ipam_model.daemon import growth, init, measure, pool, setup
from ipam_model.daemon.growth import Outcome
from ipam_model.daemon.procedure import Ask, Call, Procedure
from ipam_model.ec2 import Ec2, Ec2Eni
from ipam_model.requests import (
    DONE,
    OUT_OF_ADDRESSES,
    AssignPrivateIpAddresses,
    AttachedEni,
    Code,
    EniTags,
    Failed,
    SetupENINetwork,
)
from ipam_model.rules import eligibility, timing, warm_pool
from ipam_model.rules import growth as growth_rules
from ipam_model.state import Node, totals
from ipam_model.wrong_models.interposing import with_answers
from ipam_model.wrong_models.registry import wrong_model
from ipam_model.wrong_models.replacing import Replacing

Growth = Procedure[tuple[Failed | None, Node, int]]

# -- when ----------------------------------------------------------------------------------------


@wrong_model(breaks=("R79",))
def never_low(replacing: Replacing) -> None:
    """The pool is never too low: nothing is ever fetched."""
    replacing.function(growth_rules.too_low, lambda *_: False)


@wrong_model(breaks=("R79",), upstream=("#2793", "#2745"))
def no_pod_cap(replacing: Replacing) -> None:
    """Growth goes on once max pods addresses are owned."""
    original = growth_rules.too_low

    def wrong(_k: object, total: int, _most: int, *rest: int) -> bool:
        warm_ip, short, available, target, unit = rest
        return original(INTS, total, total + 1, bool(warm_ip), short, available, target, unit)

    replacing.function(original, wrong)


@wrong_model(breaks=("R79",))
def low_on_target(replacing: Replacing) -> None:
    """The pool is low although the warm ENI or prefix target is just met."""
    original = growth_rules.target_unmet

    def wrong(
        _k: object, warm_ip: bool, short: int, available: int, target: int, unit: int
    ) -> bool:
        return original(INTS, warm_ip, short, available - 1, target, unit)

    replacing.function(original, wrong)


@wrong_model(breaks=("R72", "R96"), upstream=("#730",))
def grow_twice(replacing: Replacing) -> None:
    """Two growth steps in one tick."""
    original = growth.increase

    def wrong(config: Config, node: Node, now: int, card: int) -> Growth:
        _, node, now = yield from original(config, node, now, card)
        return (yield from original(config, node, now, card))

    replacing.function(original, wrong)


@wrong_model(breaks=("R72", "R96"), upstream=("#2807", "#2744", "#2810"))
def grow_until_satisfied(replacing: Replacing) -> None:
    """A growth step that comes to nothing is taken again at once, in the same tick.

    A hundred times here, without end upstream.
    """
    original = growth.increase

    def wrong(config: Config, node: Node, now: int, card: int) -> Growth:
        error: Failed | None = None
        for _ in range(100):
            before = node.store(card)
            error, node, now = yield from original(config, node, now, card)
            grew = node.store(card) != before
            if grew or not measure.too_low(config, node, card, totals(node.store(card))):
                break
        return error, node, now

    replacing.function(original, wrong)


@wrong_model(
    breaks=("R96",),
    upstream=("#40", "#1739", "#1585", "#1773"),
)
def no_back_off(replacing: Replacing) -> None:
    """An exhausted subnet is asked again in every tick: there is no back-off."""
    replacing.function(timing.backing_off, lambda *_: False)


@wrong_model(breaks=("R96",))
def back_off_for_ever(replacing: Replacing) -> None:
    """The back-off after an exhausted subnet never ends."""
    replacing.function(timing.backing_off, lambda *_: True)


@wrong_model(breaks=("R72", "R96"), upstream=("#525",))
def warm_a_minute_late(replacing: Replacing) -> None:
    """The pool begins to warm a minute after the last change of the pool."""
    original = growth.increase

    def wrong(config: Config, node: Node, now: int, card: int) -> Growth:
        last = node.last_pool_action
        if last is not None and now - last <= timing.RECONCILE_INTERVAL:
            return None, node, now
        return (yield from original(config, node, now, card))

    replacing.function(original, wrong, within=pool)


@wrong_model(breaks=("R51",))
def ignore_the_cordon(replacing: Replacing) -> None:
    """A cordoned node goes on growing and freeing ENIs."""
    replacing.function(eligibility.enis_frozen, lambda *_: False)


@wrong_model(breaks=("R51",), upstream=("#2265", "#2296"))
def cordon_for_ever(replacing: Replacing) -> None:
    """A node that was cordoned once never grows again."""
    original = growth.increase

    def wrong(config: Config, node: Node, now: int, card: int) -> Growth:
        frozen, node, now = yield from growth.enis_frozen(config, node, now)
        if frozen and not node.terminating:
            # A back-off that lasts is the only memory there is of it.
            node = evolve(node, last_insufficient=now + 10**9)
        return (yield from original(config, node, now, card))

    replacing.function(original, wrong)


# -- how much ------------------------------------------------------------------------------------


@wrong_model(breaks=("R87",))
def growth_ignores_the_minimum(replacing: Replacing) -> None:
    """MINIMUM_IP_TARGET is not looked at when the pool grows."""

    def wrong(_k: object, warm: int, _minimum: int, _total: int, available: int) -> int:
        return max(warm - available, 0)

    replacing.function(warm_pool.missing, wrong)


@wrong_model(breaks=("R87",))
def one_warm_address_too_few(replacing: Replacing) -> None:
    """One address less than WARM_IP_TARGET is enough."""
    original = warm_pool.missing

    def wrong(_k: object, warm: int, minimum: int, total: int, available: int) -> int:
        return original(INTS, warm - 1, minimum, total, available)

    replacing.function(original, wrong)


@wrong_model(
    breaks=("R87",),
)
def targets_added_up(replacing: Replacing) -> None:
    """What the two targets miss is added up: growth fetches more than either asks for."""

    def wrong(_k: object, warm: int, minimum: int, total: int, available: int) -> int:
        return max(warm - available, 0) + max(minimum - total, 0)

    replacing.function(warm_pool.missing, wrong)


@wrong_model(breaks=("R36",), upstream=("#728",))
def warm_ip_ignored(replacing: Replacing) -> None:
    """WARM_IP_TARGET and MINIMUM_IP_TARGET are ignored: whole ENIs or prefixes are taken."""
    replacing.function(warm_pool.warm_ip_defined, lambda *_: False)


@wrong_model(breaks=("R36",))
def minimum_alone_ignored(replacing: Replacing) -> None:
    """MINIMUM_IP_TARGET alone does not count as a warm IP target."""
    replacing.function(warm_pool.warm_ip_defined, lambda _k, warm, _minimum: warm != 0)


@wrong_model(
    breaks=("R107",),
    upstream=("#728", "#730"),
)
def new_eni_always_filled(replacing: Replacing) -> None:
    """A new ENI is always filled, whatever WARM_IP_TARGET says."""
    replacing.function(
        growth_rules.new_eni_size, lambda _k, _prefixes, _warm_ip, _needed, _short, slots: slots
    )


@wrong_model(
    breaks=("R98",),
    upstream=("#730",),
)
def existing_eni_always_filled(replacing: Replacing) -> None:
    """An existing ENI is always filled, whatever WARM_IP_TARGET says."""
    replacing.function(growth_rules.wanted_addresses, lambda _k, _warm_ip, _short, slots: slots)


@wrong_model(breaks=("R101", "R107"))
def no_new_eni(replacing: Replacing) -> None:
    """No new ENI is ever created."""
    replacing.function(growth_rules.new_eni_size, lambda *_: 0)


@wrong_model(breaks=("R93",))
def prefixes_rounded_down(replacing: Replacing) -> None:
    """Missing addresses are rounded down to whole prefixes."""
    original = warm_pool.missing

    def wrong(_k: object, warm: int, minimum: int, total: int, available: int, block: int) -> int:
        return original(INTS, warm, minimum, total, available) // block

    replacing.function(warm_pool.short_prefixes, wrong)


@wrong_model(breaks=("R108",), upstream=("#1512",))
def warm_prefix_gates_warm_ip(replacing: Replacing) -> None:
    """In prefix mode a warm IP target never advances once WARM_PREFIX_TARGET prefixes are free."""
    original = growth_rules.prefixes_needed

    def wrong(_k: object, warm_ip: bool, short: int, warm_prefix: int, free: int) -> int:
        needed = original(INTS, warm_ip, short, warm_prefix, free)
        return needed if free < warm_prefix else 0

    replacing.function(original, wrong)


@wrong_model(
    breaks=("R108",),
)
def free_prefixes_not_counted(replacing: Replacing) -> None:
    """Free prefixes are not counted when prefixes are fetched."""
    original = growth_rules.prefixes_needed

    def wrong(_k: object, warm_ip: bool, short: int, warm_prefix: int, _free: int) -> int:
        return original(INTS, warm_ip, short, warm_prefix, 0)

    replacing.function(original, wrong)


@wrong_model(breaks=("R107", "R109"), upstream=("#1872", "#1724", "#1834", "#1975"))
def target_larger_than_one_eni(replacing: Replacing) -> None:
    """More is asked for with a new ENI than one can hold, and the wait for it takes no less."""

    def wrong_size(
        _k: object, prefix_mode: bool, warm_ip: bool, needed: int, short: int, slots: int
    ) -> int:
        return needed if prefix_mode else short if warm_ip else slots

    def wrong_wait(config: Config, node: Node, now: int, card: int) -> Growth:
        wanted = growth.size_of_new_eni(config, node, card)
        procedure = original(config, node, now, card)
        if wanted <= config.slots:
            return (yield from procedure)

        def in_vain(ask: Ask, answer: object) -> object:
            waits = isinstance(ask, Call) and ask.rule == "R109"
            return Failed(Code.TIMEOUT) if waits else answer

        return (yield from with_answers(procedure, in_vain))

    original = growth.try_new_eni
    replacing.function(growth_rules.new_eni_size, wrong_size)
    replacing.function(original, wrong_wait)


@wrong_model(
    breaks=("R98",),
)
def all_or_nothing(replacing: Replacing) -> None:
    """A refused request for several addresses is not tried again with one."""

    def wrong(
        config: Config, node: Node, card: int, eni_id: str, wanted: int
    ) -> Procedure[tuple[object, Node, int]]:
        eni = node.store(card).eni(eni_id)
        free = measure.free_slots(config, eni) if eni is not None else 0
        count = growth_rules.extension_size(INTS, wanted, free)
        request = AssignPrivateIpAddresses(eni_id, count, config.prefix_mode)
        answer, node, now = yield Call("R98", node, request)
        return answer, node, now

    replacing.function(growth.assign_or_one, wrong)


# -- where ---------------------------------------------------------------------------------------


@wrong_model(breaks=("R98", "R99"), upstream=("#2792", "#2801"))
def trunk_extended(replacing: Replacing) -> None:
    """A trunk ENI is extended like any other."""
    original = eligibility.growable

    def wrong(
        _k: object, custom: bool, primary: bool, _trunk: bool, excluded: bool, free: int
    ) -> bool:
        return original(INTS, custom, primary, False, excluded, free)

    replacing.function(original, wrong)


@wrong_model(breaks=("R98", "R99"))
def grow_excluded_enis(replacing: Replacing) -> None:
    """An ENI in an excluded subnet is extended."""
    original = eligibility.growable

    def wrong(
        _k: object, custom: bool, primary: bool, trunk: bool, _excluded: bool, free: int
    ) -> bool:
        return original(INTS, custom, primary, trunk, False, free)

    replacing.function(original, wrong)


@wrong_model(breaks=("R50",))
def primary_extended_with_custom_networking(replacing: Replacing) -> None:
    """With custom networking the primary ENI is extended."""
    original = eligibility.growable

    def wrong(
        _k: object, _custom: bool, primary: bool, trunk: bool, excluded: bool, free: int
    ) -> bool:
        return original(INTS, False, primary, trunk, excluded, free)

    replacing.function(original, wrong)


@wrong_model(breaks=("R98", "R99"))
def secondary_enis_never_extended(replacing: Replacing) -> None:
    """Only the primary ENI is ever extended."""
    original = eligibility.growable

    def wrong(
        _k: object, custom: bool, primary: bool, trunk: bool, excluded: bool, free: int
    ) -> bool:
        return primary and original(INTS, custom, primary, trunk, excluded, free)

    replacing.function(original, wrong)


@wrong_model(breaks=("R98", "R103"), upstream=("#2908", "#2954"))
def exhausted_subnet_never_left(replacing: Replacing) -> None:
    """An ENI whose subnet is exhausted ends the step: no ENI in another subnet is tried."""
    original = growth.extend_one_of

    def wrong(
        config: Config, node: Node, now: int, card: int, candidates: tuple[str, ...], wanted: int
    ) -> Procedure[tuple[Outcome, Node, int]]:
        at_home = evolve(config, settings=evolve(config.settings, subnet_discovery=False))
        return original(at_home, node, now, card, candidates, wanted)

    replacing.function(original, wrong)


@wrong_model(breaks=("R103",))
def excluded_subnet_chosen(replacing: Replacing) -> None:
    """A new ENI goes into a subnet that is excluded from pod addressing."""
    replacing.function(eligibility.subnet_valid, lambda *_: True)


# -- how it ends ---------------------------------------------------------------------------------


@wrong_model(breaks=("R106",), upstream=("#69", "#608", "#690", "#1223"))
def created_eni_left_behind(replacing: Replacing) -> None:
    """An ENI that was created but cannot be attached is not deleted.

    Nor is it tagged yet, so that the job against leaks does not know it for its own.
    """
    original = aws_layer.attach_interface

    def wrong(ec2: Ec2, eni: Ec2Eni) -> tuple[str | Failed, Ec2]:
        before = ec2
        answer, ec2 = original(ec2, eni)
        if isinstance(answer, Failed):
            subnets = before.subnets  # Its addresses did not return.
            untagged = evolve(eni, tags=EniTags())
            return answer, evolve(ec2, subnets=subnets, leaked=(*before.leaked, untagged))
        return answer, ec2

    replacing.function(original, wrong)


@wrong_model(breaks=("R58",))
def eni_used_without_host_networking(replacing: Replacing) -> None:
    """An ENI whose host networking failed stays in the store, and pods get its addresses."""
    original = setup.set_up_eni

    def wrong(
        config: Config,
        node: Node,
        now: int,
        eni: AttachedEni,
        *,
        trunk: bool = False,
        efa: bool = False,
    ) -> Growth:
        procedure = original(config, node, now, eni, trunk=trunk, efa=efa)

        def linked(ask: Ask, answer: object) -> object:
            asks = isinstance(ask, Call) and isinstance(ask.request, SetupENINetwork)
            return DONE if asks else answer

        return (yield from with_answers(procedure, linked))

    replacing.function(original, wrong)


@wrong_model(breaks=("R98", "R99"), upstream=("#1204",))
def granted_addresses_forgotten(replacing: Replacing) -> None:
    """Granted addresses do not enter the store."""

    def wrong(_config: Config, node: Node, *_: object) -> Node:
        return node

    replacing.function(growth._add, wrong)  # noqa: SLF001 - a bug inside a step


@wrong_model(breaks=("R101",), upstream=("#66",))
def new_eni_not_set_up(replacing: Replacing) -> None:
    """An ENI that was created and attached is not set up; only reconcile finds it."""

    def wrong(_config: Config, node: Node, now: int, *_: object, **__: object) -> Growth:
        yield from ()
        return None, node, now

    replacing.function(setup.set_up_eni, wrong, within=growth)


@wrong_model(breaks=("R96", "R98"))
def shortage_not_recognised(replacing: Replacing) -> None:
    """An out-of-addresses error is taken for any other: no back-off, and no other ENI is tried."""
    original = growth.increase

    def wrong(config: Config, node: Node, now: int, card: int) -> Growth:
        def disguised(_ask: Ask, answer: object) -> object:
            short = isinstance(answer, Failed) and answer.code in OUT_OF_ADDRESSES
            return Failed(Code.INVALID_PARAMETER) if short else answer

        return (yield from with_answers(original(config, node, now, card), disguised))

    replacing.function(original, wrong)


@wrong_model(
    breaks=("R66",),
    survives="The first tick fetches it instead, seconds later. Before that a property could only "
    "miss a back-off that begins at the start, and no story has one.",
)
def no_growth_at_start(replacing: Replacing) -> None:
    """Nothing is fetched before the first tick."""

    def wrong(_config: Config, node: Node, now: int) -> Growth:
        yield from ()
        return None, node, now

    replacing.function(init.grow_once, wrong)
