"""A page as its reader would follow it: its blocks, one after the other, in an empty folder."""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import field, frozen

from ipam_model.cli.main import main
from tests.docs.documents import check_json, check_yaml
from tests.docs.pages import Block
from tests.shared import ROOT

MARKED_OTHERWISE: Final = ("not run", "run by", "text")
"""With one of these markers a block is not run here."""

CLONED: Final = ("docs", "examples", "go", "ipam_model", "proofs", "tests", "tools", "benchmarks")
"""What a page takes for given: that its reader stands in a clone of the repository."""

PROMPT: Final = "$ "

_LEFT_OUT: Final = re.compile(r"(?m)^[ \t|]*…\n")
_SECONDS: Final = re.compile(r"(\bin |depth \d+, )\d+(?:\.\d+)? s\b")
_SHELL: Final = set("|&;<>$`(){}")


@frozen
class Ran:
    """What a command has printed, and how it ended."""

    code: int
    out: str
    err: str


@frozen
class Session:
    """One page being followed."""

    folder: Path
    names: dict[str, object] = field(factory=lambda: {"__name__": "page"})
    """What the blocks of Python have defined so far."""

    def enter(self) -> None:
        """Lay the clone out."""
        for name in CLONED:
            (self.folder / name).symlink_to(ROOT / name, target_is_directory=True)

    def follow(self, block: Block) -> str | None:
        """Do what a block says. What was done, or nothing if there is no way to."""
        if "quoted" in block.markers:
            source = (ROOT / block.markers["quoted"]).read_text("utf-8")
            assert block.text in source, f"{block.place} is not in {block.markers['quoted']}"
            return "found"
        if "file" in block.markers:
            path = self.folder / block.markers["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        if block.text.startswith("make "):
            return _targets(block)
        if block.commands:
            return self._commands(block)
        if block.language == "python":
            return self._python(block)
        if block.language in ("json", "yaml"):
            (check_json if block.language == "json" else check_yaml)(block.text)
            return "read"
        return "written" if "file" in block.markers else None

    def _commands(self, block: Block) -> str:
        steps = list(commands(block.text))
        codes = [int(code) for code in block.markers.get("exit", "0").split(",")]
        codes = [0] * (len(steps) - len(codes)) + codes
        for (command, shown), code in zip(steps, codes, strict=True):
            ran = run(command, self.folder)
            said = f"{block.place}: {command}\n{ran.out}{ran.err}"
            assert ran.code == code, f"exit code {ran.code}, not {code}: {said}"
            if shown:
                assert printed(shown, ran), f"the page shows\n{shown}\nand what comes is\n{said}"
        return "run"

    def _python(self, block: Block) -> str:
        code = compile("\n" * block.line + block.text, block.page, "exec")
        out = io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out):
            exec(code, self.names)
        promised = [
            part
            for line in re.findall(r"^ *print\(.*\)  # (.*)$", block.text, re.MULTILINE)
            for part in line.split(", then ")
        ]
        if promised:
            assert out.getvalue().splitlines() == promised, block.place
        return "run"


def _targets(block: Block) -> str:
    """Targets of the Makefile are other people's business, but they must exist."""
    there = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = [shlex.split(line, comments=True)[:2] for line in block.text.splitlines()]
    assert [words for words in named if words[0] != "make" or words[1] not in there] == []
    return "found"


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a block, each with what is shown below it.

    With prompts, what follows a command up to the next prompt is its output. Without, every line is
    a command; a backslash at its end, a quotation that is open and a loop continue it.
    """
    lines = text.splitlines(keepends=True)
    prompts = text.startswith(PROMPT)
    while lines:
        command = lines.pop(0).removeprefix(PROMPT)
        while lines and not _complete(command):
            command += lines.pop(0)
        shown = ""
        while prompts and lines and not lines[0].startswith(PROMPT):
            shown += lines.pop(0)
        if command.strip():
            yield command.strip(), shown.rstrip("\n") + "\n" if shown.strip() else ""


def _complete(command: str) -> bool:
    if command.rstrip().endswith(("\\", "|", "&&")):
        return False
    try:
        words = shlex.split(command, comments=True)
    except ValueError:
        return False
    return words.count("do") == words.count("done")


def run(command: str, folder: Path) -> Ran:
    """A command: in this process if it is one of `ipam-model` and needs no shell."""
    words = shlex.split(command.replace("\\\n", " "), comments=True)
    unquoted = re.sub(r"'[^']*'|\"[^\"]*\"|#.*", "", command.replace("\\\n", " "))
    if words[0] != "ipam-model" or _SHELL & set(unquoted):
        return shell(command, folder)
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = _main([found for word in words[1:] for found in _expanded(word, folder)])
    return Ran(code, out.getvalue(), err.getvalue())


def _expanded(word: str, folder: Path) -> list[str]:
    """What a shell makes of a word with `*`."""
    found = sorted(folder.glob(word)) if "*" in word else []
    return [path.relative_to(folder).as_posix() for path in found] or [word]


def _main(arguments: list[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as ended:  # --help, and what argparse complains about
        return ended.code if isinstance(ended.code, int) else 2


def shell(command: str, folder: Path) -> Ran:
    """A command in bash, with the programs of this environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def printed(shown: str, ran: Ran) -> bool:
    """Is that what was printed? `…` stands for anything in a line; alone in one, for any lines.

    Measured seconds are nobody's promise.
    """
    return any(_alike(shown, text) for text in (ran.out, ran.err, ran.out + ran.err))


def _alike(shown: str, text: str) -> bool:
    given, came = (_untimed(each).rstrip("\n") + "\n" for each in (shown, text))
    if given == came:
        return True
    pieces = (re.escape(piece).replace("…", ".*") for piece in _LEFT_OUT.split(given))
    return re.fullmatch("(?:.*\n)*?".join(pieces), came) is not None


def _untimed(text: str) -> str:
    lines = (line.rstrip() for line in _SECONDS.sub(r"\1… s", text).splitlines())
    return "\n".join(lines)
