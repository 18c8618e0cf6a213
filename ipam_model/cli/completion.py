"""`ipam-model completion`: a script with which a shell completes this command line.

The script is static: completing starts no Python.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ipam_model.catalogue import catalogue
from ipam_model.cli.commands import summary
from ipam_model.cli.exit_codes import ACCEPTED
from ipam_model.cli.node_templates import EVERY_TYPE
from ipam_model.cli.teaching import PROGRAM, Example, teach
from ipam_model.config import Quirk
from ipam_model.extras import missing_extra
from ipam_model.limits import Catalogue
from ipam_model.settings.variables import ALLOCATION_VARIABLES

SHELLS: Final = ("bash", "zsh", "fish")

FILES: Final = ("FILE", "PATH", "PRESET|FILE", "ID|FILE")
FOLDERS: Final = ("DIR",)
"""What the help calls an argument tells what completes it."""

WORDS: Final[Mapping[tuple[str, str], str]] = {
    ("", "TYPE"): "types",
    ("", "NAME=VALUE"): "settings",
    ("", "QUANTITY"): "quantities",
    ("rules", "ID"): "rules",
    ("prove", "ID"): "theorems",
    ("vectors", "ID"): "rules",
    ("", "QUIRK"): "quirks",
}
"""Which list completes an argument, by command (any if empty) and what the help calls it."""

_HOOK: Final = "complete"
"""The attribute of an argument in which shtab looks for what completes it."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `completion` to the command line."""
    parser = subparsers.add_parser(
        "completion",
        help=summary("completion"),
        description="Prints a script that makes a shell complete commands, options, instance "
        "types, settings, quantities, rules, theorems, quirks and files. It is static, so that "
        "completing takes no time; print it again after an update.",
    )
    parser.add_argument("shell", choices=SHELLS, help="whose script")
    teach(
        parser,
        Example(
            "for bash: now, or in every shell if it stands in ~/.bashrc",
            "source <(ipam-model completion bash)",
        ),
        Example(
            "for zsh: in a folder of its fpath, here ~/.zfunc",
            "ipam-model completion zsh > ~/.zfunc/_ipam-model",
        ),
        Example(
            "for fish",
            "ipam-model completion fish > ~/.config/fish/completions/ipam-model.fish",
        ),
        exit_codes="0 printed; 2 no such shell, or shtab is not installed",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    from ipam_model.cli.main import build_parser

    print(script(build_parser(), arguments.shell), end="")
    return ACCEPTED


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """What makes a shell complete the command line of this parser, which it changes.

    Raises:
        InputError: shtab is not installed.
    """
    try:
        import shtab
    except ImportError as error:
        raise missing_extra("shtab", "completion") from error

    for command, action in _arguments(parser):
        if action.help is argparse.SUPPRESS:  # shtab takes it for a secret.
            action.help = ""
        name = action.metavar if isinstance(action.metavar, str) else ""
        words = WORDS.get((command, name)) or WORDS.get(("", name))
        if words is not None:
            setattr(action, _HOOK, {each: _call(each, words) for each in SHELLS})
        elif name in FILES:
            setattr(action, _HOOK, shtab.FILE)
        elif name in FOLDERS:
            setattr(action, _HOOK, shtab.DIRECTORY)
    for action in parser._actions:  # noqa: SLF001 - as below
        if isinstance(action.choices, dict):
            for name, inner in action.choices.items():
                inner.description = summary(name)  # Shells show one line.
    lists = "\n".join(_function(shell, name, words) for name, words in _words().items())
    made = shtab.complete(parser, shell, preamble=lists)
    return made + (_NO_SPACE_BEHIND_A_SETTING if shell == "bash" else "\n")


def _arguments(
    parser: argparse.ArgumentParser, command: str = ""
) -> Iterator[tuple[str, argparse.Action]]:
    """Every argument, with the command it belongs to."""
    for action in parser._actions:  # noqa: SLF001 - argparse shows them in no other way
        yield command, action
        if isinstance(action.choices, dict):
            for name, inner in action.choices.items():
                yield from _arguments(inner, command or name)


def _words() -> Mapping[str, Iterable[str]]:
    from ipam_model.bounds.index import KNOWN  # what takes long to import
    from ipam_model.theorems.index import theorems

    return {
        "types": (EVERY_TYPE, *Catalogue.bundled()),
        "settings": tuple(f"{name}=" for name in ALLOCATION_VARIABLES),
        "quantities": tuple(KNOWN),
        "rules": tuple(catalogue()),
        "theorems": tuple(theorems()),
        "quirks": tuple(each.name.lower() for each in Quirk),
    }


def _name(words: str) -> str:
    return f"_ipam_model_{words}"


def _call(shell: str, words: str) -> str:
    return f"({_name(words)})" if shell == "fish" else _name(words)


def _function(shell: str, name: str, words: Iterable[str]) -> str:
    """A function of the shell that offers these words, which hold nothing that needs quotes."""
    listed = " ".join(words)
    match shell:
        case "bash":
            return f'{_name(name)}() {{\n  compgen -W "{listed}" -- "$1"\n}}\n'
        case "zsh":
            ending = "-S ''" if name == "settings" else ""
            return f"{_name(name)}() {{\n  compadd {ending} -- {listed}\n}}\n"
        case _:
            return f"function {_name(name)}\n  string split ' ' '{listed}'\nend\n"


_NO_SPACE_BEHIND_A_SETTING: Final = f"""
_ipam_model_complete() {{
  _shtab_ipam_model "$@"
  [[ ${{COMPREPLY[0]-}} != *= ]] || compopt -o nospace
}}
complete -o filenames -F _ipam_model_complete {PROGRAM}
"""
