"""The same theorems for a given number of ENIs, with nothing left to an argument on paper.

A node of at most K ENIs is looked at with 1, 2, ... K of them. Every ENI's numbers are unknowns of
their own and sums are sums; limits, settings and pods stay unknown. A step is that of
`machine` for the ENI that takes it, and leaves the other ENIs alone; in a release each gives its
own share, and that the relation allows it to each is part of the claim. So is everything that
`induction` takes from its lemmas about sums: here it is proved.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Protocol, TypeAlias

from attrs import evolve

from ipam_model.arithmetic import B, I, Logic
from ipam_model.counting import decisions
from ipam_model.counting.decisions import Pool
from ipam_model.counting.model import Kind
from ipam_model.operands import Operand
from ipam_model.theorems.induction import Invariants, of_eni, of_node, reachable
from ipam_model.theorems.machine import (
    UNKNOWNS,
    Moment,
    Node,
    Step,
    all_full,
    minus,
    plus,
    step,
)
from ipam_model.theorems.moments import false, read, sane, true
from ipam_model.theorems.sums_of_enis import sums
from ipam_model.theorems.theorem import Claim, Mutant, Obligation, Theorem, Tier

Never: TypeAlias = Callable[[Kind, int, bool], bool]
"""Whether a kind of step is never taken with so many ENIs, by the primary one or by another."""

_SHARED: Final = (
    *("warm", "minimum", "warm_eni", "warm_prefix", "prefix_mode"),
    *("slots", "peak", "max_pods", "whole"),
)
"""Unknowns that there is one of."""
_OF_EACH: Final = ("cidrs", "assigned", "free_cidrs", "share")
"""Unknowns of each ENI."""
_SHARES_FIT: Final = "the shares make up what is over"


class _Scene:
    """A node of at most `most` ENIs while `enis` of them are attached; ENI 0 is the primary."""

    def __init__(self, invariants: Invariants, most: int, enis: int) -> None:
        self.invariants = invariants
        self.most = most
        self.enis = enis

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The unknowns."""
        return (
            *(each for each in UNKNOWNS if each.name in _SHARED),
            *(Operand(f"{name}_{at}") for at in range(self.enis) for name in _OF_EACH),
        )

    def values(self, k: Logic[I, B], named: dict[str, Any], at: int) -> dict[str, Any]:
        """The unknowns of a moment of the ENI at this position."""
        zero, truth = named["slots"] - named["slots"], named["prefix_mode"]
        pools = _pools(named, self.enis)
        whole, own = _together(pools), pools[at]
        return {
            **{name: named[name] for name in _SHARED},
            "max_enis": zero + self.most,
            "enis": zero + self.enis,
            "cidrs": whole.cidrs,
            "assigned": whole.assigned,
            "free_cidrs": whole.free_cidrs,
            "eni_cidrs": own.cidrs,
            "eni_assigned": own.assigned,
            "eni_free_cidrs": own.free_cidrs,
            "primary": true(k, truth) if at == 0 else false(k, truth),
            "share": named[f"share_{at}"],
        }

    def moments(self, k: Logic[I, B], named: dict[str, Any]) -> tuple[Moment[I, B], ...]:
        """The moment as each ENI sees it."""
        mode = self.invariants.mode
        return tuple(read(k, mode, self.values(k, named, at)) for at in range(self.enis))

    def of_enis(self, k: Logic[I, B], moments: Sequence[Moment[I, B]]) -> dict[str, B]:
        """The invariants of every ENI."""
        return _for_all(
            k,
            [
                of_eni(k, self.invariants, each.parameters, each.eni, each.choices.primary)
                for each in moments
            ],
        )

    def known(self, k: Logic[I, B], moments: Sequence[Moment[I, B]], at: int) -> dict[str, B]:
        """What is known of a reachable moment. Of the sums the obligation about them proves it."""
        return {**reachable(k, self.invariants, moments[at]), **self.of_enis(k, moments)}

    def after(
        self, k: Logic[I, B], before: Moment[I, B], pools: Sequence[Pool[I]], told: Node[I]
    ) -> dict[str, B]:
        """What must be so of these ENIs, and of the sums that the relation tells."""
        parameters, truth = before.parameters, before.choices.primary
        zero = before.node.enis - before.node.enis
        node, whole = Node(enis=zero + len(pools), pool=_together(pools)), told.pool
        return {
            **_for_all(
                k,
                [
                    of_eni(
                        k,
                        self.invariants,
                        parameters,
                        evolve(before.eni, pool=pool),
                        true(k, truth) if at == 0 else false(k, truth),
                    )
                    for at, pool in enumerate(pools)
                ],
            ),
            **of_node(k, self.invariants, parameters, node),
            "the ENIs are as many as the relation says": k.eq(told.enis, node.enis),
            "the sums are those that the relation says": k.all(
                k.eq(whole.cidrs, node.pool.cidrs),
                k.eq(whole.assigned, node.pool.assigned),
                k.eq(whole.free_cidrs, node.pool.free_cidrs),
            ),
        }

    def obligation(self, name: str, text: "_SceneText", at: int | None = None) -> Obligation:
        """An obligation about this scene."""

        def written(k: Logic[I, B], /, *values: Any, **named: Any) -> Claim[B]:  # noqa: ANN401 - as Text
            del values
            return text(k, named)

        actor = "" if at is None else ", by the primary" if at == 0 else f", by ENI {at + 1}"
        enis = "1 ENI" if self.enis == 1 else f"{self.enis} ENIs"
        return Obligation(
            name=f"{name}{actor}, {enis}",
            text=written,
            operands=self.operands,
            logic="QF_NIA",
        )


