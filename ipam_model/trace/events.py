"""What each kind of trace event does to the world, and which reply it must have."""

from collections.abc import Callable, Mapping
from typing import Final

from attrs import evolve

from ipam_model import ec2, others
from ipam_model.config import Config, parse_settings_of
from ipam_model.daemon.init import DUPLICATE_ADDRESS, EMPTY_POOL, REFUSED, Exited, Started
from ipam_model.ec2 import Ec2Eni, Fault
from ipam_model.errors import InputError
from ipam_model.requests import Code, EniTags
from ipam_model.state import Network, Pod, PodKey
from ipam_model.trace import snapshot
from ipam_model.trace.calls import same_json
from ipam_model.trace.document import Event, Fields, PlacedError
from ipam_model.trace.mismatch import MismatchError
from ipam_model.trace.record import RecordedRunner
from ipam_model.trace.replies import pod_reply, reconcile_reply, tick_reply

CODES: Final = frozenset(
    {value for name, value in vars(Code).items() if name.isupper()}
    | {REFUSED, EMPTY_POOL, DUPLICATE_ADDRESS}
)
"""What a message about a failed start may name."""


def run_event(runner: RecordedRunner, event: Event) -> None:
    """Run one event as recorded.

    Raises `MismatchError` if the model does not allow it, `InputError` if it is malformed.
    """
    handler = HANDLERS.get(event.kind)
    if handler is None:
        event.event.fail(f"unknown kind {event.kind!r}; known: {', '.join(sorted(HANDLERS))}")
    if runner.node is None and event.kind in _NEEDS_THE_DAEMON:
        raise MismatchError("R53", event.kind, "no such event: the daemon is not running")
    try:
        handler(runner, event)
    except PlacedError:
        raise
    except InputError as error:
        event.event.fail(str(error))
    runner.finished()


def run_pod_event(runner: RecordedRunner, kind: str, event: Fields, reply: Fields) -> None:
    """A pod add or delete, at top level or inside a call."""
    runner.pod_reply = reply
    key = PodKey(event.text("sandbox"))
    if kind == "pod_add":
        runner.gone_pods -= {key}
        answer = runner.add_pod(Pod(key, name=key.container), multi=event.flag("multi", False))
        rule = "R121"
    else:
        gone = not event.flag("pod_object", True)
        runner.gone_pods = runner.gone_pods | {key} if gone else runner.gone_pods - {key}
        answer = runner.delete_pod(key)
        rule = "R125"
    runner.pod_reply = None
    deleted = kind == "pod_del"
    shown = pod_reply(answer, by_card=runner.recorded.dialect.by_card, deleted=deleted)
    if not same_json(dict(reply.values), shown):
        raise MismatchError(rule, f"reply {dict(reply.values)}", f"{shown} {answer.error}".rstrip())


def run_nested(runner: RecordedRunner, nested: Fields) -> None:
    """A pod event inside a call: its own calls, its own reply, nothing of the outer event's."""
    event = nested.child("event")
    kind = event.text("kind")
    if kind not in ("pod_add", "pod_del"):
        event.fail(f"only pod events happen inside calls, not {kind!r}")
    if runner.starting:
        raise MismatchError("R53", kind, "no pod event: the daemon serves none while it starts")
    outer = runner.calls, runner.position
    runner.calls, runner.position = tuple(nested.objects("ec2", optional=True)), 0
    run_pod_event(runner, kind, event, nested.child("reply", optional=True))
    runner.finished()
    runner.calls, runner.position = outer


