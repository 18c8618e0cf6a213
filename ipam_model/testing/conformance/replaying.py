"""How a plan that is kept is run again: as a command, and as a test."""

import functools
import shlex
from pathlib import Path
from typing import Final

from attrs import frozen

from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.conformance.addressing import EXEC, address_of, arguments_of, finds
from ipam_model.conformance.observation import Precision
from ipam_model.testing.conformance.making import Maker

UNWRITABLE: Final = "..."
"""Stands for what makes the subject, where nobody else can write that down."""
CHECK: Final = "from ipam_model.testing.conformance import check_conformance"


@frozen(kw_only=True)
class Invocation:
    """What was checked, and with which options of those that decide how a plan goes."""

    made_by: Maker
    """What makes the subject."""
    precision: Precision | None = None
    """What was asked for; all that the subject shows if `None`."""
    quirks: frozenset[Quirk] = frozenset()
    """Suspected bugs that the model has, too: those asked for, and known ones that were met."""

    @property
    def has_command(self) -> bool:
        """Whether a command line can make the subject."""
        return self.made_by.named

    def command(self, plan: Path) -> str:
        """For a shell, if `has_command`."""
        address, timeout = self.made_by.address, self.made_by.timeout
        where = "--exec" if address.startswith(EXEC) else "--python"
        words = ["ipam-model", "conform", where, address.removeprefix(EXEC)]
        if timeout is not None:
            words += ["--timeout", f"{timeout:g}"]
        if self.precision is not None:
            words += ["--precision", self.precision.value]
        if self.quirks == ALL_QUIRKS:
            words.append("--quirks")
        else:
            for each in self.quirk_ids:
                words += ["--quirk", each]
        return shlex.join([*words, "--plan", str(plan)])

    def test(self, plan: Path) -> list[str]:
        """Lines of Python with imports; `UNWRITABLE` for what only the user can make."""
        imports, subject = _python(self.made_by)
        options = f"examples=0, plans=[{str(plan)!r}]"
        if self.precision is not None:
            imports.append("from ipam_model.conformance.observation import Precision")
            options += f", precision=Precision.{self.precision.name}"
        if self.quirks:
            given = True if self.quirks == ALL_QUIRKS else [*self.quirk_ids]
            options += f", quirks={given!r}"
        return [
            *sorted({CHECK, *imports}),
            "",
            f"def test_plan_{plan.stem}() -> None:",
            f"    check_conformance({subject}, {options})",
        ]

    @property
    def quirk_ids(self) -> tuple[str, ...]:
        """The suspected bugs by id, in order."""
        return tuple(sorted(each.value for each in self.quirks))


def _python(made_by: Maker) -> tuple[list[str], str]:
    """What to import, and the expression for what makes a subject."""
    address = made_by.address
    if made_by.timeout is not None:
        program = f"Program({address.removeprefix(EXEC)!r}, timeout={made_by.timeout!r})"
        return ["from ipam_model.conformance.wire.program import Program"], program
    if address.startswith(EXEC):
        return [], repr(address)
    if made_by.named:
        return [_import(address)], address.partition(":")[2]
    return _partial(made_by.make) or ([], UNWRITABLE)


def _import(address: str) -> str:
    module, _, path = address.partition(":")
    return f"from {module} import {path.partition('.')[0]}"


def _partial(make: object) -> tuple[list[str], str] | None:
    """A `functools.partial` of something with a name, whose arguments can be written down."""
    if not isinstance(make, functools.partial) or not finds(make.func):
        return None
    arguments = arguments_of(make)
    if any(each.endswith("...") for each in arguments):
        return None
    address = address_of(make.func)
    words = ", ".join([address.partition(":")[2], *arguments])
    return [_import(address), "from functools import partial"], f"partial({words})"
