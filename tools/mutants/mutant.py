"""A mutant: one exact replacement in one file of the package."""

from pathlib import Path
from typing import Final

from attrs import frozen

ROOT: Final = Path(__file__).resolve().parents[2]
"""The repository, or the copy of it that this module was imported from."""
PACKAGE: Final = "ipam_model"


class DoesNotApplyError(Exception):
    """The text to be replaced is not there exactly once."""


@frozen(kw_only=True)
class Mutant:
    """A realistic mistake in the text of a rule."""

    name: str
    """A sentence, in words joined by underscores: what the broken daemon does."""
    rules: tuple[str, ...]
    """The rules that are broken by it, the one it is about first."""
    file: str
    """Relative to the package."""
    old: str
    """The text that is replaced; occurs exactly once."""
    new: str
    why: str
    """What of the rule is broken."""
    tests: tuple[str, ...] = ()
    """Tests, or files of them, to try beyond those that are named after the rules."""

    @property
    def path(self) -> str:
        """The file, relative to the repository."""
        return f"{PACKAGE}/{self.file}"

    def applied(self, text: str) -> str:
        """The broken text of the file; `DoesNotApplyError` if the old text is not unique."""
        found = text.count(self.old)
        if found != 1:
            raise DoesNotApplyError(
                f"{self.name}: the text to be replaced occurs {found} times in {self.path}"
            )
        return text.replace(self.old, self.new)

    def source(self, root: Path = ROOT) -> str:
        """The broken text of the file as it is now in the tree at `root`."""
        return self.applied((root / self.path).read_text("utf-8"))
