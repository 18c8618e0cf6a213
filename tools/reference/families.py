"""Which page a rule is on: its family, after the part of the daemon that it is about."""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ipam_model.catalogue import TAG, TAG_V1_7, Rule


@frozen(kw_only=True)
class Family:
    """Rules that follow each other and are shown on one page."""

    name: str
    """A word of the name of its page."""
    title: str
    about: str
    """The question that its rules answer."""
    parts: Mapping[int, str]
    """Headings within the page, by the number of the first rule below each."""
    last: int
    """The number of its last rule."""
    letter: str = "R"

    @property
    def page(self) -> str:
        """The file, below `docs`."""
        return f"reference-rules-{self.name}.md"

    def holds(self, rule: Rule) -> bool:
        """Whether the rule is on its page."""
        return rule.id[0] == self.letter and min(self.parts) <= rule.number <= self.last


FAMILIES: Final = (
    Family(
        name="node",
        title="The node and what the daemon remembers",
        about="How many ENIs and addresses may there be, which of them are the daemon's, and what "
        "does it keep of them?",
        parts={
            1: "Limits of the node",
            7: "Which ENIs and cards are managed",
            11: "Records",
            21: "Sums and counters",
        },
        last=34,
    ),
    Family(
        name="settings",
        title="Settings",
        about="Which variables decide, which of them win, and which nodes are refused?",
        parts={35: "Reading variables", 36: "Which target governs", 43: "Modes and their refusal"},
        last=52,
    ),
    Family(
        name="start",
        title="The start of the daemon",
        about="What happens from the start of the process until the node is ready?",
        parts={53: "In order", 61: "What a restart knows", 63: "Clean-up and first growth"},
        last=68,
    ),
    Family(
        name="growth",
        title="The pool loop and growth",
        about="When is the pool too low, how much is missing, and how does it grow?",
        parts={
            69: "The loop",
            72: "A pool update",
            79: "Is the pool too low?",
            86: "How much is missing, how much too much",
            96: "A growth step",
        },
        last=110,
    ),
    Family(
        name="pods",
        title="Pods",
        about="Which address does a pod get, and what becomes of it?",
        parts={111: "Choosing an address", 118: "Adding a pod", 124: "Deleting a pod"},
        last=128,
    ),
    Family(
        name="shrinking",
        title="Shrinking",
        about="When does the node give back addresses and ENIs, and which?",
        parts={129: "When", 134: "Deleting an ENI", 138: "Releasing addresses and prefixes"},
        last=145,
    ),
    Family(
        name="reconcile",
        title="Reconcile",
        about="What happens where the store, IMDS and EC2 do not agree?",
        parts={146: "When", 148: "Attached ENIs", 152: "Addresses of an ENI", 159: "And what not"},
        last=162,
    ),
    Family(
        name="failures",
        title="Failures and chance",
        about="What follows from calls that fail, and what is left to chance?",
        parts={163: "Failing calls", 182: "Freeing and deleting ENIs", 187: "Left to chance"},
        last=196,
    ),
    Family(
        name="v1.7",
        title=f"What {TAG_V1_7} does differently",
        about=f"Where does the daemon of August 2020 part from {TAG}?",
        parts={1: "Differences"},
        last=27,
        letter="H",
    ),
    Family(
        name="article",
        title="The policy of the article of 2021",
        about="How does the article read the warm targets?",
        parts={1: "The policy"},
        last=13,
        letter="B",
    ),
)
"""In the order of the catalogue; every rule is in exactly one."""


def family_of(rule: Rule) -> Family:
    """The family whose page the rule is on."""
    (found,) = (each for each in FAMILIES if each.holds(rule))
    return found


def address(rule: Rule) -> str:
    """Where a rule is described, from any page of `docs`."""
    return f"{family_of(rule).page}#{rule.id.lower()}"
