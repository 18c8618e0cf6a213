"""The page about the command line, read off its parsers."""

import argparse
import re
from collections.abc import Iterator, Sequence
from typing import Final

from ipam_model.cli.commands import COMMANDS
from ipam_model.cli.main import SHOW_TRACEBACK, build_parser
from tools.reference.markdown import linked, paragraphs, table
from tools.reference.rule_pages import GENERATED

NAME: Final = "reference-cli.md"

_HEAD: Final = """\
# The command line

{generated}

{about} Every command takes `--help`. `ipam-model --version` prints the version and what is
modelled.

| exit code | what it means |
|---|---|
| 0 | it holds, or is accepted |
| 1 | it is refuted or rejected, or diverges |
| 2 | bad input: one line on standard error says what, where, and what would be right |
| 3 | inconclusive: a solver gave up, or a budget ended |

Results go to standard output; remarks on settings, progress and complaints to standard error. With
`{traceback}=1` in the environment an internal error, which is a defect of `ipam-model`, shows
where it comes from.
"""


def pages() -> dict[str, str]:
    """The page by its name below `docs`."""
    parser = build_parser()
    head = _HEAD.format(
        generated=GENERATED, about=_first_paragraph(parser), traceback=SHOW_TRACEBACK
    )
    commands = _subcommands(parser)
    assert tuple(commands) == COMMANDS
    rows = [
        (f"[`{commands[name].prog}`](#{_slug(commands[name].prog)})", what)
        for name, what in _in_short(parser).items()
    ]
    overview = table(("command", "what it does"), rows)
    described = (_command(command, 2) for command in commands.values())
    return {NAME: paragraphs((head.rstrip(), overview, *described)) + "\n"}


def _first_paragraph(parser: argparse.ArgumentParser) -> str:
    return " ".join((parser.description or "").partition("\n\n")[0].split())


def _command(parser: argparse.ArgumentParser, level: int) -> str:
    """One command and, below it, those inside it."""
    inner = _subcommands(parser)
    return paragraphs(
        (
            f"{'#' * level} {parser.prog}",
            linked(" ".join((parser.description or "").split())),
            "" if inner else f"<!-- text -->\n```text\n{_synopsis(parser)}\n```",
            *_groups(parser),
            _epilog(parser),
            *(_command(each, level + 1) for each in inner.values()),
        )
    )


def _synopsis(parser: argparse.ArgumentParser) -> str:
    places = [_place(action) for action in _actions(parser) if not action.option_strings]
    required = [
        f"{action.option_strings[-1]} {_value(action)}".strip()
        for action in _actions(parser)
        if action.option_strings and action.required
    ]
    return " ".join((parser.prog, *required, "[OPTION …]", *places))


def _place(action: argparse.Action) -> str:
    name = _value(action)
    match action.nargs:
        case "?":
            return f"[{name}]"
        case "*":
            return f"[{name} …]"
        case "+":
            return f"{name} …"
    return name


def _groups(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options of each group as a table below its title."""
    for group in parser._action_groups:  # noqa: SLF001 - argparse shows its groups in no other way
        inside = group._group_actions  # noqa: SLF001 - the same
        actions = [each for each in inside if _shown(each)]
        if not actions:
            continue
        title = {"options": "Options", "positional arguments": "Arguments"}.get(
            group.title or "", (group.title or "").capitalize()
        )
        rows = [(_names(each), _help(each, parser), _default(each)) for each in actions]
        heads = ("option" if actions[0].option_strings else "argument", "meaning", "default")
        yield paragraphs((f"**{title}**", linked(group.description or ""), table(heads, rows)))


def _names(action: argparse.Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return f"`{_place(action)}`"
    takes = "" if action.nargs == 0 else f" {value}"
    return ", ".join(f"`{name}{takes}`" for name in action.option_strings)


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if isinstance(action.metavar, str):
        return action.metavar
    if action.choices is not None:
        return "{" + ",".join(str(each) for each in action.choices) + "}"
    return action.dest if not action.option_strings else action.dest.upper()


def _help(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    """The help with its placeholders filled in, as argparse does it."""
    choices = ", ".join(str(each) for each in action.choices or ())
    values = {**vars(action), "prog": parser.prog, "choices": choices}
    text = (action.help or "") % values
    if _default(action):
        text = text.replace(f" (default: {action.default})", "")
    if isinstance(action.metavar, str) and choices:
        text += f" (one of {choices})"
    return linked(text.replace("<", "&lt;").replace("*", "\\*"))


def _default(action: argparse.Action) -> str:
    default = action.default
    if action.required or default in (None, False, argparse.SUPPRESS) or default == []:
        return ""
    shown = " ".join(map(str, default)) if isinstance(default, list | tuple) else str(default)
    return f"`{shown}`" if shown else ""


_EXAMPLES: Final = re.compile(r"examples?: (.*?)(?:[.;] ([Ee]xit codes?.*))?", re.DOTALL)


def _epilog(parser: argparse.ArgumentParser) -> str:
    """Prose as prose; examples, and what has lines of its own, as they stand."""
    text = (parser.epilog or "").strip("\n")
    if "\n" in text:
        return f"<!-- text -->\n```text\n{text}\n```"
    examples = _EXAMPLES.fullmatch(text)
    if examples is None:
        return linked(text.replace("<", "&lt;").replace("*", "\\*"))
    lines = "\n".join(f"$ {each}" for each in examples[1].rstrip(".").split("; "))
    shown = f"<!-- text -->\n```console\n{lines}\n```"
    return paragraphs((shown, linked(examples[2] or "")))


# -- what a parser holds ---------------------------------------------------------------------------


def _actions(parser: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    actions: Sequence[argparse.Action] = parser._actions  # noqa: SLF001 - there is no other way
    return [each for each in actions if _shown(each)]


def _shown(action: argparse.Action) -> bool:
    hidden = isinstance(action, argparse._HelpAction | argparse._SubParsersAction)  # noqa: SLF001 - the same
    return not hidden and action.help != argparse.SUPPRESS


def _subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:  # noqa: SLF001 - the same
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - the same
            return dict(action.choices)
    return {}


def _in_short(parser: argparse.ArgumentParser) -> dict[str, str]:
    """What each command does, in the words of the overview of `--help`."""
    for action in parser._actions:  # noqa: SLF001 - the same
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - the same
            return {each.dest: each.help or "" for each in action._choices_actions}  # noqa: SLF001 - the same
    return {}


def _slug(heading: str) -> str:
    """What a heading is called in the address of a page."""
    return heading.lower().replace(" ", "-")
