"""The modes whose theorems are compared with the counting model, and the nodes for that."""

import itertools
from collections.abc import Callable, Iterator
from typing import Final

from ipam_model.arithmetic import INTS
from ipam_model.counting.decisions import Pool
from ipam_model.counting.model import CountingModel
from ipam_model.theorems import (
    prefix_warm_ip,
    prefix_warm_prefix,
    warm_eni,
    warm_eni_at_rest,
    warm_ip,
    warm_ip_at_rest,
    warm_ip_max_pods,
    warm_ip_max_pods_at_rest,
)
from ipam_model.theorems.machine import Choices, Eni, Moment, Node, Parameters
from ipam_model.theorems.prefix import Family, family
from ipam_model.theorems.theorem import Theorem
from tests.counting.models import prefixes, secondary
from tests.theorems.grid import Mode, always

Numbers = Parameters[int, bool]

SIZES: Final = (
    *((enis, slots) for enis in (1, 2, 3) for slots in (1, 2, 3)),
    *((4, 1), (4, 2), (5, 1)),
    *((enis, slots) for enis in (1, 2) for slots in (4, 5, 6)),
)
"""ENIs and slots of nodes small enough to be exhausted in a moment."""
OF_WHOLE_ENIS: Final = tuple(
    (enis, slots) for enis in range(1, 7) for slots in range(1, 13) if enis * slots <= 20
)
"""The same where ENIs are always full."""
OF_PREFIXES: Final = ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1), (4, 1))
"""ENIs and prefixes of each."""
SMALL: Final = ((1, 1), (1, 3), (2, 2), (3, 1), (3, 2))
"""ENIs and slots where max pods is one more thing to vary."""


def _warm_ip_nodes() -> Iterator[CountingModel]:
    for enis, slots in SIZES:
        for peak in range(enis * slots + 1):
            for warm in range(7):
                for minimum in range(13):
                    if warm or minimum:
                        yield secondary(enis, slots, warm_ip=warm, minimum=minimum, pods=peak)


def _warm_ip_nodes_with_max_pods() -> Iterator[CountingModel]:
    for enis, slots in SMALL:
        room = enis * slots
        for peak, warm, minimum in itertools.product(range(room + 1), range(5), (0, 1, 2, 4, 7)):
            for most in range(room + 2) if warm or minimum else ():
                yield secondary(
                    enis, slots, warm_ip=warm, minimum=minimum, pods=peak, max_pods=most
                )


def _warm_eni_nodes() -> Iterator[CountingModel]:
    for enis, slots in OF_WHOLE_ENIS:
        for peak, warm in itertools.product(range(enis * slots + 1), range(10)):
            yield secondary(enis, slots, warm_eni=warm, pods=peak)


def _warm_eni_nodes_with_max_pods() -> Iterator[CountingModel]:
    for enis, slots in SIZES:
        room = enis * slots
        for peak, warm, most in itertools.product(range(room + 1), range(6), range(room + 2)):
            yield secondary(enis, slots, warm_eni=warm, pods=peak, max_pods=most)


def _prefix_nodes_under_warm_ip(block: int) -> Iterator[CountingModel]:
    for enis, slots in OF_PREFIXES:
        for peak in range(enis * slots * block + 1):
            for warm, minimum, prefix in itertools.product(range(6), range(10), range(4)):
                if warm or minimum:
                    yield prefixes(
                        enis,
                        slots,
                        block,
                        warm_ip=warm,
                        minimum=minimum,
                        warm_prefix=prefix,
                        pods=peak,
                    )


def _prefix_nodes_under_warm_ip_with_max_pods(block: int) -> Iterator[CountingModel]:
    for enis, slots in OF_PREFIXES:
        room = enis * slots * block
        for peak, warm, minimum in itertools.product(range(room + 1), (0, 1, 3, 4), (0, 3, 5)):
            for most in range(room + 2) if warm or minimum else ():
                yield prefixes(
                    enis, slots, block, warm_ip=warm, minimum=minimum, pods=peak, max_pods=most
                )