def _init(runner: RecordedRunner, event: Event) -> None:
    if event.kind == "restart":
        for sandbox in event.event.texts("vanished", optional=True):
            runner.remove_sandbox(PodKey(sandbox))
    elif event.seq:
        raise MismatchError("R53", "init", "restart: the daemon was started before")
    config = runner.config
    if "env" in event.event:
        config = with_environment(config, event.event.table("env"))
    outcome = runner.start(config)
    ok = isinstance(outcome, Started)
    shows = event.reply.flag("ok") is ok and event.reply.values.keys() <= {"ok", "error"}
    allowed = "ok=true"
    if isinstance(outcome, Exited):
        allowed = f"ok=false, because of {outcome.reason.code}"
        if "error" in event.reply:
            shows = shows and names_reason(event.reply.text("error"), outcome.reason.code)
    elif "error" in event.reply:
        shows = False
    _expect_reply(event, "R53", shows, allowed)


def names_reason(text: str, code: str) -> bool:
    """Whether the daemon's message `text` may tell of an exit because of `code`.

    A message is free text, which need not name a code; but one that names any must name `code`.
    """
    named = [each for each in CODES if each in text]
    return bool(text) and (not named or code in named)


def with_environment(config: Config, env: Mapping[str, str]) -> Config:
    """The config of a daemon started with another environment."""
    return evolve(config, settings=parse_settings_of(config.version, env).settings)


def _pod(runner: RecordedRunner, event: Event) -> None:
    run_pod_event(runner, event.kind, event.event, event.reply)


def _tick(runner: RecordedRunner, event: Event) -> None:
    _require_loop(runner, event)
    decisions = runner.tick()
    if event.reply.values:
        shown = tick_reply(decisions, by_card=runner.recorded.dialect.by_card)
        matches = same_json(dict(event.reply.values), shown)
        _expect_reply(event, "R79", matches, str(shown))


def _require_loop(runner: RecordedRunner, event: Event) -> None:
    if runner.config.ipv6:
        raise MismatchError("R70", event.kind, "no such event: in IPv6 mode the loop has ended")


def _reconcile(runner: RecordedRunner, event: Event) -> None:
    _require_loop(runner, event)
    outcome = runner.reconcile()
    shown = reconcile_reply(outcome)
    _expect_reply(event, "R146", same_json(dict(event.reply.values), shown), str(shown))


def _advance(runner: RecordedRunner, event: Event) -> None:
    runner.advance(event.event.instant("seconds"))
    _expect_no_reply(event)


def _cordon(runner: RecordedRunner, event: Event) -> None:
    runner.cordoned = event.kind == "cordon"
    _expect_no_reply(event)


def _fault(runner: RecordedRunner, event: Event) -> None:
    fields = event.event
    _expect_no_reply(event)
    if fields.flag("clear", False):
        runner.ec2 = evolve(runner.ec2, faults=())
        return
    times = fields.count("times", 1, least=1)
    fault = Fault(fields.text("call"), fields.text("code"), times)
    runner.ec2 = ec2.arm(runner.ec2, fault)


def _subnet_free(runner: RecordedRunner, event: Event) -> None:
    fields = event.event
    runner.ec2 = others.set_free(runner.ec2, fields.text("subnet"), fields.count("free"))
    _expect_no_reply(event)


def _subnet_tag(runner: RecordedRunner, event: Event) -> None:
    fields = event.event
    role = fields.text("role")
    runner.ec2 = others.set_role(runner.ec2, fields.text("subnet"), role)
    _expect_no_reply(event)


def _external(runner: RecordedRunner, event: Event) -> None:
    what = event.event.text("what")
    change = EXTERNAL.get(what)
    if change is None:
        event.event.fail(f"unknown change {what!r}; known: {', '.join(sorted(EXTERNAL))}")
    change(runner, event)


def _eni_of(runner: RecordedRunner, event: Event) -> Ec2Eni:
    eni_id = event.event.text("eni")
    eni = runner.ec2.eni(eni_id)
    if eni is None:
        known = ", ".join(each.id for each in runner.ec2.enis)
        raise MismatchError("EC2", f"change of {eni_id}", f"an attached ENI: {known}")
    return eni


def _detach(runner: RecordedRunner, event: Event) -> None:
    runner.ec2 = others.detach_by_other(runner.ec2, _eni_of(runner, event))
    _expect_no_reply(event)


