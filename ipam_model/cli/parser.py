"""The parser of every command: complains in one line, and says what may have been meant."""

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from ipam_model.cli.exit_codes import BAD_INPUT
from ipam_model.cli.suggestions import LONGEST, did_you_mean

FEW = 8
"""Choices that a complaint lists; of more it names only those that are near."""


class OneLineParser(argparse.ArgumentParser):
    """Complains in one line; the usage is what `--help` is for."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the usage stands; exit code 2."""
        more = "" if message.endswith("?") else f"; see {self.prog} --help"
        self.exit(BAD_INPUT, f"{self.prog}: {message}{more}\n")

    def format_help(self) -> str:
        """As argparse has it, but with a usage of one line, and the epilog as it is laid out."""
        if self.usage is None and not any(isinstance(each.choices, dict) for each in self._actions):
            self.usage = self._short_usage()
        epilog, self.epilog = self.epilog, None
        text = super().format_help()
        self.epilog = epilog
        return f"{text}\n{epilog}\n" if epilog else text

    def _short_usage(self) -> str:
        """What must be given, and a word for all that may be."""
        groups = [each for each in self._mutually_exclusive_groups if each.required]
        parts = [
            "(" + " | ".join(_name(each) for each in group._group_actions) + ")"  # noqa: SLF001 - argparse shows them in no other way
            for group in groups
        ]
        parts += [_name(each) for each in self._actions if each.required and each.option_strings]
        parts.append("[OPTION ...]")
        parts += [_name(each) for each in self._actions if not each.option_strings]
        return f"%(prog)s {' '.join(parts)}"

    def parse_known_args(  # type: ignore[override]  # the types of its implementation there
        self,
        args: Sequence[str] | None = None,
        namespace: Any = None,  # noqa: ANN401 - the same
    ) -> tuple[Any, list[str]]:
        """As argparse does it, but the command that has no such option is who complains."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(self._not_taken(rest))
        return found, rest

    def _not_taken(self, rest: Sequence[str]) -> str:
        option = next((each for each in rest if each.startswith("-") and len(each) > 1), None)
        if option is None:
            return f"it takes no {' '.join(rest)[:LONGEST]!r}, or no more of them"
        name = option.partition("=")[0]
        return f"there is no option {name[:LONGEST]}{did_you_mean(name, self.options())}"

    def options(self) -> list[str]:
        """The long names of its options."""
        return [
            name for action in self._actions for name in action.option_strings if name[:2] == "--"
        ]

    def _check_value(self, action: argparse.Action, value: Any) -> None:  # noqa: ANN401 - as there
        """Of what argparse has to say about a wrong choice, only what helps."""
        if action.choices is None or value in action.choices:
            return
        known = [str(each) for each in action.choices]
        text = str(value)
        hint = did_you_mean(text, known)
        many = len(known) > FEW and hint
        what = "not among its choices" if many else f"none of {', '.join(known)}"
        raise argparse.ArgumentError(action, f"{text[:LONGEST]!r} is {what}{hint}")


def _name(action: argparse.Action) -> str:
    """An argument as a usage shows it."""
    name = str(action.metavar or action.dest.upper())
    if action.option_strings:
        return (
            f"{action.option_strings[-1]} {name}"
            if action.nargs != 0
            else action.option_strings[-1]
        )
    return {"?": f"[{name}]", "*": f"[{name} ...]", "+": f"{name} ..."}.get(str(action.nargs), name)