def _prefix_nodes_under_warm_prefix(block: int) -> Iterator[CountingModel]:
    for enis, slots in (*OF_PREFIXES, (1, 4), (2, 3), (3, 2)):
        room = enis * slots
        for peak, warm in itertools.product(range(room * block + 1), range(room + 3)):
            yield prefixes(enis, slots, block, warm_prefix=warm, pods=peak)


def _prefix_nodes_under_warm_prefix_with_max_pods(block: int) -> Iterator[CountingModel]:
    for enis, slots in OF_PREFIXES:
        room = enis * slots
        for peak, warm in itertools.product(range(room * block + 1), range(room + 2)):
            for most in range(room * block + 2):
                yield prefixes(enis, slots, block, warm_prefix=warm, pods=peak, max_pods=most)


def _never(model: CountingModel) -> bool:
    del model
    return False


def _only_warm_ip(model: CountingModel) -> bool:
    """No ENI stays for the sake of WARM_PREFIX_TARGET, and there is a WARM_IP_TARGET."""
    return model.targets.warm_ip > 0 and model.targets.warm_prefix == 0


def _in_addresses() -> Iterator[Mode]:
    yield Mode(
        name="warm-ip",
        invariants=warm_ip.INVARIANTS,
        consequences=(
            warm_ip.CAPS,
            warm_ip.RESERVED,
            warm_ip.DELETED,
            warm_ip_at_rest.SETTLED,
            warm_ip_at_rest.RESERVED_AT_REST,
            warm_ip_at_rest.DRAINED,
        ),
        most_reserved=lambda parameters: warm_ip.most_reserved(INTS, parameters),
        most_at_rest=lambda parameters, pods: warm_ip_at_rest.most_reserved_at_rest(
            INTS, parameters, pods
        ),
        nodes=_warm_ip_nodes,
    )
    yield Mode(
        name="warm-ip-max-pods",
        invariants=warm_ip_max_pods.INVARIANTS,
        consequences=(
            warm_ip_max_pods.RESERVED_WITH_MAX_PODS,
            warm_ip_max_pods_at_rest.UNMET,
            warm_ip_max_pods_at_rest.RESERVED_AT_REST_WITH_MAX_PODS,
        ),
        most_reserved=lambda parameters: warm_ip_max_pods.most_reserved(INTS, parameters),
        most_at_rest=lambda parameters, pods: warm_ip_max_pods_at_rest.most_reserved_at_rest(
            INTS, parameters, pods
        ),
        nodes=_warm_ip_nodes_with_max_pods,
    )
    for name, nodes in (
        ("warm-eni", _warm_eni_nodes),
        ("warm-eni-max-pods", _warm_eni_nodes_with_max_pods),
    ):
        without_max_pods = (warm_eni.WITHOUT_MAX_PODS,) if nodes is _warm_eni_nodes else ()
        yield Mode(
            name=name,
            invariants=warm_eni.INVARIANTS,
            consequences=(
                warm_eni.ENI_IS_FULL,
                *without_max_pods,
                warm_eni.RESERVED,
                warm_eni_at_rest.NO_PODS_LOST,
                warm_eni_at_rest.TARGET_MET,
                warm_eni_at_rest.RESERVED_AT_REST,
                warm_eni_at_rest.DRAIN_FLOOR,
            ),
            most_reserved=lambda parameters: warm_eni.most_reserved(INTS, parameters),
            most_at_rest=_whole_enis_at_rest,
            nodes=nodes,
        )


def _whole_enis_at_rest(parameters: Numbers, pods: int) -> int:
    enis = warm_eni_at_rest.most_enis_at_rest(INTS, parameters, pods)
    return enis * (parameters.targets.slots + 1) if parameters.cap else 1


