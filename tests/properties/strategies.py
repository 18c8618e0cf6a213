"""What Hypothesis draws: nodes, and what happens to them, as lists that read well when shrunk.

A `Story` is everything that is random: config, subnets, events, and one number per open choice.
Nothing is drawn while a story runs, so that a failing one can be read, kept and replayed.
"""

from collections.abc import Sequence
from typing import TypeAlias, TypeVar

from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ipam_model import ec2
from ipam_model.config import ALL_QUIRKS, Config, Quirk, Version
from ipam_model.daemon.procedure import Choice
from ipam_model.ec2 import Ec2Eni, Fault
from ipam_model.limits import InstanceLimits
from ipam_model.requests import Code, EniTags, Failed
from ipam_model.settings import parse_settings
from ipam_model.state import Network, Pod, PodKey
from ipam_model.subnets import CounterSubnet, SubnetTags
from ipam_model.world import Runner, World

T = TypeVar("T")

SECOND = 1000

# -- the node ------------------------------------------------------------------------------------


@st.composite
def configs(
    draw: st.DrawFn,
    *,
    prefix_modes: Sequence[bool] = (False, True),
    discovery: Sequence[bool] = (True, False),
    zero_targets: bool = True,
    special: bool = True,
    quirks: Sequence[frozenset[Quirk]] = (ALL_QUIRKS,),
    cards: Sequence[int] = (1,),
    ipv6: Sequence[bool] = (False,),
) -> Config:
    """A small node: up to 4 ENIs of up to 4 slots on each card, prefixes of 4 addresses.

    `zero_targets`: also WARM_ENI_TARGET or WARM_PREFIX_TARGET 0, which may oscillate (R81, R82).
    `special`: also ENABLE_POD_ENI, unmanaged untagged ENIs, cordon override and other cooldowns.
    """
    family = draw(st.sampled_from(ipv6))
    prefix_mode = family or draw(st.sampled_from(prefix_modes))
    card_count = draw(st.sampled_from(cards))
    targets = [1, 1, 2, 3, 0] if zero_targets else [1, 1, 2, 3]
    env = {
        "ENABLE_IPv4": str(not family).lower(),
        "ENABLE_IPv6": str(family).lower(),
        "ENABLE_MULTI_NIC": str(card_count > 1 and draw(st.integers(0, 5)) > 0).lower(),
        "ENABLE_PREFIX_DELEGATION": str(prefix_mode).lower(),
        "ENABLE_SUBNET_DISCOVERY": str(draw(st.sampled_from(discovery))).lower(),
        "WARM_ENI_TARGET": str(draw(st.sampled_from(targets))),
        "WARM_PREFIX_TARGET": str(draw(st.sampled_from(targets))),
    }
    if draw(st.booleans()):
        env["WARM_IP_TARGET"] = str(draw(st.integers(0, 7)))
        env["MINIMUM_IP_TARGET"] = str(draw(st.integers(0, 9)))
    env["MAX_ENI"] = draw(st.sampled_from(["", "", "", "", "2", "1", "3"]))
    if special:
        env["ENABLE_POD_ENI"] = draw(st.sampled_from(["false", "false", "false", "true"]))
        env["MANAGE_UNTAGGED_ENI"] = draw(st.sampled_from(["true", "false"]))
        env["AWS_MANAGE_ENIS_NON_SCHEDULABLE"] = draw(st.sampled_from(["false", "true"]))
        env["IP_COOLDOWN_PERIOD"] = draw(st.sampled_from(["30", "0", "90"]))
    return Config(
        settings=parse_settings(env).settings,
        limits=InstanceLimits.simple(
            draw(st.sampled_from([3, 3, 4, 4, 2, 1])),
            draw(st.sampled_from([4, 3, 2, 5])),
            cards=card_count,
        ),
        quirks=draw(st.sampled_from(quirks)),
        block=4,
    )


def several(quirks: Sequence[frozenset[Quirk]] = (ALL_QUIRKS,)) -> SearchStrategy[Config]:
    """Any node: mostly of one card and IPv4, but also of several cards, and of IPv6."""
    return configs(cards=(1, 1, 1, 2, 3), ipv6=(False, False, False, True), quirks=quirks)


