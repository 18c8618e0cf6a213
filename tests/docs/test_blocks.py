"""Every block of code in the documentation is run, or says why not, or which test runs it."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve

from ipam_model.cli.commands import COMMANDS
from ipam_model.cli.main import main
from tests.docs.given import ELSEWHERE, FILES, MARKED_HERE, NAMES, lay_out, markers
from tests.docs.pages import Block, blocks, inline_commands, pages
from tests.docs.sessions import MARKED_OTHERWISE, Ran, Session, commands, printed
from tests.shared import ROOT

NOT_RUN: Final = [
    (
        "docs/bound-pace.md",
        "more than a minute, tests/bounds/test_pace_growth.py does the same for few nodes",
    ),
    ("docs/diff.md", "a quarter of a minute, python -m tools.make_diff --check does it"),
    ("docs/live.md", "needs a node"),
    ("docs/live.md", "needs a cluster"),
    ("docs/show.md", "needs a node"),
    ("docs/testing.md", "these are the project's own tests"),
    ("docs/tutorial-first-bound.md", "needs a cluster"),
    (
        "benchmarks/README.md",
        "minutes, tests/test_benchmarks.py runs the same command on a few with few events",
    ),
    ("proofs/README.md", "minutes of solving, tests/proving/test_exports.py checks the same files"),
    ("proofs/README.md", "installs from an index"),
    (
        "proofs/README.md",
        "minutes of solving, make nightly puts every theorem to the solvers",
    ),
]
"""The blocks that nothing runs, and why. This is the whole list."""


def marked(page: str) -> Iterator[Block]:
    for block in blocks(page):
        yield evolve(block, markers=markers(block))


RUN: Final = [
    page
    for page in pages()
    if page not in ELSEWHERE
    and any(not set(MARKED_OTHERWISE) & set(each.markers) for each in marked(page))
]


@pytest.mark.parametrize("page", RUN)
def test_what_a_page_shows_is_what_happens(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    session = Session(tmp_path, {"__name__": "page", **NAMES.get(page, dict)()})
    session.enter()
    lay_out(page, tmp_path)
    for block in marked(page):
        if not set(MARKED_OTHERWISE) & set(block.markers):
            done = session.follow(block)
            assert done, f"{block.place}: no way to run this; mark it (tests/docs/pages.py)"


def test_what_nothing_runs_is_on_the_list() -> None:
    found = [
        (page, block.markers["not run"])
        for page in pages()
        for block in marked(page)
        if "not run" in block.markers
    ]
    assert found == NOT_RUN


def test_tests_that_run_blocks_know_their_page() -> None:
    running: dict[str, set[str]] = {page: {test} for page, test in ELSEWHERE.items()}
    for page in pages():
        for block in marked(page):
            if "run by" in block.markers:
                running.setdefault(page, set()).add(block.markers["run by"])
    assert running.keys() >= KNOWN_BY.keys()
    for page, tests in running.items():
        texts = {test: (ROOT / test).read_text("utf-8") for test in tests}
        if page not in KNOWN_BY:
            assert [test for test, text in texts.items() if Path(page).name not in text] == []
        else:
            for said in KNOWN_BY[page]:
                assert any(said in text for text in texts.values()), f"{page}: no test has {said}"


KNOWN_BY: Final = {
    "docs/diff.md": ("difference_table(witness_of(", 'table}\\n" in FILE.read_text('),
    "docs/live.md": (
        "rejected at observation 2, rule R98",
        "    saw:     4 addresses, 1 assigned, 0 cooling",
        "    before:  2 addresses, 1 assigned, 0 cooling, 5 s before",
        "    allowed: 3 addresses on 1 ENI (1 more on an ENI)",
    ),
    "docs/protocol.md": (
        'run(capsys, "--exec", sample("Allocator")',
        '"--exec", sample("Careless"), "--smoke"',
        '"--plan", PLAN',
        'run(capsys, "--protocol-schema", which)',
    ),
    "docs/vectors.md": ('[GO, "test", "-count=1"', 'go_test(tmp_path / "decisions.json")'),
    "examples/README.md": (
        '"examples" / "conformance" / "serve.py"',
        'run(capsys, "--exec", sample("Allocator")',
        'sample("Careless"),',
    ),
    "proofs/README.md": (
        'ROOT / "proofs" / "recheck.sh"',
        'ONE: Final = "never_short_and_over"',
        'LEMMA: Final = "sums_of_enis"',
        'main(["prove", ONE, LEMMA, "--mutants", "--cores"]) == 0',
        'theorem = "too_high_means_a_release"',
        '"--mutants", "--scenario", str(tmp_path)]) == 0',
        'main(["prove", ONE, "--seeds", "3"]) == 0',
        'main(["prove", ONE, "--certificate", str(tmp_path), "--format", "alethe"]) == 0',
    ),
}
"""Pages that the tests which run their blocks do not read, with what these tests do for them."""


def test_what_is_given_is_needed() -> None:
    known = set(pages())
    assert set(ELSEWHERE) | set(MARKED_HERE) | set(FILES) | set(NAMES) <= known
    for page, table in MARKED_HERE.items():
        texts = [block.text.strip() for block in blocks(page)]
        assert [first for first in table if not any(t.startswith(first) for t in texts)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$ a\nb\n$ c\n", [("a", "b\n"), ("c", "")]),
        ("a 'b\nc'\nd \\\n  e\n", [("a 'b\nc'", ""), ("d \\\n  e", "")]),
        ("for f in x; do\n  a\ndone | b\n", [("for f in x; do\n  a\ndone | b", "")]),
    ],
)
def test_commands(text: str, found: list[tuple[str, str]]) -> None:
    assert list(commands(text)) == found


@pytest.mark.parametrize(
    ("shown", "same"),
    [
        ("a\nb 1\nc in 3 s\n", True),
        ("a\n…\nc in 3 s\n", True),
        ("a\n…\n", True),
        ("a\nb …\nc in 3 s\n", True),
        ("a\nb 2\nc in 3 s\n", False),
        ("a\nc in 3 s\n", False),
        ("a\nb 1\n", False),
        ("b 1\n…\n", False),
    ],
)
def test_comparison_of_outputs(shown: str, *, same: bool) -> None:
    assert printed(shown, Ran(0, "a\nb 1\nc in 0.1 s\n", "")) is same


def test_a_marker_stands_right_before_its_block() -> None:
    page = "<!-- file: a.json; exit: 1 -->\n```json\n{}\n```\n\n<!-- text -->\nwords\n\n    b\n"
    first, second = blocks("page.md", page)
    assert first.markers == {"file": "a.json", "exit": "1"}
    assert second.markers == {}
    with pytest.raises(AssertionError, match="no such marker: 'nor run: x'"):
        list(blocks("page.md", "<!-- nor run: x -->\n\n    b\n"))


@pytest.mark.parametrize("page", [page for page in pages() if list(inline_commands(page))])
def test_commands_in_running_text_exist(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    for line, command in inline_commands(page):
        assert unknown(command, capsys) == set(), f"{page}:{line}: {command}"


def test_commands_that_do_not_exist_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert unknown("ipam-model bound QUANTITY --at-most N", capsys) == set()
    assert unknown("ipam-model bound QUANTITY --at-mots N", capsys) == {"--at-mots"}
    assert unknown("ipam-model trace check --observations log -", capsys) == set()
    assert unknown("ipam-model trace check --pods 3", capsys) == {"--pods"}
    assert unknown("ipam-model bond", capsys) == {"bond"}


def unknown(command: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The subcommand or the options that `ipam-model` does not have."""
    words = [word for word in command.split()[1:] if "…" not in word]
    if not words or words[0].isupper():
        return set()
    if words[0] not in COMMANDS and not words[0].startswith("-"):
        return {words[0]}
    with pytest.raises(SystemExit):
        main([*(word for word in words[:2] if not word.startswith("-")), "--help"])
    known = re.findall(r"(?<![\w-])--?[a-z][\w-]*", capsys.readouterr().out)
    options = re.findall(r"(?<= )--?[a-z][\w-]*", re.sub(r"'[^']*'", "", command))
    return set(options) - set(known)
