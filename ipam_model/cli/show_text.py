"""The report of `ipam-model show` as text; long lists are folded unless everything is asked for."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from ipam_model.inspection.counted import counted
from ipam_model.inspection.explanation import (
    AddressReport,
    CardReport,
    CidrReport,
    EniReport,
    ReasonReport,
)
from ipam_model.inspection.forecast import MOST_OPTIONS, Action, Ending, Forecast
from ipam_model.inspection.recovery import RecoveryReport
from ipam_model.inspection.report import NodeReport
from ipam_model.inspection.restart import RestartReport

FOLDED: Final = 3
"""How many of a long list are named."""
_NEVER_USED: Final = "never used"


def observation_text(head: Sequence[str], explained: NodeReport, *, everything: bool) -> str:
    """The report on introspection output."""
    lines = [*head]
    for problem in explained.contradictions:
        mark = f"violated {problem.invariant}" if problem.invariant else "doubtful"
        lines.append(f"{mark}: {problem.message}")
    for card in explained.cards:
        lines += ["", *_card(card, everything=everything)]
    if explained.ipv6:
        lines += ["", "IPv6: neither grown nor shrunk after the start (R70)"]
        lines += [f"  {each.eni}: {each.cidr}, {each.assigned} assigned" for each in explained.ipv6]
    if explained.forecast is not None:
        lines += ["", *_ahead(explained.forecast)]
    if explained.restart is not None:
        lines += ["", *_restart(explained.restart, everything=everything)]
    lines += ["", "assumed:", *(f"  - {each}" for each in explained.assumptions)]
    return "\n".join(lines)


def recovery_text(head: Sequence[str], report: RecoveryReport, *, everything: bool) -> str:
    """The report on a checkpoint file."""
    lines = [*head, ""]
    if report.fails is not None:
        lines.append(f"a restart FAILS with this file, again and again: {report.fails}")
    else:
        lines.append(
            f"a restart recovers {report.recoverable} of "
            f"{counted(report.assignments, 'assignment')}, if every address and host veth is "
            "still there"
        )
    fits = "" if report.least_enis <= report.max_enis else ", more than the instance can have"
    lines.append(f"they need at least {report.least_enis} of {report.max_enis} ENIs{fits}")
    if report.ipv6:
        lines.append(f"{report.ipv6} of them are IPv6 and not looked at further")
    shown = report.entries if everything else report.entries[: 3 * FOLDED]
    for entry in shown:
        since = f", since {entry.since}" if entry.since else ""
        pod = entry.pod or f"sandbox {entry.container[:13]}"
        lines.append(f"  {entry.address:15}  {pod}{since}: {entry.recovered}")
    if len(shown) < len(report.entries):
        lines.append(f"  … {len(report.entries) - len(shown)} more (--all)")
    lines += ["", "the file cannot tell:", *(f"  - {each}" for each in report.unknown)]
    return "\n".join(lines)


def _card(card: CardReport, *, everything: bool) -> Iterator[str]:
    prefixes = f"; X = {counted(card.prefixes, 'prefix')}, F = {card.free_prefixes} without pods"
    yield (
        f"card {card.card}: T = {card.total} owned, A = {card.assigned} assigned, "
        f"V = {card.available} available"
        f"{f' of which {card.cooling} cooling' if card.cooling else ''}"
        f"{prefixes if card.prefixes or card.free_prefixes else ''}; "
        f"{card.enis} of {card.max_enis} ENIs, {counted(card.addresses_per_eni, 'address')} each"
    )
    yield f"  {counted(card.assignable, 'address')} can be given to pods now"
    for hindrance in card.hindrances:
        yield f"  ! {hindrance.text}  [{hindrance.rules}]"
    width = max(len(each.name) for each in card.predicates)
    for each in card.predicates:
        yield f"  {each.name.ljust(width)}  {each.text}  [{each.rule}]"
    if card.release:
        yield (
            f"  the next release takes {counted(card.release, 'CIDR')}; only after "
            "it, in the same pass, an ENI is looked for that may go  [R138, R72]"
        )
    for eni in card.eni_reports:
        yield from _eni(eni, everything=everything)


def _eni(eni: EniReport, *, everything: bool) -> Iterator[str]:
    kinds = [
        word
        for word, holds in (
            ("primary", eni.primary),
            ("trunk", eni.trunk),
            ("EFA", eni.efa),
            ("excluded", eni.excluded),
        )
        if holds
    ]
    where = f", {eni.subnet}" if eni.subnet else ""
    kind = f" ({', '.join(kinds)})" if kinds else ""
    yield (
        f"  {eni.id}{kind}: device {eni.device}{where}, {len(eni.cidrs)} of "
        f"{counted(eni.slots, 'slot')}, "
        f"{counted(eni.addresses, 'address')}, {eni.assigned} assigned, {eni.cooling} cooling"
    )
    yield f"    {_fate(eni)}"
    yield from _cidrs(eni.cidrs, everything=everything)


def _fate(eni: EniReport) -> str:
    fate = eni.fate
    if eni.may_go_from is not None:
        latest = "" if any(each.certain for each in eni.reasons) else " at the latest"
        fate += f", from {eni.may_go_from}{latest}"
    # Of an ENI that never goes, the reason that it never goes is enough.
    reasons = [r for r in eni.reasons if r.certain] or list(eni.reasons)
    if eni.primary or eni.trunk or eni.efa:
        reasons = reasons[:1]
    return f"{fate}: {_reasons(reasons)}" if reasons else f"{fate}: no item of R136 keeps it"


def _reasons(reasons: Iterable[ReasonReport]) -> str:
    return "; ".join(f"{reason.text} [{reason.rule}]" for reason in reasons)


def _cidrs(cidrs: Sequence[CidrReport], *, everything: bool) -> Iterator[str]:
    for (state, why), members in groupby(sorted(cidrs, key=_group), key=_group):
        group = list(members)
        if group[0].prefix or everything:
            for cidr in group:
                yield from _cidr(cidr, why, everything=everything)
            continue
        names = [_single(cidr) for cidr in group]
        more = f", … {len(names) - FOLDED} more" if len(names) > FOLDED else ""
        yield f"    {len(group)} {state}: {', '.join(names[:FOLDED])}{more} — {why}"


def _group(cidr: CidrReport) -> tuple[str, str]:
    state = next(
        (
            word
            for word, number in (
                ("assigned", cidr.assigned),
                ("cooling", cidr.cooling),
                ("expired", cidr.expired),
            )
            if number
        ),
        _NEVER_USED,
    )
    why = "surplus: the next release may take it [R138]"
    return state, why if cidr.surplus else _reasons(cidr.kept_by)


def _single(cidr: CidrReport) -> str:
    address = cidr.cidr.partition("/")[0]
    return address if not cidr.addresses else f"{address}{_history(cidr.addresses[0])}"


def _history(address: AddressReport) -> str:
    if address.pod is not None:
        return f" {address.pod}"
    if address.cooling_until is not None:
        return f" until {address.cooling_until}"
    return ""


def _cidr(cidr: CidrReport, why: str, *, everything: bool) -> Iterator[str]:
    if not cidr.prefix:
        state = _group(cidr)[0]
        yield f"    {_single(cidr)}: {state} — {why}"
        return
    counts = ", ".join(
        f"{number} {word}"
        for number, word in (
            (cidr.assigned, "assigned"),
            (cidr.cooling, "cooling"),
            (cidr.expired, "expired"),
            (cidr.never_used, _NEVER_USED),
        )
        if number
    )
    yield f"    {cidr.cidr}: {counts} — {why}"
    if everything:
        for address in cidr.addresses:
            since = f" since {address.since}" if address.since else ""
            yield f"      {address.address}: {address.state}{_history(address)}{since}"


def _ahead(ahead: Forecast) -> Iterator[str]:
    yield "what comes, if no pod comes or goes and no call fails:"
    for each in ahead.passes:
        yield (
            f"  pass {each.number} (by {each.seconds:g} s): "
            f"{'; '.join(map(_action, each.actions))} → T = {each.total}, V = {each.available}, "
            f"{counted(each.enis, 'ENI')}"
        )
    if ahead.ending is Ending.RESTS:
        yield "  at rest after that" if ahead.passes else "  nothing: it is at rest"
    elif ahead.ending is Ending.RESTLESS:
        yield f"  it never rests: the same again every {ahead.period:g} s"
    else:
        nothing = "" if ahead.passes else "nothing so far; "
        passes = counted(ahead.after, "pass")
        yield f"  {nothing}{passes} looked ahead, not certain to be at rest (--passes)"


def _restart(report: RestartReport, *, everything: bool) -> Iterator[str]:
    yield "a restart now, if every host veth is there:"
    if report.exits is not None:
        yield f"  FAILS, again and again: {report.exits} (R53, R61)"
    else:
        did = "; ".join(map(_action, report.actions)) or "nothing to clean up or to grow"
        yield (
            f"  recovers {counted(report.recovered, 'assignment')}; {did} → T = {report.total}, "
            f"V = {report.available}, {counted(report.enis, 'ENI')}"
        )
    for addresses, what in (
        (report.dropped, "dropped, no ENI has the address [R61]"),
        (report.forgotten, "forgotten, pods hold them but the file does not list them [R62]"),
    ):
        if addresses:
            shown = addresses if everything else addresses[:FOLDED]
            more = f", … {len(addresses) - len(shown)} more" if len(shown) < len(addresses) else ""
            yield f"  {len(addresses)} {what}: {', '.join(shown)}{more}"


def _action(action: Action) -> str:
    text = action.text
    if action.failed is not None:
        text += f" FAILS ({action.failed})"
    if action.options > 1:
        number = f"{MOST_OPTIONS} or more" if action.options >= MOST_OPTIONS else action.options
        text += f" [or another of {number}: {action.choice}]"
    return text