def configs_v1_7() -> SearchStrategy[Config]:
    """Small nodes of v1.7."""
    chosen = configs(prefix_modes=(False,), discovery=(False,), special=False)
    return chosen.map(lambda config: evolve(config, version=Version.V1_7))


def of_both_versions() -> SearchStrategy[Config]:
    """Any node of v1.23, or one of v1.7."""
    return st.one_of(several(), configs_v1_7())


# -- events --------------------------------------------------------------------------------------


@frozen
class Add:
    """A pod comes, or asks again; `multi` = for an address on every card."""

    pod: str
    multi: bool = False

    def happen(self, runner: Runner) -> object:
        return runner.add_pod(Pod(PodKey(self.pod), name=f"ns/{self.pod}"), multi=self.multi)


@frozen
class Delete:
    """A pod goes, known or not."""

    pod: str

    def happen(self, runner: Runner) -> object:
        return runner.delete_pod(PodKey(self.pod))


@frozen
class Tick:
    """One pool update."""

    def happen(self, runner: Runner) -> object:
        return runner.tick()


@frozen
class Reconcile:
    """One reconcile, if due."""

    def happen(self, runner: Runner) -> object:
        return runner.reconcile()


@frozen
class Advance:
    """Time passes."""

    milliseconds: int

    def happen(self, runner: Runner) -> object:
        runner.advance(self.milliseconds)
        return None


@frozen
class Loop:
    """So many passes of the pool manager's loop, 5 s each."""

    passes: int

    def parts(self) -> "tuple[Event, ...]":
        """The same in single steps (R69)."""
        half = Advance(2_500)
        return (half, Tick(), half, Reconcile()) * self.passes

    def happen(self, runner: Runner) -> object:
        for _ in range(self.passes):
            runner.loop_pass()
        return None


@frozen
class Arrive:
    """Several new pods come at once."""

    pods: int

    def happen(self, runner: Runner) -> object:
        here = {key for store in runner.memory().stores for key in store.holdings}
        new = [name for name in PODS if PodKey(name) not in here]
        return [Add(name).happen(runner) for name in new[: self.pods]]


@frozen
class Leave:
    """Several pods go at once."""

    pods: int

    def happen(self, runner: Runner) -> object:
        here = list({key: 0 for store in runner.memory().stores for key in store.holdings})
        return [Delete(key.container).happen(runner) for key in here[: self.pods]]


@frozen
class Restart:
    """The daemon stops and starts again."""

    def happen(self, runner: Runner) -> object:
        return type(runner.start())


@frozen
class Cordon:
    """The node is cordoned or uncordoned."""

    on: bool

    def happen(self, runner: Runner) -> object:
        runner.cordoned = self.on
        return None


@frozen
class Break:
    """The next calls of a name fail."""

    call: str
    code: str
    times: int

    def happen(self, runner: Runner) -> object:
        runner.ec2 = ec2.arm(runner.ec2, Fault(self.call, self.code, self.times))
        return None


@frozen
class SubnetHas:
    """Others take or return addresses."""

    free: int

    def happen(self, runner: Runner) -> object:
        runner.ec2 = ec2.set_free(runner.ec2, "subnet-1", self.free)
        return None


@frozen
class SubnetRole:
    """The primary's subnet is excluded, or no longer."""

    role: str

    def happen(self, runner: Runner) -> object:
        runner.ec2 = ec2.set_role(runner.ec2, "subnet-1", self.role)
        return None


@frozen
class OthersAttach:
    """Somebody attaches an ENI."""

    no_manage: bool
    trunk: bool
    card: int = 0

    def happen(self, runner: Runner) -> object:
        state = runner.ec2
        card = self.card % runner.config.cards
        on_card = [eni for eni in state.enis if eni.card == card]
        if state.enforce_limits and len(on_card) >= state.limits.max_enis:
            return None
        subnet = state.subnets[0]
        offered = subnet.offer_addresses(1)
        if offered is None:
            return None
        used = {each.device for each in on_card}
        eni = Ec2Eni(
            id=f"eni-{state.next_eni}",
            device=next(n for n in range(len(used) + 1) if n not in used),
            card=card,
            subnet=subnet.id,
            primary_address=offered[0].address,
            tags=EniTags(no_manage="true" if self.no_manage else None),
            trunk=self.trunk,
        )
        runner.ec2 = ec2.attach_by_other(state, eni)
        return eni.id


