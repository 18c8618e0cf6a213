"""How many steps of growth it takes at most to gain so many CIDRs while every address is taken.

As long as pods wait, no address is free, so every step of the pool update wants the same number of
CIDRs, `step`: WARM_IP_TARGET, a whole ENI, or the prefixes of the warm target. It goes to one ENI
that has room, any of them, which takes no more than fits; a new ENI comes only when all are full
(R96-R101, R107, R108). A step that fills its ENI to the brim may therefore gain less. The most
steps are taken on a node whose ENIs lack one CIDR more than a multiple of `step`, the fullest
first.

Neither time nor addresses matter here: these are sums, and the tests compare them with all
distributions and all orders.
"""

from attrs import frozen

from ipam_model.arithmetic import INTS


@frozen(kw_only=True)
class Ground:
    """Where growth starts: a card all of whose addresses are taken."""

    enis: int
    """Attached ENIs, 1 or more."""
    most_enis: int
    """K."""
    slots: int
    """CIDRs that an ENI can hold, 1 or more."""
    cidrs: int
    """CIDRs that the attached ENIs hold together."""
    least: int
    """CIDRs that each ENI but the primary one holds at least: 0, 1, or `slots` if all are full."""
    step: int
    """CIDRs that a step of growth wants, 1 or more."""

    @property
    def free(self) -> int:
        """CIDRs for which the attached ENIs have room."""
        return self.enis * self.slots - self.cidrs

    @property
    def possible(self) -> bool:
        """Some distribution over the ENIs is as described."""
        return (self.enis - 1) * self.least <= self.cidrs <= self.enis * self.slots


@frozen
class Growth:
    """A longest way to grow."""

    extensions: int
    """Steps that extend an ENI."""
    attachments: int
    """Steps that attach an ENI."""
    shape: tuple[int, ...]
    """CIDRs per ENI at the beginning, those that are extended first in front. The primary ENI is
    the one with the fewest."""

    @property
    def steps(self) -> int:
        """All of them."""
        return self.extensions + self.attachments


def most_steps(ground: Ground, gain: int) -> Growth | None:
    """The most steps until `gain` CIDRs or more are gained, over all distributions and orders.

    `None`: no distribution is as described. With nothing to gain no step is taken. There must be
    room for the gain.
    """
    if not ground.possible:
        return None
    if gain <= 0:
        return Growth(0, 0, _grown(ground))
    if gain > ground.free:
        return _all_filled(ground, gain)
    return _some_filled(ground, gain)


def _all_filled(ground: Ground, gain: int) -> Growth:
    """Every attached ENI is filled, and then new ones are."""
    slots, step = ground.slots, ground.step
    lack = _spread(_rooms(ground, range(ground.enis)), ground.free, step)
    extensions = sum(INTS.ceil_div(each, step) for each in lack)
    beyond = gain - ground.free
    whole = (beyond - 1) // slots
    last = beyond - whole * slots
    steps = whole * INTS.ceil_div(slots, step) + INTS.ceil_div(last, step)
    attachments = whole + 1
    return Growth(
        extensions + steps - attachments, attachments, tuple(slots - each for each in lack)
    )


def _some_filled(ground: Ground, gain: int) -> Growth:
    """Some ENIs are filled; the last step, and those of full size before it, go to others."""
    step, before_last = ground.step, gain - 1
    best: tuple[int, tuple[int, ...]] = (0, ())
    for filled in range(ground.enis):
        # The primary ENI may be empty, so it matters whether it is among those filled.
        for members in {range(filled), range(1, filled + 1)}:
            rooms = _rooms(ground, members)
            others = _rooms(ground, [at for at in range(ground.enis) if at not in members])
            if filled and min(rooms) < 1:
                continue
            least = max(filled, ground.free - sum(others))
            most = min(before_last, sum(rooms), ground.free)
            if least > most:
                continue
            # Where the rooms allow it, nothing is lost if `lack` is `filled` and whole steps more.
            for lack in {least, min(least + (filled - least) % step, most)}:
                spread = _spread(rooms, lack, step)
                filling = sum(INTS.ceil_div(each, step) for each in spread)
                count = filling + (before_last - lack) // step + 1
                if count > best[0]:
                    rest = _packed(others, ground.free - lack)
                    best = (count, tuple(ground.slots - each for each in (*spread, *rest)))
    return Growth(best[0], 0, best[1])


def _rooms(ground: Ground, members: "range | list[int]") -> list[int]:
    """CIDRs that each of these ENIs may lack; number 0 is the primary one."""
    return [ground.slots - (ground.least if at else 0) for at in members]


def _spread(rooms: list[int], lack: int, step: int) -> list[int]:
    """`lack` CIDRs spread over ENIs such that filling them all takes the most steps.

    The first CIDR that an ENI lacks costs a step, and so does each `step` more.
    """
    spread = [0] * len(rooms)
    left = lack
    for gift in (1, step, None):
        for at, room in enumerate(rooms):
            if gift is None:
                more = min(room - spread[at], left)
            elif gift == 1 and step != 1:
                more = min(1, room, left)
            else:
                more = min(room - spread[at], left) // step * step
            spread[at] += more
            left -= more
    return spread


def _packed(rooms: list[int], lack: int) -> list[int]:
    """`lack` CIDRs on as few ENIs as possible, so that steps of full size have room."""
    packed = []
    for room in rooms:
        packed.append(min(room, lack))
        lack -= packed[-1]
    return packed


def _grown(ground: Ground) -> tuple[int, ...]:
    """CIDRs per ENI as they are if one ENI is filled after the other."""
    rooms = _rooms(ground, range(ground.enis))[::-1]
    return tuple(ground.slots - each for each in _packed(rooms, ground.free))
