"""What other tools gave for the same questions: figures from elsewhere, with their machine."""

from typing import Final

from attrs import frozen

MACHINE: Final = (
    "two shared AMD EPYC cores, 23 GB, CPython 3.11.7, Debian 12; repeats of one number differed "
    "by 1.2 to 2 times"
)
"""Where all of them were measured."""


@frozen
class Alternative:
    """One tool on one question."""

    question: str
    tool: str
    low: float
    """The worst figure it gave."""
    high: float
    """The best."""
    unit: str
    """As that of the benchmark: `events/s`, `states/s`, `s`, `ms`."""
    benchmark: str
    """Which of ours answers the same question."""
    note: str = ""


_STEPS: Final = "steps of a model of one node, 3 ENIs of 9 addresses"
_M5: Final = "an m5.large exhausted: 3 ENIs of 9, WARM_IP_TARGET=1, 27 pods, 87,778 states"
_RATE: Final = "4 ENIs of 9 exhausted: 36 pods, 1,697,077 states"
_DAEMON: Final = "events through an executable description of the daemon"

ALTERNATIVES: Final = (
    Alternative(
        _DAEMON,
        "the Go daemon itself, checkpoint off",
        58_900,
        58_900,
        "events/s",
        "pods",
        "v1.23.1 unmodified, virtual clock, in-memory EC2, logging off",
    ),
    Alternative(_DAEMON, "the same, checkpoint on tmpfs", 13_700, 13_700, "events/s", "pods"),
    Alternative(
        _DAEMON, "the same, checkpoint on disk with fsync", 1_140, 1_140, "events/s", "pods"
    ),
    Alternative(
        _DAEMON,
        "Quint 0.33.1, `run`",
        3_100,
        6_300,
        "events/s",
        "pods",
        "of the far simpler counting model",
    ),
    Alternative(
        _STEPS, "attrs records, `attrs.evolve`", 113_000, 116_000, "events/s", "counting-steps"
    ),
    Alternative(
        _STEPS, "attrs records, constructors", 183_000, 206_000, "events/s", "counting-steps"
    ),
    Alternative(_STEPS, "pyrsistent", 67_000, 80_000, "events/s", "counting-steps"),
    Alternative(_STEPS, "immutables.Map and attrs", 213_000, 230_000, "events/s", "counting-steps"),
    Alternative(
        _STEPS,
        "a plain slots class under mypyc",
        1_340_000,
        1_340_000,
        "events/s",
        "counting-steps",
        "not frozen, no derived sums",
    ),
    Alternative(_M5, "tuples in plain Python", 3.9, 3.9, "s", "explore-counting"),
    Alternative(_M5, "a NumPy prototype", 0.118, 0.118, "s", "explore-counting"),
    Alternative(
        _M5,
        "SPIN 6.5.2, its own time",
        0.23,
        0.14,
        "s",
        "explore-counting",
        "and 2.0 to 2.4 s to build for each set of parameters",
    ),
    Alternative(_M5, "SPIN with its build", 2.6, 2.6, "s", "explore-counting"),
    Alternative(
        _M5, "NuSMV 2.5.4", 1.18, 1.18, "s", "explore-counting", "one bound checked, none found"
    ),
    Alternative(_RATE, "SPIN", 330_000, 650_000, "states/s", "explore-counting-rate"),
    Alternative(_RATE, "a NumPy prototype", 600_000, 960_000, "states/s", "explore-counting-rate"),
    Alternative(
        _RATE, "tuples in plain Python", 16_000, 60_000, "states/s", "explore-counting-rate"
    ),
)
"""In the order of the page."""

UNANSWERED: Final = (
    (
        "the worst case of 4 ENIs of 29 or 8 of 29 with a warm IP target and all pods",
        (
            "tuples, NumPy, SPIN, NuSMV: none ends within a minute (18 million states and more); "
            "SPIN's best number after 75 s was 58 to 78% of the true one"
        ),
        "bound-counted-8x29",
    ),
    (
        "the worst case of 15 ENIs of 49",
        "none was tried, as the smaller one fails",
        "bound-counted-15x49",
    ),
    (
        "the same with a run of the reference model that reaches it",
        "none",
        "bound-replayed-15x49",
    ),
    ("proofs for all limits and settings", "none", "prove-z3"),
    ("an implementation judged against a model of the daemon", "none", "conform"),
)
"""Questions that no other tool answered: the question, what was tried, our benchmark."""