def _under_warm_ip(block: int, *, capped: bool) -> Mode:
    each = family(
        "prefix_warm_ip",
        "",
        prefix_warm_ip.governed_by_warm_ip,
        prefix_warm_ip.most,
        block=block,
        capped=capped,
    )

    def enis(parameters: Numbers, pods: int, held: int) -> int:
        """n(x), with as few prefixes without pods as may be: then the most ENIs stay."""
        free = max(0, held - pods)
        return prefix_warm_ip.enis_at_rest(INTS, each, _of_node(parameters, held, pods, free))

    def at_rest(parameters: Numbers, pods: int) -> int:
        # Max pods may keep a target unmet: then there may be fewer.
        least = 0 if capped else prefix_warm_ip.fewest_at_rest(INTS, parameters, pods)
        most = prefix_warm_ip.most_at_rest(INTS, each, parameters, pods)
        return max(held * block + enis(parameters, pods, held) for held in range(least, most + 1))

    nodes = _prefix_nodes_under_warm_ip_with_max_pods if capped else _prefix_nodes_under_warm_ip
    return _of_prefixes(
        "prefix-warm-ip",
        each,
        prefix_warm_ip.theorems(block, capped=capped),
        most_at_rest=at_rest,
        nodes=nodes,
        tight=_never if capped else always,
        tight_at_rest=_never if capped else _only_warm_ip,
    )


def _under_warm_prefix(block: int, *, capped: bool) -> Mode:
    each = family(
        "prefix_warm_prefix",
        "",
        prefix_warm_prefix.governed_by_warm_prefix,
        prefix_warm_prefix.most,
        block=block,
        capped=capped,
    )

    def at_rest(parameters: Numbers, pods: int) -> int:
        least = 0 if capped else prefix_warm_prefix.fewest_at_rest(INTS, parameters, pods)
        most = prefix_warm_prefix.most_at_rest(INTS, each, parameters, pods)
        return max(
            held * block + prefix_warm_prefix.enis_at_rest(INTS, each, parameters, pods, held)
            for held in range(least, most + 1)
        )

    nodes = (
        _prefix_nodes_under_warm_prefix_with_max_pods if capped else _prefix_nodes_under_warm_prefix
    )
    return _of_prefixes(
        "prefix-warm-prefix",
        each,
        prefix_warm_prefix.theorems(block, capped=capped),
        most_at_rest=at_rest,
        nodes=nodes,
        # Where slots split a step of growth, some nodes reserve less.
        tight=_never,
        tight_at_rest=_never,
    )


def _of_node(parameters: Numbers, held: int, pods: int, free: int) -> Moment[int, bool]:
    """A node with so many prefixes and pods, with one ENI."""
    pool = Pool(held, pods, free)
    return Moment(
        parameters=parameters,
        node=Node(enis=1, pool=pool),
        eni=Eni(pool=pool),
        choices=Choices(primary=True, share=0, whole=False),
    )


def _of_prefixes(
    name: str,
    each: Family,
    theorems: tuple[Theorem, ...],
    *,
    most_at_rest: Callable[[Numbers, int], int],
    nodes: Callable[[int], Iterator[CountingModel]],
    tight: Callable[[CountingModel], bool],
    tight_at_rest: Callable[[CountingModel], bool],
) -> Mode:
    block = each.mode.block
    return Mode(
        name=f"{name}{'-max-pods' if each.mode.capped else ''}-{block}",
        invariants=each.invariants,
        consequences=tuple(theorem for theorem in theorems if _of_many_states(theorem)),
        most_reserved=lambda parameters: each.most_reserved(INTS, parameters),
        most_at_rest=most_at_rest,
        nodes=lambda: nodes(block),
        tight=tight,
        tight_at_rest=tight_at_rest,
    )


def _of_many_states(theorem: Theorem) -> bool:
    """Neither of sums and runs, whose step on paper is not about a state, nor of one node alone."""
    return not theorem.paper and "rounding_keeps_empty_enis" not in theorem.name


MODES: Final = {
    mode.name: mode
    for mode in (
        *_in_addresses(),
        *(_under_warm_ip(block, capped=False) for block in (2, 3)),
        *(_under_warm_ip(block, capped=True) for block in (2, 3)),
        *(_under_warm_prefix(block, capped=False) for block in (2, 3)),
        *(_under_warm_prefix(block, capped=True) for block in (2, 3)),
    )
}
"""By name."""
