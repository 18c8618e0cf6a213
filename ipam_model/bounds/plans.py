"""Plans: how a node is brought to its worst case, in the order in which the proofs find it.

Up (`climbs`): growth looks at the pods there are, so the most is asked for where the most pods
are, and as few addresses beyond them as may be. Where max pods ends growth, the last step is to
begin just below it; under WARM_PREFIX_TARGET, where every prefix has a pod, but few of them. What
is kept at rest is spread over few ENIs of a large node: more of them need not come.

Down (`descend`): surplus goes, and what stays is spread over as many ENIs as there are. Pods are
taken from an ENI that has addresses to spare, and those are released, so that each ENI keeps one.
"""

from collections.abc import Callable, Iterator, Sequence

from ipam_model.bounds.runs import Run
from ipam_model.bounds.subject import Subject

Plan = Callable[[Run], None]
MANY = 1_000_000


def climbs(subject: Subject, enis: int | None = None) -> Iterator[Plan]:
    """Ways up, the likeliest first; that is one to so many `enis`, where they may be enough."""
    parameters, targets = subject.parameters, subject.targets
    if enis is not None and enis < targets.max_enis:
        yield _filled_to(enis)
    yield _filled_to(targets.max_enis + 1)
    goals: list[int] = []
    if parameters.max_pods is not None:
        below = -(-parameters.max_pods // targets.block) - 1
        goals += [below, below // targets.slots * targets.slots, below + 1]
    if targets.prefix_mode and not (targets.warm_ip or targets.minimum):
        before_last = -(-parameters.peak // targets.block) + targets.warm_prefix - 1
        goals = [min([before_last, *goals[:1]]), *goals, before_last]
    for goal in dict.fromkeys(goals):
        if goal >= 0:
            yield _to(goal)


def _filled_to(enis: int) -> Plan:
    """Pods take whatever there is, and the pool grows when nothing is left, to so many ENIs."""

    def plan(run: Run) -> None:
        while run.enis < enis and (run.grow() or run.add(MANY)):
            run.add(MANY)

    return plan


def _to(goal: int) -> Plan:
    """To exactly so many CIDRs if it can be, and from there with as many pods as possible."""

    def plan(run: Run) -> None:
        targets = run.targets
        while run.pool.cidrs < goal:
            pool = run.pool
            reserve = targets.warm_ip or targets.warm_prefix * targets.block
            wanted = goal * targets.block - reserve - pool.assigned
            came = run.add(max(wanted, 0))
            if not run.grow():
                # Full ENIs, or a minimum that is met: only more pods make it grow.
                if came or run.add(1):
                    continue
                break
        run.add(MANY)
        if targets.prefix_mode:
            occupy(run)
        while run.grow():
            run.add(MANY)

    return plan


def occupy(run: Run) -> None:
    """Every prefix gets a pod, as far as there are pods: those that share one move."""
    for eni in range(run.enis):
        empty = run.held(eni) - run.used(eni)
        empty -= run.add(empty, eni, alone=True)
        for donor in range(run.enis):
            spare = run.pods(donor) - run.used(donor)
            moving = min(empty, spare)
            if moving > 0:
                run.thin_out(moving, donor)
                run.rest()
                empty -= run.add(moving, eni, alone=True)


def alone(run: Run, pods: int) -> None:
    """So many pods, or all that may be, each on a CIDR of its own, on all ENIs in turn."""
    for eni in range(run.enis):
        run.delete(MANY, eni)
    run.rest()
    left = min(pods, run.peak)
    while left:
        came = 0
        for eni in (*range(1, run.enis), 0):
            if left and run.held(eni) > run.used(eni):
                came += run.add(1, eni, alone=True)
                left -= 1
        if not came:
            return


def descend(run: Run, pods: int) -> None:
    """To rest with so many pods, on as many ENIs as can be kept."""
    targets = run.targets
    governed = targets.warm_ip > 0 or targets.minimum > 0
    if targets.prefix_mode:
        alone(run, MANY)
    elif not governed:
        _keep_one_each(run, pods)
    run.drains()
    run.settle(_by_spare(run))
    while run.pool.assigned > pods:
        _one_step_down(run, run.pool.assigned - pods)
    run.settle(_by_spare(run))
    missing = pods - run.pool.assigned
    if missing > 0:
        run.rest()
        run.add(missing)
        run.settle(_by_spare(run))


def load(run: Run) -> None:
    """To rest with as many pods as there can be."""
    run.add(MANY)
    run.settle(_by_spare(run))
    if run.add(MANY):
        run.settle(_by_spare(run))


def _spare(run: Run, eni: int) -> int:
    """CIDRs that an ENI can lose and still hold one; the primary one needs none."""
    return run.held(eni) - (1 if eni else 0)


def _by_spare(run: Run) -> Sequence[int]:
    return sorted(range(run.enis), key=lambda eni: (eni != 0, -_spare(run, eni)))


def _one_step_down(run: Run, surplus: int) -> None:
    """Some pods go, and addresses from ENIs with more than one."""
    enis = range(run.enis)
    idle = max(enis, key=lambda eni: _unused(run, eni))
    donor = max(enis, key=lambda eni: min(_spare(run, eni), run.pods(eni)))
    first, count = donor, min(_spare(run, donor), run.pods(donor))
    if _unused(run, idle) > count:
        first = idle
        donor = max(enis, key=lambda eni: (run.pods(eni) > 0, _spare(run, eni)))
        count = min(_unused(run, idle), run.pods(donor))
    if count <= 0:
        first = donor = max(enis, key=run.pods)
        count = 1
    order = _by_spare(run)
    run.delete(min(count, surplus), donor)
    run.release((first, *(eni for eni in order if eni != first)))


def _unused(run: Run, eni: int) -> int:
    """Those of the CIDRs that it can lose that have no pod."""
    return min(_spare(run, eni), run.held(eni) - run.used(eni))


def _keep_one_each(run: Run, pods: int) -> None:
    """So many pods stay: one on each ENI but the primary one, the others anywhere."""
    left = pods
    keep = [0] * run.enis
    for eni in (*range(1, run.enis), 0):
        if left:
            keep[eni] = 1 if eni else 0
            left -= keep[eni]
    for eni in range(run.enis):
        more = min(left, run.held(eni) - keep[eni])
        keep[eni] += more
        left -= more
    for eni in range(run.enis):
        run.delete(run.pods(eni) - keep[eni], eni)
    if any(run.pods(eni) < keep[eni] for eni in range(run.enis)):
        run.rest()
        for eni in range(run.enis):
            run.add(keep[eni] - run.pods(eni), eni)
