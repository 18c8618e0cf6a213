"""Write what commands print into the pages that show it.

    python -m tests.docs.renew docs/show.md docs/bound.md

Outputs that a page shows with `…` are left alone: what to leave out is for people to say.
"""

import sys
import tempfile
from pathlib import Path

from tests.docs.given import lay_out, markers
from tests.docs.pages import Block, blocks
from tests.docs.sessions import MARKED_OTHERWISE, PROMPT, Session, commands, run
from tests.shared import ROOT


def renewed(block: Block, session: Session) -> str:
    """The text of a block of commands, with what they print now."""
    parts = []
    for command, shown in commands(block.text):
        out = run(command, session.folder).out
        parts += [f"{PROMPT}{command}\n", out if shown and "…" not in shown else shown]
    return "".join(parts)


def renew(page: str) -> str:
    """The text of the page with the outputs of its commands."""
    text = (ROOT / page).read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder))
        session.enter()
        lay_out(page, session.folder)
        for block in blocks(page):
            if set(MARKED_OTHERWISE) & set(markers(block)):
                continue
            if block.language == "console" and block.text.startswith(PROMPT):
                text = text.replace(block.text, renewed(block, session))
            elif "file" in block.markers:
                session.follow(block)
    return text


if __name__ == "__main__":
    for name in sys.argv[1:]:
        (ROOT / name).write_text(renew(name), "utf-8")
