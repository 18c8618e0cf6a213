"""Addresses of ENIs that failed calls leave behind, until the hourly job deletes them.

An ENI leaks, attached to nothing, when it cannot be deleted: after it was detached (R178), or after
it could not be attached (R106, R169). It keeps its primary address and all others. ENIs that stay
attached are no leaks: reconcile adopts them again (R171, R177), and addresses that could not be
released too (R172).
"""

from typing import Final

from attrs import evolve

from ipam_model.bounds.answer import Basis, Bound, Proof, Question, Witness, answer
from ipam_model.bounds.deadline import Deadline
from ipam_model.bounds.pace_question import outside
from ipam_model.bounds.paced_node import PASSES, PacedNode, started, witness
from ipam_model.bounds.registry import Quantity
from ipam_model.bounds.subject import UNDISTURBED, subject
from ipam_model.config import Config, Version
from ipam_model.ec2 import Fault
from ipam_model.errors import InputError
from ipam_model.requests import Code
from ipam_model.rules import timing

DELETE_PAUSES: Final = (500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, *(60_000,) * 4)
"""Milliseconds between the 12 tries to delete an ENI, jitter of up to 15% left out (R183)."""
LEAK_TIME: Final = sum(DELETE_PAUSES)
"""Milliseconds of the loop that each leak takes at least: it waits for all tries (R186)."""
HOUR: Final = 3_600 * timing.SECOND
LONGEST_LEAK: Final = HOUR + 299 * timing.SECOND
"""Milliseconds until the job has deleted a leaked ENI, if it can: it runs every hour, after up to
299 s, and takes ENIs of 5 minutes and more, which an ENI is once its deletion has failed (R184)."""
FAULT: Final = "a fault is a DeleteNetworkInterface that fails in all of its 12 tries"
MOST_REPLAYED: Final = 24
"""Leaks that a witness shows; more of them are the same again."""


def leaks_within(milliseconds: int) -> int:
    """Leaks that can end in a stretch of time, its ends included: never more."""
    return milliseconds // LEAK_TIME + 1


def most_addresses(config: Config) -> int:
    """Addresses of one ENI, its primary one included (R4)."""
    return config.addresses_per_eni + 1


def most_leaked(config: Config) -> int:
    """Addresses that one fault leaks at most: the primary ENI never leaks, any other may."""
    others = config.max_enis > 1 or (config.settings.multi_nic and config.cards > 1)
    return most_addresses(config) if others else 0


def cleaned(config: Config) -> bool:
    """Whether the job runs (R184)."""
    settings = config.settings
    return not (
        settings.ipv6
        or settings.provisioning_disabled
        or settings.imds_only
        or settings.leaked_eni_cleanup_disabled
    )


def leaked_addresses(node: PacedNode) -> int:
    """Addresses of the ENIs that are attached to nothing."""
    return sum(network.size for eni in node.ec2.leaked for network in eni.networks())


def leaks(question: Question) -> Bound:
    """Addresses that so many faults leak, none of them cleaned up meanwhile."""
    config = question.node.config
    subject(question)
    one = most_leaked(config)
    replayed = min(question.faults, MOST_REPLAYED)
    return answer(
        question,
        unit="addresses",
        proof=Proof(
            basis=Basis.LIMITS,
            name="the addresses of as many full ENIs",
            statement=f"an ENI that is not the primary one leaks, with {one} addresses at most",
        ),
        upper=question.faults * one,
        witness=_leaked(question, replayed),
        assumptions=(
            f"{FAULT}, after the ENI was detached or could not be attached",
            "the job that deletes leaked ENIs does not run meanwhile",
            UNDISTURBED,
            *outside(question),
        ),
        parts={"per fault": one, "faults": question.faults},
    )


def leaks_at_once(question: Question) -> Bound:
    """Addresses that are leaked at one time, if every deletion fails and the job runs."""
    config = question.node.config
    subject(question)
    why = "" if cleaned(config) else "nothing deletes leaked ENIs (R184)"
    if config.version is Version.V1_7:
        why = why or (
            "v1.7 tags an ENI only once it is attached; the job passes over one that could not be "
            "attached (R184, H9)"
        )
    if why:
        raise InputError(
            f"{question.node.name}: {why}, so there is no limit; ask for `leaks` of a number of "
            "faults"
        )
    one = most_leaked(config)
    number = leaks_within(LONGEST_LEAK)
    return answer(
        question,
        unit="addresses",
        proof=Proof(
            basis=Basis.LIMITS,
            name="what the retries of DeleteNetworkInterface leave time for",
            statement=(
                f"a leak takes {LEAK_TIME / timing.SECOND:g} s of the loop, and is deleted within "
                f"{LONGEST_LEAK / timing.SECOND:g} s"
            ),
        ),
        upper=number * one,
        witness=None,
        assumptions=("the job's own deletions succeed", UNDISTURBED),
        parts={
            "per fault": one,
            "leaked ENIs": number,
            "per hour": leaks_within(HOUR) * one,
        },
    )


def _leaked(question: Question, faults: int) -> Witness | None:
    """The better of two ways to leak so many ENIs, as far as they lead."""
    if question.replay_seconds == 0:
        return None
    found = []
    deadline = Deadline(question.replay_seconds)
    for way in (_not_freed, _not_attached):
        node = started(question.node, deadline=deadline, record=question.record)
        if faults:
            way(node, faults, _pods(question, node))
        found.append((leaked_addresses(node), node))
    value, node = max(found, key=lambda each: each[0])
    return witness(node, question, value)


def _pods(question: Question, node: PacedNode) -> int:
    fit = node.config.max_enis * node.config.addresses_per_eni
    return min(fit, question.node.max_pods if question.pods is None else question.pods)


def _not_freed(node: PacedNode, faults: int, pods: int) -> None:
    """Pods come and go; each ENI that goes cannot be deleted (R178)."""
    lost = -1
    while lost < len(node.ec2.leaked) < faults:
        lost = len(node.ec2.leaked)
        node.come(pods)
        if not node.settle():
            return
        while node.running:
            node.go(node.running[-1])
        node.waiting.clear()
        fault = Fault("FreeENI", Code.DELETE_FAILED, times=faults - lost)
        node.ec2 = evolve(node.ec2, faults=(fault,))
        if not node.settle():
            return
        node.ec2 = evolve(node.ec2, faults=())


def _not_attached(node: PacedNode, faults: int, pods: int) -> None:
    """Pods wait; new ENIs can be neither attached nor deleted, one after the other (R106, R169)."""
    node.ec2 = evolve(
        node.ec2,
        faults=(
            Fault("AttachNetworkInterface", Code.ATTACHMENT_LIMIT, times=faults),
            Fault("DeleteNetworkInterface", Code.DELETE_FAILED, times=faults),
        ),
    )
    node.come(pods)
    calls, leaked, vain = -1, 0, 0
    patience = PASSES + node.config.max_enis * node.config.slots
    # Where the subnet is empty, calls go on that leave nothing behind.
    while leaked < faults and node.calls.total() > calls and vain < patience:
        calls = node.calls.total()
        node.loop_pass()
        node.ask()
        vain = vain + 1 if len(node.ec2.leaked) == leaked else 0
        leaked = len(node.ec2.leaked)


QUANTITIES: Final = (
    Quantity(
        name="leaks",
        unit="addresses",
        meaning="that failed deletions of ENIs leave reserved (--faults)",
        answer=leaks,
        with_faults=True,
    ),
    Quantity(
        name="leaks-at-once",
        unit="addresses",
        meaning="leaked at one time, while the hourly job runs and every deletion fails",
        answer=leaks_at_once,
    ),
)
