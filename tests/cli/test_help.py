"""What `--help` shows: all commands by question, examples, and lines that fit."""

import argparse
import re
import sys
from importlib.metadata import entry_points

import pytest

from ipam_model.cli import commands
from ipam_model.cli.commands import COMMANDS, QUESTIONS
from ipam_model.cli.main import main
from tests.cli.parsers import WIDTH, examples, has_commands, helps, parsers

HELPS = helps()
LAST = ("output", "the output")
"""Groups that come after all others."""


def test_the_help_shows_every_command_under_its_question() -> None:
    text = HELPS["ipam-model"]
    for question, group in QUESTIONS.items():
        block = text.partition(f"\n{question}\n")[2].partition("\n\n")[0]
        assert re.findall(r"^  ([a-z]+) ", block, re.MULTILINE) == list(group)


def test_every_command_is_a_module_and_says_what_it_is_for() -> None:
    names = {each.prog.split()[1] for each in parsers() if " " in each.prog}
    assert names == set(COMMANDS)
    for name in COMMANDS:
        assert commands.summary(name) in HELPS["ipam-model"]


@pytest.mark.parametrize("prog", HELPS)
def test_lines_fit_into_80_columns(prog: str) -> None:
    assert [line for line in HELPS[prog].splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize("prog", [prog for prog in HELPS if not has_commands(prog)])
def test_a_command_shows_two_to_four_examples_and_its_exit_codes(prog: str) -> None:
    assert 2 <= len(examples(HELPS[prog])) <= 4
    assert "Exit codes: 0 " in HELPS[prog]
    assert all(prog in example for example in examples(HELPS[prog]))


@pytest.mark.parametrize("parser", [*parsers()], ids=lambda each: each.prog)
def test_every_option_says_what_it_does(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:
        assert action.help or action.help is argparse.SUPPRESS, action.option_strings


@pytest.mark.parametrize("parser", [*parsers()], ids=lambda each: each.prog)
def test_output_comes_last(parser: argparse.ArgumentParser) -> None:
    titles = [each.title for each in parser._action_groups if each._group_actions]
    for title in LAST:
        assert title not in titles[:-1]


def test_the_help_of_all_loads_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    loaded = {name for name in sys.modules if name.startswith("ipam_model.")}
    with pytest.raises(SystemExit):
        main(["--help"])
    assert {name for name in sys.modules if name.startswith("ipam_model.")} == loaded
    assert "lint" in capsys.readouterr().out


def test_the_script_is_what_is_told() -> None:
    [script] = entry_points(group="console_scripts", name="ipam-model")
    assert script.value == "ipam_model.cli.main:main"


@pytest.mark.parametrize("command", [(), ("bound",)])
def test_help_is_a_word_too(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    shown = []
    for words in (("help", *command), (*command, "--help")):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