@frozen
class OthersDetach:
    """Somebody detaches a secondary ENI."""

    which: int

    def happen(self, runner: Runner) -> object:
        secondary = [eni for eni in runner.ec2.enis if not eni.primary]
        if not secondary:
            return None
        gone = secondary[self.which % len(secondary)]
        runner.ec2 = ec2.detach_by_other(runner.ec2, gone)
        return gone.id


@frozen
class OthersTake:
    """Somebody takes an address or prefix off an ENI."""

    which: int

    def happen(self, runner: Runner) -> object:
        held = [(eni, n) for eni in runner.ec2.enis for n in eni.networks()[1:]]
        if not held:
            return None
        eni, network = held[self.which % len(held)]
        runner.ec2 = ec2.remove_networks(runner.ec2, eni, (network,), runner.now)
        return network


@frozen
class OthersGive:
    """Somebody assigns an address or prefix to an ENI."""

    which: int
    prefix: bool

    def happen(self, runner: Runner) -> object:
        state = runner.ec2
        eni = state.enis[self.which % len(state.enis)]
        subnet = state.subnet(eni.subnet)
        granted = (
            subnet.offer_prefixes(1, state.block) if self.prefix else subnet.offer_addresses(1)
        )
        if granted is None or eni.slots_used() >= state.limits.ipv4_per_eni - 1:
            return None
        runner.ec2 = ec2.add_by_other(state, eni, granted)
        return granted


Event: TypeAlias = (
    Add
    | Delete
    | Tick
    | Reconcile
    | Advance
    | Loop
    | Arrive
    | Leave
    | Restart
    | Cordon
    | Break
    | SubnetHas
    | SubnetRole
    | OthersAttach
    | OthersDetach
    | OthersTake
    | OthersGive
)

RUNNING = (Add, Delete, Tick, Reconcile, Loop, Arrive, Leave)
"""Events of a daemon that runs."""

PODS = tuple(f"p{number}" for number in range(1, 13))

INSUFFICIENT = (Code.INSUFFICIENT_ADDRESSES, Code.INSUFFICIENT_PREFIXES)
EC2_CODES = (Code.THROTTLED, *INSUFFICIENT)
BREAKABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("AssignPrivateIpAddresses", (*EC2_CODES, Code.ADDRESS_LIMIT)),
    ("CreateNetworkInterface", EC2_CODES),
    ("AttachNetworkInterface", (Code.ATTACHMENT_LIMIT,)),
    ("ModifyNetworkInterfaceAttribute", (Code.THROTTLED,)),
    ("WaitForENIAndIPsAttached", (Code.TIMEOUT,)),
    ("UnassignPrivateIpAddresses", (Code.THROTTLED,)),
    ("FreeENI", (Code.ATTACHMENT_NOT_FOUND, Code.UNABLE_TO_DETACH, Code.DELETE_FAILED)),
    ("DescribeAllENIs", (Code.THROTTLED,)),
    ("GetAttachedENIs", ("MetadataError",)),
    ("GetIPv4sFromEC2", (Code.THROTTLED,)),
    ("GetIPv4PrefixesFromEC2", (Code.THROTTLED,)),
    ("GetIPv6PrefixesFromEC2", (Code.THROTTLED,)),
    ("AssignIpv6Prefixes", (Code.THROTTLED,)),
    ("IsSubnetExcluded", (Code.THROTTLED,)),
    ("SetupENINetwork", ("LinkError", Code.LINK_NOT_FOUND)),
    ("FindRouteTable", (Code.NO_ROUTE_TABLE,)),
    ("TagENI", (Code.THROTTLED,)),
    ("WriteCheckpoint", ("EIO",)),
    ("NodeCordoned", (Code.TIMEOUT,)),
    ("ReadVpcCidrs", ("MetadataError",)),
    ("ReadPod", (Code.TIMEOUT,)),
)


def faults(*, most: int = 3) -> SearchStrategy[Event]:
    """A call that fails once or a few times."""
    kinds = [(call, code) for call, codes in BREAKABLE for code in codes]
    return st.builds(
        lambda kind, times: Break(kind[0], kind[1], times),
        st.sampled_from(kinds),
        st.integers(1, most),
    )


