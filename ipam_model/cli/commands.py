"""The commands, by the question that each answers: what `ipam-model --help` shows.

A table, so that neither the help nor a mistyped command has to load all of them.
"""

from collections.abc import Mapping
from typing import Final

QUESTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "what does a node do?": {
        "simulate": "ENIs and addresses of a node, by pods or over time",
        "settings": "what the daemon makes of its environment",
        "show": "introspection output or checkpoint of a node, explained",
        "replay": "scenario documents, step by step",
    },
    "what is the worst that can happen?": {
        "bound": "the worst case of a quantity over all that a node can reach",
        "lint": "what is wrong with settings, with counter-examples",
        "diff": "do two versions or settings behave alike? where do they part?",
        "explore": "every choice, failure and crash within a small scope",
    },
    "does an implementation, or a node, behave like this?": {
        "conform": "check an implementation, in any language",
        "vectors": "test cases as JSON, for projects that want no harness",
        "trace": "recorded behaviour, or what a node in use shows",
    },
    "why is it so, and why believe it?": {
        "rules": "the catalogue of rules, with their sources",
        "prove": "what holds for all limits and settings, proved by solvers",
    },
    "the program itself": {
        "doctor": "what is installed, and whether it works",
        "completion": "make a shell complete commands, options and their values",
    },
}
"""What the commands are for, by question; the order is that of the help."""

COMMANDS: Final = tuple(name for group in QUESTIONS.values() for name in group)
"""Each is a module of this package, and loaded only if it is asked for."""


def summary(command: str) -> str:
    """What a command is for, in a line."""
    return next(group[command] for group in QUESTIONS.values() if command in group)


def overview() -> str:
    """All commands, by question, one a line."""
    width = max(map(len, COMMANDS))
    blocks = (
        "\n".join([question, *(f"  {name:{width}}  {text}" for name, text in group.items())])
        for question, group in QUESTIONS.items()
    )
    return "\n\n".join(blocks)