class _SceneText(Protocol):
    """A claim about a scene."""

    def __call__(self, k: Logic[I, B], named: dict[str, Any], /) -> Claim[B]:
        """The claim about these unknowns."""


def _pools(named: dict[str, Any], enis: int) -> list[Pool[Any]]:
    return [
        Pool(named[f"cidrs_{at}"], named[f"assigned_{at}"], named[f"free_cidrs_{at}"])
        for at in range(enis)
    ]


def _together(pools: Sequence[Pool[I]]) -> Pool[I]:
    whole, *others = pools
    for other in others:
        whole = plus(whole, other)
    return whole


def _for_all(k: Logic[I, B], each: Sequence[dict[str, B]]) -> dict[str, B]:
    """Conditions that are to be so of every ENI, each by the name it has for one."""
    return {name: k.all(*(one[name] for one in each)) for name in each[0]}


def _begin(scene: _Scene) -> Obligation:
    def text(k: Logic[I, B], named: dict[str, Any]) -> Claim[B]:
        (now,) = scene.moments(k, named)
        zero = now.node.enis - now.node.enis
        nothing = Pool(zero, zero, zero)
        mode = scene.invariants.mode
        return Claim(
            {**mode.holds(k, now.parameters), **sane(k, now.parameters, capped=mode.capped)},
            scene.after(k, now, [nothing], Node(enis=zero + 1, pool=nothing)),
        )

    return scene.obligation("begin", text)


def _sums(scene: _Scene) -> Obligation:
    def text(k: Logic[I, B], named: dict[str, Any]) -> Claim[B]:
        moments, mode = scene.moments(k, named), scene.invariants.mode
        now = moments[0]
        node, parameters, targets = now.node, now.parameters, now.targets
        facts = {
            f"of all ENIs: {name}": value
            for name, value in sums(k, node.pool, node.enis, targets).items()
        }
        for at in range(scene.enis):
            for name, value in sums(k, moments[at].others, node.enis - 1, targets).items():
                facts[f"of all ENIs but {at}: {name}"] = value
        facts.update((each.name, each.node(k, parameters, node)) for each in scene.invariants.sums)
        return Claim(
            {
                **mode.holds(k, parameters),
                **sane(k, parameters, capped=mode.capped),
                **scene.of_enis(k, moments),
            },
            facts,
        )

    return scene.obligation("sums", text)


def _impossible(k: Logic[I, B], known: dict[str, B], guard: dict[str, B]) -> Claim[B]:
    return Claim(known, {"it is never taken": k.no(k.all(*guard.values()))})


def _taken(
    scene: _Scene, k: Logic[I, B], kind: Kind, named: dict[str, Any], at: int
) -> tuple[dict[str, B], Moment[I, B], Step[I, B]]:
    moments = scene.moments(k, named)
    return scene.known(k, moments, at), moments[at], step(k, kind, moments[at])


def _by_one(scene: _Scene, kind: Kind, at: int, *, never: bool) -> Obligation:
    """The step of a pod, an extension, or an ENI that goes."""

    def text(k: Logic[I, B], named: dict[str, Any]) -> Claim[B]:
        known, now, taken = _taken(scene, k, kind, named, at)
        if never:
            return _impossible(k, known, taken.guard)
        pools = _pools(named, scene.enis)
        there = [] if kind is Kind.FREE else [taken.eni.pool]
        pools[at : at + 1] = there
        return Claim({**known, **taken.guard}, scene.after(k, now, pools, taken.node))

    return scene.obligation(kind.value, text, at)


def _all_without_room(
    scene: _Scene, k: Logic[I, B], named: dict[str, Any]
) -> tuple[dict[str, B], Moment[I, B], Step[I, B]]:
    """A new ENI comes where its guard is true of every ENI."""
    known, now, taken = _taken(scene, k, Kind.ATTACH, named, 0)
    moments: tuple[Moment[I, B], ...] = scene.moments(k, named)
    guard = _for_all(k, [step(k, Kind.ATTACH, each).guard for each in moments])
    return known, now, evolve(taken, guard=guard)


def _full(scene: _Scene) -> Obligation:
    def text(k: Logic[I, B], named: dict[str, Any]) -> Claim[B]:
        known, now, taken = _all_without_room(scene, k, named)
        room = "another ENI may come"
        guard = {name: value for name, value in taken.guard.items() if name != room}
        return Claim({**known, **guard}, all_full(k, now))

    return scene.obligation("full", text)