def instants() -> SearchStrategy[int]:
    """Durations around the thresholds, most often those of the loop."""
    edges = [0, 1, 2_500, 2_500, 2_500, 5_000, 10_000, 30_000, 30_001, 60_000, 60_001, 120_001]
    return st.sampled_from(edges)


def pod_events() -> SearchStrategy[Event]:
    """Pods come and go; twelve names, so that they meet again."""
    names, several = st.sampled_from(PODS), st.integers(1, 12)
    return weighted(
        (3, st.builds(Add, names)),
        (3, st.builds(Delete, names)),
        (1, st.builds(Arrive, several)),
        (1, st.builds(Leave, several)),
    )


def outsiders(*, subnets: bool = True) -> SearchStrategy[Event]:
    """What others do to the instance behind the daemon's back."""
    numbers = st.integers(0, 7)
    acts: list[tuple[int, SearchStrategy[Event]]] = [
        (1, st.builds(OthersAttach, st.booleans(), st.booleans())),
        (1, st.builds(OthersDetach, numbers)),
        (1, st.builds(OthersTake, numbers)),
        (1, st.builds(OthersGive, numbers, st.booleans())),
    ]
    if subnets:
        acts.append((1, st.builds(SubnetHas, st.sampled_from([500, 20, 5, 3, 1, 0]))))
        acts.append((1, st.builds(SubnetRole, st.sampled_from(["", "0"]))))
    return weighted(*acts)


def card_events() -> SearchStrategy[tuple[Event, ...]]:
    """What happens on a node with several cards, pods that ask for all of them included."""
    attach = st.builds(OthersAttach, st.booleans(), st.just(False), st.integers(0, 2))
    multi = st.builds(Add, st.sampled_from(PODS[-4:]), st.just(True))
    kinds = weighted(
        (6, event_lists(most=4)),
        (1, attach.map(lambda event: (event,))),
        (2, multi.map(lambda event: (event,))),
    )
    return st.lists(kinds, max_size=5).map(lambda lists: tuple(e for some in lists for e in some))


def event_lists(
    *, broken: bool = True, others: bool = True, subnets: bool = True, most: int = 20
) -> SearchStrategy[tuple[Event, ...]]:
    """Events, mostly pods and ticks; `broken` with failing calls, `others` with outsiders."""
    restart, cordon = st.just(Restart()), st.builds(Cordon, st.booleans())
    rare: list[tuple[int, SearchStrategy[Event]]] = [(1, restart), (1, cordon)]
    if broken:
        rare.append((2, faults()))
    if others:
        rare.append((3, outsiders(subnets=subnets)))
    one = weighted((4, pod_events()), (4, loop_events()), (2, weighted(*rare)))
    single = one.map(lambda event: (event,))
    # Lists of a fixed length get somewhere; to shrink, an event turns into nothing.
    nothing: SearchStrategy[tuple[Event, ...]] = st.just(())
    kinds = weighted((1, nothing), (8, single), (1, waves()))
    slots = st.lists(kinds, min_size=most, max_size=most)
    return slots.map(lambda lists: tuple(each for some in lists for each in some))


def weighted(*choices: tuple[int, SearchStrategy[T]]) -> SearchStrategy[T]:
    """One of the strategies, each as often as its weight says; shrinks towards the first.

    `st.one_of` flattens what is nested in it, and then every leaf is equally likely.
    """
    repeated = [strategy for weight, strategy in choices for _ in range(weight)]
    return st.sampled_from(repeated).flatmap(lambda strategy: strategy)


def loop_events() -> SearchStrategy[Event]:
    """The pool manager at work, and time."""
    return weighted(
        (2, st.just(Tick())),
        (1, st.just(Reconcile())),
        (2, st.builds(Advance, instants())),
        (2, st.builds(Loop, st.sampled_from([1, 2, 14]))),
    )


def waves() -> SearchStrategy[tuple[Event, ...]]:
    """Many pods come, the pool follows, they go again, and an ENI may go with them."""
    several, passes = st.integers(1, 12), st.sampled_from([1, 2, 14])
    return st.tuples(
        st.builds(Arrive, several),
        st.builds(Loop, passes),
        st.builds(Arrive, several),
        st.builds(Loop, passes),
        st.builds(Leave, several),
        st.builds(Loop, passes),
    )


