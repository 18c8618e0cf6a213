"""The verdict on a trace: accepted, or the first event the model does not allow.

The model carries its own world from the first event to the last. Per event it looks for choices
under which calls, replies and state come out exactly as recorded. A complete record leaves nothing
of the daemon's memory open, so the first such way is as good as any other: what the state does not
show (the checkpoint, the moment an address was freed, the pending clean-ups) follows from events
that are recorded.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from pathlib import Path

from attrs import evolve, frozen

from ipam_model.addresses import format_address, format_network
from ipam_model.arrivals import Arrivals
from ipam_model.config import Config, parse_settings_of
from ipam_model.ec2 import Ec2, Ec2Eni
from ipam_model.errors import InputError, ModelError
from ipam_model.limits import MOST_CARDS, CardLimits, Catalogue, InstanceLimits
from ipam_model.requests import EniTags
from ipam_model.state import Eni, Node
from ipam_model.subnets import CounterSubnet, SubnetTags
from ipam_model.trace import snapshot
from ipam_model.trace.document import STDIN, Event, Fields, PlacedError, Trace, read_trace
from ipam_model.trace.events import run_event, run_nested
from ipam_model.trace.mismatch import MismatchError, TriedAlreadyError
from ipam_model.trace.record import Fork, RecordedRunner
from ipam_model.trace.snapshot import AttachedShape, EniShape, Recorded
from ipam_model.world import World

MOST_WAYS = 20_000
"""Ways tried per event before the verdict is left open."""


@frozen(kw_only=True)
class Verdict:
    """What became of a trace."""

    id: str
    path: str
    events: int
    """Events explained."""
    rejected: "Rejection | None" = None


@frozen(kw_only=True)
class Rejection:
    """The first event that no behaviour of the model explains."""

    line: int
    seq: int
    kind: str
    rule: str
    seen: str
    allowed: str
    undecided: bool = False
    """The search for an explanation was cut off: neither accepted nor rejected."""

    @property
    def reason(self) -> str:
        """Seen and allowed in one sentence."""
        return f"saw {self.seen}; allowed: {self.allowed}"


def check_file(path: Path) -> Verdict:
    """Check one trace file; `InputError` if it is not a readable trace."""
    return check(read_trace(path))


def trace_files(paths: list[Path]) -> Iterator[Path]:
    """The trace files meant: files as they are, folders searched for *.jsonl, sorted."""
    for path in paths:
        if path == STDIN:
            yield path
            continue
        try:
            is_folder, exists = path.is_dir(), path.exists()
            found = sorted(path.rglob("*.jsonl")) if is_folder else []
        except (OSError, ValueError) as error:
            raise InputError(f"{str(path)[:200]!r}: cannot be looked up: {error}") from None
        if found:
            yield from found
        elif is_folder:
            raise InputError(f"{path}: no *.jsonl file in this folder")
        elif exists:
            yield path
        else:
            raise InputError(f"{path}: no such file or folder")


def _look_away(*_: object) -> None:
    """What a check tells to nobody."""


def check(
    trace: Trace,
    *,
    runner: type[RecordedRunner] = RecordedRunner,
    began: Callable[[World], None] = _look_away,
    explained: Callable[[Event, RecordedRunner], None] = _look_away,
) -> Verdict:
    """Check an open trace, event by event, in bounded memory.

    `began` is told the world before the first event, `explained` the `runner` that found each
    event to be one the model allows.
    """
    recorded = Recorded(trace.dialect)
    comparison = Comparison()
    world: World | None = None
    count = 0
    for event in trace.events:
        try:
            _in_sequence(event, count)
            recorded.update(event.state)
            if world is None:
                world = first_world(trace, event, recorded)
                began(world)
            way = explain(world, event, recorded, comparison, runner)
            world = way.world
            explained(event, way)
        except MismatchError as mismatch:
            return Verdict(
                id=trace.id,
                path=trace.path,
                events=count,
                rejected=Rejection(
                    line=event.place.line,
                    seq=event.seq,
                    kind=event.kind,
                    rule=mismatch.rule,
                    seen=mismatch.seen,
                    allowed=mismatch.allowed,
                    undecided=isinstance(mismatch, _UndecidedError),
                ),
            )
        count += 1
    if count == 0:
        raise InputError(f"{trace.path}: a header without events")
    return Verdict(id=trace.id, path=trace.path, events=count)


class _UndecidedError(MismatchError):
    """Too many ways to try."""


def _in_sequence(event: Event, expected: int) -> None:
    if event.seq != expected:
        raise MismatchError(
            "format", f"event {event.seq}", f"event {expected}: one is missing or extra"
        )


def explain(
    world: World,
    event: Event,
    recorded: Recorded,
    comparison: "Comparison",
    runner_type: type[RecordedRunner] = RecordedRunner,
) -> RecordedRunner:
    """The way through the event as recorded; `MismatchError` if the model does not allow it."""
    seen_before: set[Hashable] = set()
    untried = [Fork(())]
    best: tuple[int, MismatchError] | None = None
    for _ in range(MOST_WAYS):
        if not untried:
            break
        runner = runner_type(
            world, event.calls, recorded, untried.pop().script, run_nested, seen_before
        )
        try:
            run_event(runner, event)
            comparison.compare(runner, event, recorded)
        except TriedAlreadyError:
            untried.extend(runner.forks)
        except MismatchError as mismatch:
            untried.extend(runner.forks)
            if best is None or runner.progress > best[0]:
                best = (runner.progress, mismatch)
        else:
            return runner
    if best is None:
        raise ModelError("every way was given up as tried already, so none was tried")
    if untried:
        raise _UndecidedError(best[1].rule, best[1].seen, best[1].allowed)
    raise best[1]


class Comparison:
    """Compares states, remembering what was equal and cannot have changed."""

    def __init__(self) -> None:
        self._enis: dict[str, tuple[Eni, EniShape]] = {}
        self._attached: dict[str, tuple[Ec2Eni, AttachedShape]] = {}

    def compare(self, runner: RecordedRunner, event: Event, recorded: Recorded) -> None:
        """Everything the state shows; `MismatchError` at the first difference."""
        _same("time", "time", event.time / 1000, runner.now / 1000)
        _same("R53", "running", recorded.running, runner.node is not None)
        self._compare_attached(runner, recorded)
        free = tuple(sorted((subnet.id, subnet.free) for subnet in runner.ec2.subnets))
        _same("EC2", "free addresses per subnet", recorded.other.get("subnet_free"), free)
        node = runner.node
        if node is None:
            return
        self._compare_enis(runner, node, recorded)
        dialect = recorded.dialect
        if dialect.counters:
            counters = snapshot.counters_of_stores(node)
            _same("R24", "counters", recorded.other.get("counters"), counters)
        stats = snapshot.stats_of_stores(node, runner.now, runner.config, dialect)
        _same("R28", "statistics", recorded.other.get("stats"), stats)
        clocks = snapshot.clocks_of(node, dialect)
        _same("R72", "clocks", recorded.other.get("clocks"), clocks)
        _same("R141", "released CIDRs", recorded.other.get("released"), node.released)

    def _compare_enis(self, runner: RecordedRunner, node: Node, recorded: Recorded) -> None:
        placed = [(store.card, eni) for store in node.stores for eni in store.enis]
        modelled = sorted([eni.id for _, eni in placed])
        _same("R11", "ENIs in the store", sorted(recorded.enis), modelled)
        self._enis = {eni: known for eni, known in self._enis.items() if eni in recorded.enis}
        for card, eni in placed:
            shown = recorded.enis[eni.id]
            known = self._enis.get(eni.id)
            if known is not None and known[0] is eni and known[1] is shown:
                continue
            cooldown = runner.config.cooldown
            shape = snapshot.shape_of_eni(eni, runner.now, cooldown, recorded.dialect, card)
            if shape != shown:
                raise _eni_mismatch(shown, shape)
            if snapshot.settled(eni):
                self._enis[eni.id] = (eni, shown)
            else:
                self._enis.pop(eni.id, None)

    def _compare_attached(self, runner: RecordedRunner, recorded: Recorded) -> None:
        attached = [eni.id for eni in runner.ec2.enis]
        _same("EC2", "attached ENIs", sorted(recorded.attached), attached)
        self._attached = {
            eni: known for eni, known in self._attached.items() if eni in recorded.attached
        }
        for eni in runner.ec2.enis:
            shown = recorded.attached[eni.id]
            known = self._attached.get(eni.id)
            if known is not None and known[0] is eni and known[1] is shown:
                continue
            shape = snapshot.shape_of_attached(eni)
            if not snapshot.same_attached(shown, shape):
                raise MismatchError("EC2", f"{eni.id} attached as {shown}", f"{shape}")
            self._attached[eni.id] = (eni, shown)


def _same(rule: str, what: str, seen: object, modelled: object) -> None:
    if seen != modelled:
        raise MismatchError(rule, f"{what} {_text(seen)}", _text(modelled))


def _text(value: object) -> str:
    text = str(value)
    return text if len(text) <= 300 else f"{text[:297]}..."


def _eni_mismatch(shown: EniShape, modelled: EniShape) -> MismatchError:
    for field in ("card", "primary", "device", "subnet", "created", "excluded", "trunk"):
        seen, right = getattr(shown, field), getattr(modelled, field)
        if seen != right:
            return MismatchError("R11", f"{shown.id} with {field} {seen}", f"{right}")
    theirs = {cidr.network: cidr for cidr in shown.cidrs}
    ours = {cidr.network: cidr for cidr in modelled.cidrs}
    if theirs.keys() != ours.keys():
        extra = snapshot.describe_networks(theirs.keys() - ours.keys())
        missing = snapshot.describe_networks(ours.keys() - theirs.keys())
        return MismatchError(
            "R22", f"{shown.id} with extra CIDRs {extra}, without {missing}", "neither"
        )
    network = next(each for each in ours if theirs[each] != ours[each])
    return MismatchError(
        "R113", f"{shown.id}, {_cidr_text(theirs[network])}", _cidr_text(ours[network])
    )


def _cidr_text(cidr: snapshot.CidrShape) -> str:
    parts = [format_network(cidr.network)]
    parts.extend(f"{format_address(a)} assigned to {pod}" for a, pod in cidr.assigned)
    parts.extend(f"{format_address(a)} cooling" for a in cidr.cooling)
    parts.extend(f"{format_address(a)} expired" for a in cidr.expired)
    return ", ".join(parts)


# -- the world before the first event ------------------------------------------------------------


def first_world(trace: Trace, event: Event, recorded: Recorded) -> World:
    """The world before a trace's first event, from its header.

    The bare primary ENI's own address is told only by the first state.
    """
    if event.kind != "init":
        raise MismatchError("R53", event.kind, "init as the first event")
    for key in ("attached", "subnet_free", "running"):
        if key not in event.state:
            event.state.fail(f"the first state must have {key!r}")
    header = trace.header
    config = config_of(trace)
    limits = config.limits
    subnets = _subnets(header)
    enis = _attached_before(header, event.state, recorded)
    eni_config = header.child("eni_config").text("subnet") if "eni_config" in header else None
    for eni in enis:
        if eni.card >= len(limits.cards):
            header.fail(f"{eni.id} is on card {eni.card}, but 'network_cards' has no such card")
    known = [subnet.id for subnet in subnets]
    for used in (*(eni.subnet for eni in enis), *filter(None, (eni_config,))):
        if used not in known:
            header.fail(f"no subnet {used!r}; there are: {', '.join(known)}")
    return World(
        config=config,
        ec2=Ec2(
            limits=limits,
            enis=enis,
            subnets=subnets,
            imds_lag=header.instant("imds_lag_s", 0),
            arrivals=_arrivals(header),
        ),
        eni_config_subnet=eni_config,
        max_pods=max_pods_of(trace),
    )


def config_of(trace: Trace) -> Config:
    """The node as the header of a trace describes it."""
    header, version = trace.header, trace.dialect.version
    limits = _limits(header)
    return Config(
        settings=parse_settings_of(version, header.table("env")).settings,
        limits=limits,
        trunk_compatible=header.flag("trunk_compatible", True),
        version=version,
    )


def max_pods_of(trace: Trace) -> int:
    """Max pods of the node that a trace was recorded on."""
    return trace.header.count("max_pods", most=100_000)


def _arrivals(header: Fields) -> Arrivals:
    lag = header.child("imds_new_lag_s", optional=True)
    return Arrivals(eni_lag=lag.instant("eni", 0), address_lag=lag.instant("ips", 0))


def _limits(header: Fields) -> InstanceLimits:
    """The limits in the header, which hold for each of its cards."""
    cards = header.count("network_cards", 1, least=1, most=MOST_CARDS)
    try:
        if "limits" not in header:
            known = Catalogue.bundled().get(header.text("instance"))
            return evolve(known, cards=tuple(CardLimits(c, known.max_enis) for c in range(cards)))
        limits = header.child("limits")
        return InstanceLimits.simple(
            limits.count("max_enis"), limits.count("ipv4_per_eni"), cards=cards
        )
    except PlacedError:
        raise
    except InputError as error:
        header.fail(str(error))


def _subnets(header: Fields) -> tuple[CounterSubnet, ...]:
    subnets: dict[str, CounterSubnet] = {}
    for fields in header.objects("subnets"):
        subnet = CounterSubnet(
            id=fields.text("id"),
            free=fields.count("free"),
            tags=SubnetTags(role=fields.text("role", "")),
        )
        if subnet.id in subnets:
            fields.fail(f"subnet {subnet.id} is listed twice")
        subnets[subnet.id] = subnet
    if not subnets:
        header.fail("'subnets' is empty; the first one is the primary ENI's")
    return tuple(subnets.values())


def _attached_before(header: Fields, state: Fields, recorded: Recorded) -> tuple[Ec2Eni, ...]:
    if "attached" in header:
        shown: Mapping[str, AttachedShape] = {
            eni: snapshot.read_attached_eni(header.child("attached").child(eni), recorded.dialect)
            for eni in header.child("attached").values
        }
    else:
        shown = {
            eni: shape._replace(ips=frozenset(), prefixes=frozenset(), tags=None)
            for eni, shape in recorded.attached.items()
            if shape.device == 0 and shape.card == 0
        }
    primaries = [eni for eni, shape in shown.items() if shape.device == 0 and shape.card == 0]
    if len(primaries) != 1:
        blamed = header if "attached" in header else state
        blamed.fail(f"there must be one primary ENI (device 0 of card 0), not {len(primaries)}")
    return tuple(_ec2_eni(eni, shown[eni], eni == primaries[0]) for eni in sorted(shown))


def _ec2_eni(eni_id: str, shape: AttachedShape, primary: bool) -> Ec2Eni:
    return Ec2Eni(
        id=eni_id,
        primary=primary,
        device=shape.device,
        card=shape.card,
        subnet=shape.subnet,
        primary_address=shape.primary,
        addresses=tuple(sorted(shape.ips)),
        prefixes=tuple(sorted(each for each in shape.prefixes if not each.ipv6)),
        ipv6_prefixes=tuple(sorted(each for each in shape.prefixes if each.ipv6)),
        primary_ipv6=shape.primary_ipv6,
        efa_only=shape.efa_only,
        tags=shape.tags or EniTags("true" if shape.no_manage else None),
        trunk=shape.trunk,
    )
