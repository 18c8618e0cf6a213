"""Perturbed traces of several cards and of IPv6: cards, address lists, prefixes, loop events."""

from random import Random

from tests.trace.lines import Line
from tests.trace.perturbations.base import (
    AmbiguousError,
    Base,
    Change,
    Legal,
    Malformed,
    Prediction,
    RejectedAt,
    by_card,
    copied,
    copy_of,
    kind,
    renumbered,
    with_event,
    with_state,
)

IN_CALLS_OF_CARDS = (
    "AssignPrivateIpAddresses",
    "UnassignPrivateIpAddresses",
    "FreeENI",
    "CreateNetworkInterface+Attach",
)


def _on_ipv6(base: Base, seq: int) -> bool:
    return base.environment(seq).get("ENABLE_IPv6") == "true"


# -- cards ---------------------------------------------------------------------------------------


@kind
def new_eni_on_another_card(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    made = [call for call in line["ec2"] if call["call"] == "CreateNetworkInterface+Attach"]
    if not by_card(base) or not made:
        return None
    call = rng.choice(made)
    others = sorted(set(range(base.header["network_cards"])) - {call.get("card", 0)})
    call["card"] = rng.choice(others)
    return Change(f"on card {call['card']}", with_event(base, seq, line), RejectedAt(seq))


@kind
def eni_shown_on_another_card(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if not by_card(base) or not state.get("enis"):
        return None
    eni = rng.choice(state["enis"])
    eni["card"] += 1
    return Change(
        f"{eni['id']} on card {eni['card']}", with_state(base, seq, state), RejectedAt(seq)
    )


@kind
def attached_eni_shown_on_another_card(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    later = [eni for eni in state["attached"] if eni not in base.header.get("attached", {})]
    if not by_card(base) or not later or not seq:
        return None
    eni = rng.choice(later)
    state["attached"][eni]["card"] += 1
    return Change(f"{eni} on another card", with_state(base, seq, state), RejectedAt(seq))


@kind
def numbers_of_another_card(base: Base, seq: int, rng: Random) -> Change | None:
    """Statistics or counters missing for a card, or told for one without a store."""
    state = copied(base.after(seq))
    if not by_card(base) or not state.get("stats"):
        return None
    group = rng.choice(("stats", "counters"))
    card = rng.choice(sorted(state[group]))
    numbers = state[group].pop(card)
    if rng.random() < 0.5:
        state[group]["7"] = numbers
    return Change(
        f"{group} of {sorted(state[group])}", with_state(base, seq, state), RejectedAt(seq)
    )


@kind
def card_is_no_number(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    if not by_card(base) or not state.get("stats"):
        return None
    name = rng.choice(("x", "01", "-1", ""))
    state["stats"][name] = state["stats"].pop("0")
    return Change(f"card {name!r}", with_state(base, seq, state), Malformed(seq + 2))


@kind
def decision_of_another_card(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    if not by_card(base) or line["event"]["kind"] != "tick" or not line["reply"]:
        return None
    reply = line["reply"]
    card = rng.choice(sorted(reply))
    decision = reply.pop(card)
    match rng.choice(("missing", "renamed", "flipped")):
        case "renamed":
            reply["7"] = decision
        case "flipped":
            reply[card] = decision | {"low": not decision["low"]}
        case _ if not reply:
            return None
    return Change(f"decisions of {sorted(reply)}", with_event(base, seq, line), RejectedAt(seq))


@kind
def warm_target_of_a_higher_card(base: Base, seq: int, rng: Random) -> Change | None:
    """`short` or `over` of a card above 0 told as if it had other targets, or none."""
    line = copy_of(base, seq)
    if not by_card(base) or line["event"]["kind"] != "tick":
        return None
    higher = [card for card in line["reply"] if card != "0"]
    if not higher:
        return None
    decision = line["reply"][rng.choice(higher)]
    key = rng.choice(("short", "over"))
    if rng.random() < 0.5:
        del decision[key]
    else:
        decision[key] += 1
    return Change(f"decision {decision}", with_event(base, seq, line), RejectedAt(seq))


@kind
def cards_in_another_order(base: Base, seq: int, _: Random) -> Change | None:
    """What an update did on each card, card by card in reverse."""
    line = copy_of(base, seq)
    if not by_card(base) or line["event"]["kind"] != "tick":
        return None
    blocks = _blocks(base, seq, line["ec2"])
    if len(blocks) < 2:
        return None
    if any("error" in call.get("result", {}) for call in line["ec2"]):
        raise AmbiguousError("a failure may stop the other cards")
    line["ec2"] = [call for block in reversed(blocks) for call in block]
    order = Legal("an update visits the cards in any order")
    return Change("the cards reversed", with_event(base, seq, line), order)


def _blocks(base: Base, seq: int, calls: list[Line]) -> list[list[Line]]:
    """The calls of an update, cut where the next card begins."""
    known = {**base.before(seq)["attached"], **base.after(seq)["attached"]}
    blocks: list[list[Line]] = []
    last: object = None
    for call in calls:
        card = last
        if call["call"] in IN_CALLS_OF_CARDS:
            card = known[call["eni"]]["card"] if "eni" in call else call.get("card", 0)
        if not blocks or card != last:
            blocks.append([])
        blocks[-1].append(call)
        last = card
    cards = [
        known[block[0]["eni"]]["card"] if "eni" in block[0] else block[0].get("card", 0)
        for block in blocks
    ]
    if len(set(cards)) != len(cards):
        raise AmbiguousError("a card comes twice")
    return blocks


@kind
def number_of_cards_changed(base: Base, seq: int, rng: Random) -> Change | None:
    """Only told in the header: blamed on the first event whose cards do not fit."""
    if not by_card(base) or seq or not base.after(0)["running"]:
        return None
    if base.environment(0).get("ENABLE_MULTI_NIC") != "true":
        return None  # Then more cards make no difference.
    header = copied(base.header)
    lines = [header, *base.lines[1:]]
    prediction: Prediction = RejectedAt(0)
    if rng.random() < 0.5:
        header["network_cards"] += 1
    else:
        del header["network_cards"]
        prediction = Malformed(2)
    return Change(f"{header.get('network_cards')} cards", lines, prediction)


@kind
def efa_only_forgotten(base: Base, seq: int, _: Random) -> Change | None:
    """An EFA-only ENI is told as an ordinary one: its card would have a store."""
    header = copied(base.header)
    attached = [eni for eni in header.get("attached", {}).values() if eni.get("efa_only")]
    if seq or not attached or base.environment(0).get("ENABLE_MULTI_NIC") != "true":
        return None
    del attached[0]["efa_only"]
    return Change("no EFA-only ENI", [header, *base.lines[1:]], RejectedAt(0))


# -- pods on several cards -----------------------------------------------------------------------


@kind
def address_list_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    told = line["reply"].get("addresses")
    if not told:
        return None
    match rng.choice(("dropped", "repeated", "device", "reversed")):
        case "dropped":
            told.pop()
        case "repeated":
            told.append(told[-1])
        case "device":
            told[-1]["device"] += 1
        case _ if len(told) > 1:
            told.reverse()
        case _:
            del line["reply"]["addresses"]
    return Change(f"addresses {told}", with_event(base, seq, line), RejectedAt(seq))


@kind
def address_list_missing_or_extra(base: Base, seq: int, _: Random) -> Change | None:
    line = copy_of(base, seq)
    if not by_card(base) or line["event"]["kind"] not in ("pod_add", "pod_del"):
        return None
    if "addresses" in line["reply"]:
        del line["reply"]["addresses"]
    else:
        line["reply"]["addresses"] = []
    return Change("addresses missing or extra", with_event(base, seq, line), RejectedAt(seq))


@kind
def every_card_or_one(base: Base, seq: int, _: Random) -> Change | None:
    """A pod with several addresses asked for one; one with a single address asked for several."""
    line = copy_of(base, seq)
    told = line["reply"].get("addresses", [])
    if line["event"]["kind"] != "pod_add" or not told:
        return None
    multi_nic = base.environment(seq).get("ENABLE_MULTI_NIC") == "true"
    if multi_nic and len(base.after(seq)["stats"]) == 1 and "multi" not in line["event"]:
        return None  # There is only one card with a store.
    if "multi" in line["event"]:
        if len(told) == 1:
            return None
        del line["event"]["multi"]
    else:
        line["event"]["multi"] = True
    return Change(f"{line['event']}", with_event(base, seq, line), RejectedAt(seq))


# -- IPv6 ----------------------------------------------------------------------------------------


@kind
def ipv6_address_of_a_new_eni_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    made = [call for call in line["ec2"] if "ipv6" in call.get("result", {})]
    if not made:
        return None
    result = rng.choice(made)["result"]
    known = [eni["primary_ipv6"] for eni in base.before(seq).get("attached", {}).values()]
    result["ipv6"] = rng.choice(["2001:db8::99", "10.99.99.99", *known])
    return Change(f"IPv6 address {result['ipv6']}", with_event(base, seq, line), RejectedAt(seq))


@kind
def attached_ipv6_address_changed(base: Base, seq: int, rng: Random) -> Change | None:
    state = copied(base.after(seq))
    having = [eni for eni in state["attached"].values() if "primary_ipv6" in eni]
    if not having:
        return None
    eni = rng.choice(having)
    if rng.random() < 0.5:
        del eni["primary_ipv6"]
    else:
        eni["primary_ipv6"] = "2001:db8::99"
    return Change(f"{eni}", with_state(base, seq, state), RejectedAt(seq))


@kind
def ipv6_prefix_of_the_wrong_kind(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    made = [call for call in line["ec2"] if call["call"] == "AssignIpv6Prefixes"]
    made = [call for call in made if call["result"].get("prefixes")]
    if not made:
        return None
    result = rng.choice(made)["result"]
    text, prediction = rng.choice(
        (
            ("10.99.99.0/28", RejectedAt(seq)),
            ("2001:db8:9::/80", RejectedAt(seq)),
            ("2001:db8:9::/64", Malformed(seq + 2)),
            ("2001:db8:9::/124", Malformed(seq + 2)),
            ("2001:db8:9::1/80", Malformed(seq + 2)),
            ("::/80", Malformed(seq + 2)),
        )
    )
    result["prefixes"] = [text]
    return Change(f"prefix {text}", with_event(base, seq, line), prediction)


@kind
def ipv6_prefixes_listed_in_another_order(base: Base, seq: int, rng: Random) -> Change | None:
    """The first one listed is the one used."""
    line = copy_of(base, seq)
    listed = [
        call
        for call in line["ec2"]
        if call["call"] == "GetIPv6PrefixesFromEC2" and len(call["result"].get("prefixes", ())) > 1
    ]
    if not listed:
        return None
    rng.choice(listed)["result"]["prefixes"].reverse()
    unseen = Legal("the start failed anyway")
    prediction = RejectedAt(seq) if line["reply"]["ok"] else unseen
    return Change("prefixes in another order", with_event(base, seq, line), prediction)


@kind
def loop_event_on_an_ipv6_node(base: Base, seq: int, rng: Random) -> Change | None:
    if not _on_ipv6(base, seq) or not base.after(seq)["running"]:
        return None
    event, reply = rng.choice((({"kind": "tick"}, {}), ({"kind": "reconcile"}, {"due": False})))
    line = {"seq": 0, "time": base.events[seq]["time"], "event": event, "reply": reply}
    extra = line | {"ec2": [], "state": {}}
    lines = renumbered([*base.lines[: seq + 2], extra, *base.lines[seq + 2 :]])
    return Change(f"an extra {event['kind']}", lines, RejectedAt(seq + 1))