def _remove(runner: RecordedRunner, event: Event) -> None:
    eni = _eni_of(runner, event)
    fields = event.event
    key = "ip" if fields.text("what") == "remove_ip" else "prefix"
    network = snapshot.read_network(fields, fields.text(key))
    _expect_no_reply(event)
    if network.address not in eni.addresses and network not in eni.prefixes:
        raise MismatchError("EC2", f"{key} {fields.text(key)} removed", "one that the ENI has")
    runner.ec2 = ec2.remove_networks(runner.ec2, eni, (network,), runner.now)


def _add(runner: RecordedRunner, event: Event) -> None:
    key = "ip" if event.event.text("what") == "add_ip" else "prefix"
    network = snapshot.read_network(event.reply, event.reply.text(key))
    _require_unused(runner, (network,))
    runner.ec2 = others.add_by_other(runner.ec2, _eni_of(runner, event), (network,))


def _attach(runner: RecordedRunner, event: Event) -> None:
    fields = event.event
    eni_id = event.reply.text("eni")
    shown = runner.recorded.attached.get(eni_id)
    if shown is None:
        raise MismatchError("EC2", f"attached {eni_id}", "an ENI that the state shows")
    if runner.ec2.eni(eni_id) is not None:
        raise MismatchError("EC2", f"attached {eni_id}", "an id not in use")
    if "tags" in fields:
        tags = snapshot.read_tags(fields.child("tags"))
    else:
        tags = EniTags("true" if fields.flag("no_manage", False) else None)
    card = fields.count("card", 0, most=runner.config.cards - 1)
    used = {each.device for each in runner.ec2.enis if each.card == card}
    eni = Ec2Eni(
        id=eni_id,
        device=next(number for number in range(len(used) + 1) if number not in used),
        card=card,
        subnet=shown.subnet,
        primary_address=shown.primary,
        tags=tags,
        trunk=fields.flag("trunk", False),
    ).with_networks(
        network
        for key in ("ips", "prefixes")
        for network in snapshot.networks_under(event.reply, key)
    )
    _require_unused(runner, eni.networks())
    runner.ec2 = others.attach_by_other(runner.ec2, eni)


def _set_tags(runner: RecordedRunner, event: Event) -> None:
    eni = _eni_of(runner, event)
    tags = snapshot.read_tags(event.event.child("tags"))
    runner.ec2 = runner.ec2.with_eni(evolve(eni, tags=tags))
    _expect_no_reply(event)


def _require_unused(runner: RecordedRunner, networks: tuple[Network, ...]) -> None:
    used_by = ec2.holder(runner.ec2, networks)
    if used_by is not None:
        seen = snapshot.describe_networks(networks)
        raise MismatchError("EC2", f"{seen} assigned", f"what {used_by.id} does not have")


def _expect_no_reply(event: Event) -> None:
    _expect_reply(event, "format", not event.reply.values, "no reply")


def _expect_reply(event: Event, rule: str, matches: bool, allowed: str) -> None:
    if not matches:
        raise MismatchError(rule, f"reply {dict(event.reply.values)}", allowed)


Handler = Callable[[RecordedRunner, Event], None]

_NEEDS_THE_DAEMON = frozenset({"pod_add", "pod_del", "tick", "reconcile"})

HANDLERS: Mapping[str, Handler] = {
    "init": _init,
    "restart": _init,
    "pod_add": _pod,
    "pod_del": _pod,
    "tick": _tick,
    "reconcile": _reconcile,
    "advance": _advance,
    "cordon": _cordon,
    "uncordon": _cordon,
    "ec2_fault": _fault,
    "subnet_free": _subnet_free,
    "subnet_tag": _subnet_tag,
    "external": _external,
}

EXTERNAL: Mapping[str, Handler] = {
    "detach_eni": _detach,
    "remove_ip": _remove,
    "remove_prefix": _remove,
    "add_ip": _add,
    "add_prefix": _add,
    "attach_eni": _attach,
    "set_tags": _set_tags,
}