def _attach(scene: _Scene, *, never: bool) -> Obligation:
    def text(k: Logic[I, B], named: dict[str, Any]) -> Claim[B]:
        known, now, taken = _all_without_room(scene, k, named)
        if never:
            return _impossible(k, known, taken.guard)
        pools = [*_pools(named, scene.enis), taken.eni.pool]
        return Claim({**known, **taken.guard, **taken.sums}, scene.after(k, now, pools, taken.node))

    return scene.obligation(Kind.ATTACH.value, text)


def _release(scene: _Scene, *, never: bool) -> Obligation:
    def text(k: Logic[I, B], named: dict[str, Any]) -> Claim[B]:
        known, now, taken = _taken(scene, k, Kind.RELEASE, named, 0)
        moments: tuple[Moment[I, B], ...] = scene.moments(k, named)
        over = decisions.released(k, now.targets, now.node.pool)
        high = {"the pool is too high": k.gt(over, 0)}
        if never:
            return _impossible(k, known, high)
        zero = over - over
        shares = [Pool(each.choices.share, zero, each.choices.share) for each in moments]
        pools = [minus(each.eni.pool, share) for each, share in zip(moments, shares, strict=True)]
        given = {
            "each ENI gives what it has": k.all(
                *(k.ge(share.cidrs, 0) for share in shares),
                *(k.ge(pool.free_cidrs, 0) for pool in pools),
            ),
            _SHARES_FIT: k.eq(_together(shares).cidrs, over),
        }
        each_may = _for_all(k, [step(k, Kind.RELEASE, each).guard for each in moments])
        return Claim(
            {**known, **high, **given},
            {
                **scene.after(k, now, pools, taken.node),
                **{f"the relation allows it: {name}": value for name, value in each_may.items()},
            },
        )

    return scene.obligation(Kind.RELEASE.value, text)


def _consequence(scene: _Scene, general: Obligation, at: int) -> Obligation:
    """What is claimed of every reachable moment, of this one."""

    def text(k: Logic[I, B], named: dict[str, Any]) -> Claim[B]:
        moments: tuple[Moment[I, B], ...] = scene.moments(k, named)
        claim: Claim[B] = general.text(k, **scene.values(k, named, at))
        always: dict[str, B] = reachable(k, scene.invariants, moments[at])
        more = {name: value for name, value in claim.premises.items() if name not in always}
        return Claim({**scene.known(k, moments, at), **more}, claim.conclusions)

    return scene.obligation(general.name, text, at)


def never_of_itself(kind: Kind, enis: int, primary: bool) -> bool:
    """No kind of step but those that the invariants name."""
    del kind, enis, primary
    return False


def _steps(scene: _Scene, never: Never) -> Iterator[Obligation]:
    def impossible(kind: Kind, at: int = 0) -> bool:
        primary = at == 0
        return kind in scene.invariants.never or never(kind, scene.enis, primary)

    for kind in (Kind.ADD, Kind.DELETE, Kind.EXTEND, Kind.FREE):
        for at in range(scene.enis):
            stays = kind is Kind.FREE and at == 0
            yield _by_one(scene, kind, at, never=stays or impossible(kind, at))
    yield _full(scene)
    yield _attach(scene, never=scene.enis == scene.most or impossible(Kind.ATTACH))
    yield _release(scene, never=impossible(Kind.RELEASE))


def concrete(
    invariants: Invariants,
    *,
    enis: int,
    rules: tuple[str, ...],
    mutants: tuple[Mutant, ...],
    consequences: tuple[Theorem, ...] = (),
    lemmas: tuple[Theorem, ...] = (),
    never: Never = never_of_itself,
) -> Theorem:
    """The theorem that the invariants and their consequences hold where at most `enis` may come.

    `consequences` are theorems about single moments of these invariants; lemmas they rest on, but
    for those proved here, go into `lemmas`. Steps that are never taken have to be named, by the
    invariants or by `never`: of them that is claimed, and nothing else.
    """
    scenes = [_Scene(invariants, enis, attached) for attached in range(1, enis + 1)]
    obligations = [_begin(scenes[0])]
    for scene in scenes:
        obligations += [_sums(scene), *_steps(scene, never)]
        obligations += [
            _consequence(scene, each, at)
            for theorem in consequences
            for each in theorem.obligations
            for at in range(scene.enis)
        ]
    named = " and ".join((invariants.name, *(each.name for each in consequences)))
    counted = "1 ENI" if enis == 1 else f"{enis} ENIs"
    return Theorem(
        name=f"{invariants.name}_for_{counted.lower().replace(' ', '_')}",
        statement=(
            f"What {named} say, of nodes of at most {counted}, every ENI having numbers of its own."
        ),
        rules=rules,
        obligations=tuple(obligations),
        mutants=mutants,
        lemmas=lemmas,
        tier=Tier.CROSS,
    )
