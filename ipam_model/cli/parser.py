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

    # The types are those of the method that is overridden.
    def parse_known_args(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        namespace: Any = None,  # noqa: ANN401
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

    def _check_value(self, action: argparse.Action, value: Any) -> None:  # noqa: ANN401
        """Of what argparse has to say about a wrong choice, only what helps."""
        if action.choices is None or value in action.choices:
            return
        known = [str(each) for each in action.choices]
        text = str(value)
        hint = did_you_mean(text, known)
        many = len(known) > FEW and hint
        what = "not among its choices" if many else f"none of {', '.join(known)}"
        raise argparse.ArgumentError(action, f"{text[:LONGEST]!r} is {what}{hint}")
