"""docs/show.md shows what the command prints.

    python -m tests.inspection.test_page

writes the outputs into the page.
"""

import contextlib
import io
import re
import shlex

import pytest

from ipam_model.cli.main import main
from tests.shared import ROOT

PAGE = ROOT / "docs" / "show.md"
_BLOCK = re.compile(r"```console\n\$ ipam-model (.*?)\n(.*?)```", re.DOTALL)


def printed(command: str) -> str:
    """What a command prints when it is run at the root of the repository."""
    out = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(out):
        main(shlex.split(command))
    return out.getvalue()


def renewed(page: str) -> str:
    """The page with the outputs of its commands."""
    return _BLOCK.sub(
        lambda block: f"```console\n$ ipam-model {block[1]}\n{printed(block[1])}```", page
    )


def test_the_page_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    page = PAGE.read_text("utf-8")
    assert len(_BLOCK.findall(page)) == 2
    assert renewed(page) == page, "run python -m tests.inspection.test_page"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
