"""The API: one question, or a grid of them on any executor."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from itertools import product

from attrs import evolve

from ipam_model.bounds.answer import BUDGET, REPLAY_SECONDS, Bound, Level, Question
from ipam_model.bounds.deadline import OutOfTimeError
from ipam_model.bounds.index import KNOWN, quantity
from ipam_model.counting.exploration import Budget
from ipam_model.errors import InputError
from ipam_model.limits import Catalogue, InstanceLimits
from ipam_model.nodes import NodeSetup, default_max_pods
from ipam_model.settings import shipped_defaults


def bound(
    name: str,
    node: NodeSetup,
    *,
    pods: int | None = None,
    pods_now: int | None = None,
    cordoned: bool = False,
    faults: int = 0,
    level: Level = Level.REFERENCE,
    budget: Budget = BUDGET,
    replay_seconds: float | None = REPLAY_SECONDS,
    record: bool = False,
) -> Bound:
    """The worst case of a quantity on a node, over everything that it can reach.

    `name` is one of `index.quantities()`; `pods` is their peak (as many as fit if `None`),
    `pods_now` how many there are when it is looked at; `faults` EC2 calls may fail. With `record`
    the witness is a scenario document; it takes no longer to run than `replay_seconds`, or is left
    out. An answer about the counting model (`level`) is found a
    hundred times as fast, and says nothing about time and cooldown.

    Raises:
        InputError: no quantity has this name, or the question makes no sense for it or the node.
    """
    return ask(
        Question(
            quantity=name,
            node=node,
            pods=pods,
            pods_now=pods_now,
            cordoned=cordoned,
            faults=faults,
            level=level,
            budget=budget,
            replay_seconds=replay_seconds,
            record=record,
        )
    )


def ask(question: Question) -> Bound:
    """The answer to a question; a function of it alone, and so fit for other processes.

    Raises:
        InputError: see `bound`.
    """
    asked = quantity(question.quantity)
    if question.faults and not asked.with_faults:
        known = " and ".join(f"`{each.name}`" for each in KNOWN.values() if each.with_faults)
        raise InputError(f"with failed calls only {known} have a bound; {asked.name} has none")
    if question.cordoned and not asked.with_cordon:
        known = ", ".join(f"`{each.name}`" for each in KNOWN.values() if each.with_cordon)
        raise InputError(f"a cordoned node (--cordoned) goes with the quantity {known} only")
    if question.pods_now is not None and not asked.with_pods_now:
        known = ", ".join(each.name for each in KNOWN.values() if each.with_pods_now)
        raise InputError(
            f"{asked.name} does not depend on the pods now; leave out --pods-now, which goes with "
            f"the quantities {known}"
        )
    if question.level is Level.COUNTING and asked.timed:
        raise InputError(f"{asked.name} has time in it, and the counting model has none")
    question = evolve(question, node=question.node.with_eni_config())
    try:
        return asked.answer(question)
    except OutOfTimeError as error:
        unreplayed = asked.answer(evolve(question, replay_seconds=0.0))
        return evolve(unreplayed, unwitnessed=str(error))


def nodes_of(
    types: Iterable[str | InstanceLimits],
    settings: Iterable[Mapping[str, str]],
    *,
    max_pods: int | None = None,
) -> Iterator[NodeSetup]:
    """Every instance type, by name or limits, with every environment of the daemon.

    What an environment does not set is as the shipped manifest has it.

    Raises:
        InputError: an instance type is unknown.
    """
    catalogue = Catalogue.bundled()
    known = [catalogue.get(each) if isinstance(each, str) else each for each in types]
    for limits, env in product(known, list(settings)):
        name = limits.instance_type or f"{limits.max_enis}x{limits.ipv4_per_eni}"
        yield NodeSetup(
            name=name,
            limits=limits,
            env={**shipped_defaults(), **env},
            max_pods=default_max_pods(limits) if max_pods is None else max_pods,
            max_pods_assumed=max_pods is None,
        )


def bounds_of_grid(
    names: Iterable[str],
    nodes: Iterable[NodeSetup],
    pods: Iterable[int | None] = (None,),
    *,
    executor: Executor | None = None,
    like: Question | None = None,
) -> Iterator[Bound]:
    """The bounds of all quantities × nodes × peaks of pods, in this order.

    They are found by the executor, or here if there is none. `like` says all the rest: its
    quantity, node and peak are replaced.

    Raises:
        InputError: see `bound`; raised when the answer's turn comes. The next answer can still be
            asked for.
    """
    every = product(list(names), list(nodes), list(pods), (like,))
    found = map(_attempted, every) if executor is None else executor.map(_attempted, every)
    return map(_answered, found)


def _attempted(asked: tuple[str, NodeSetup, int | None, Question | None]) -> Bound | InputError:
    """An iterator ends with its first exception; bad input is passed on as a value.

    A question is made here, for that is where it is refused if its numbers do not go together.
    """
    name, node, peak, like = asked
    try:
        if like is None:
            return ask(Question(quantity=name, node=node, pods=peak))
        return ask(evolve(like, quantity=name, node=node, pods=peak))
    except InputError as error:
        return error


def _answered(found: Bound | InputError) -> Bound:
    if isinstance(found, InputError):
        raise found
    return found