# -- stories -------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Story:
    """A node and what happens to it."""

    config: Config
    max_pods: int
    events: tuple[Event, ...]
    choices: tuple[int, ...]
    """Which option the next open choice takes; the first one when they are used up."""
    enforce_limits: bool = True
    reissue: bool = False
    """EC2 hands returned addresses out again."""
    second_subnet: bool = False
    excluded: bool = False
    """The primary's subnet is excluded from the start."""
    imds_lag: int = 0
    sparse: bool = False
    """Card 1, if there is one, carries an EFA-only ENI."""

    def world(self) -> World:
        """The node before the daemon's first start."""
        home = SubnetTags(role="0" if self.excluded else "")
        subnets = [CounterSubnet(id="subnet-1", free=500, tags=home, reissue=self.reissue)]
        if self.second_subnet:
            tags = SubnetTags(role="1")
            subnets.append(CounterSubnet(id="subnet-2", free=300, tags=tags, first=0x0B010004))
        instance = ec2.new_instance(self.config.limits, tuple(subnets), block=self.config.block)
        if self.sparse and self.config.cards > 1:
            efa_only = Ec2Eni(
                id=f"eni-{instance.next_eni}",
                device=0,
                card=1,
                subnet="subnet-1",
                primary_address=0x0A00FFFF,
                efa_only=True,
            )
            instance = ec2.attach_by_other(instance, efa_only)
        return World(
            config=self.config,
            ec2=evolve(instance, enforce_limits=self.enforce_limits, imds_lag=self.imds_lag),
            max_pods=self.max_pods,
        )


def stories(
    *,
    config: SearchStrategy[Config] | None = None,
    events: SearchStrategy[tuple[Event, ...]] | None = None,
    enforce_limits: bool = True,
    lags: Sequence[int] = (0,),
    least_pods: int = 2,
    excluded: Sequence[bool] = (False, False, False, True),
    sparse: Sequence[bool] = (False,),
) -> SearchStrategy[Story]:
    """A small node, its events, and its open choices."""
    return st.builds(
        Story,
        config=configs() if config is None else config,
        max_pods=st.sampled_from([n for n in (110, 110, 110, 11, 6, 2) if n >= least_pods]),
        events=event_lists() if events is None else events,
        choices=st.lists(st.integers(0, 5), max_size=20).map(tuple),
        enforce_limits=st.just(enforce_limits),
        reissue=st.booleans(),
        second_subnet=st.booleans(),
        excluded=st.sampled_from(excluded),
        imds_lag=st.sampled_from(lags),
        sparse=st.sampled_from(sparse),
    )


def directed(
    *kinds: SearchStrategy[Event],
    config: SearchStrategy[Config] | None = None,
    excluded: Sequence[bool] = (False,),
    enforce_limits: bool = True,
) -> SearchStrategy[Story]:
    """Stories of few kinds of events: for what is rare otherwise."""
    events = st.lists(weighted(*((1, kind) for kind in kinds)), min_size=8, max_size=16)
    return stories(
        config=config, events=events.map(tuple), excluded=excluded, enforce_limits=enforce_limits
    )


class Teller(Runner):
    """Runs a story: takes the choices it prescribes."""

    def __init__(self, world: World, choices: Sequence[int] = ()) -> None:
        super().__init__(world)
        self.choices = list(reversed(choices))

    def choose(self, choice: Choice) -> object:
        if not self.choices:
            return choice.options.first
        options = tuple(choice.options)
        return options[self.choices.pop() % len(options)]

    def happen(self, event: Event) -> object:
        """One event; a daemon that does not run takes only restarts, time and what others do."""
        if self.node is None and isinstance(event, RUNNING):
            return None
        return event.happen(self)


def told(story: Story) -> Teller:
    """A started daemon after the whole story."""
    teller = Teller(story.world(), story.choices)
    teller.start()
    for event in story.events:
        teller.happen(event)
    return teller


def networks_of(answer: object) -> tuple[Network, ...]:
    """What a call granted; nothing if it failed."""
    return () if isinstance(answer, Failed) or not isinstance(answer, tuple) else answer
