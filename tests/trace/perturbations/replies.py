"""Perturbed replies: flags, numbers, addresses, errors."""

from random import Random

from tests.trace.perturbations.base import (
    Base,
    Change,
    Malformed,
    Prediction,
    RejectedAt,
    copy_of,
    kind,
    unused_address,
    with_event,
)

_FLAGS = ("success", "low", "high", "want_fewer_enis", "due", "completed", "ok")
_NUMBERS = ("short", "over", "device")


@kind
def reply_flag_flipped(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    reply = line["reply"]
    flags = [key for key in _FLAGS if key in reply]
    if not flags:
        return None
    key = rng.choice(flags)
    reply[key] = not reply[key]
    return Change(f"{key} {reply[key]}", with_event(base, seq, line), RejectedAt(seq))


@kind
def reply_number_off(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    reply = line["reply"]
    numbers = [key for key in _NUMBERS if key in reply]
    if not numbers:
        return None
    key = rng.choice(numbers)
    reply[key] += rng.choice((-1, 1))
    return Change(f"{key} {reply[key]}", with_event(base, seq, line), RejectedAt(seq))


@kind
def reply_address_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    if line["event"]["kind"] not in ("pod_add", "pod_del") or "ip" not in line["reply"]:
        return None
    others = [
        address
        for eni in base.after(seq)["attached"].values()
        for address in (eni["primary"], *eni["ips"])
        if address != line["reply"]["ip"]
    ]
    line["reply"]["ip"] = rng.choice((*others, unused_address(base)))
    what = f"ip {line['reply']['ip']}"
    return Change(what, with_event(base, seq, line), RejectedAt(seq))


@kind
def reply_key_missing(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    keys = [key for key in (*_FLAGS, *_NUMBERS, "ip", "prefix", "eni") if key in line["reply"]]
    if not keys or line["event"]["kind"] == "external":
        return None
    key = rng.choice(keys)
    del line["reply"][key]
    prediction: Prediction = Malformed(seq + 2) if key == "ok" else RejectedAt(seq)
    return Change(f"reply without {key}", with_event(base, seq, line), prediction)


@kind
def pod_error_changed(base: Base, seq: int, rng: Random) -> Change | None:
    line = copy_of(base, seq)
    if line["event"]["kind"] not in ("pod_add", "pod_del"):
        return None
    reply = line["reply"]
    if "error" in reply and rng.random() < 0.5:
        del reply["error"]
    else:
        reply["error"] = "NoAvailable" if reply.get("error") == "UnknownPod" else "UnknownPod"
    what = f"error {reply.get('error')}"
    return Change(what, with_event(base, seq, line), RejectedAt(seq))


@kind
def pod_reply_exchanged(base: Base, seq: int, _: Random) -> Change | None:
    """A success told as a refusal, or the other way round."""
    line = copy_of(base, seq)
    if line["event"]["kind"] not in ("pod_add", "pod_del"):
        return None
    refused = {"success": False}
    given = {"success": True, "ip": unused_address(base), "device": 0}
    line["reply"] = refused if line["reply"].get("success") else given
    return Change(f"reply {line['reply']}", with_event(base, seq, line), RejectedAt(seq))
