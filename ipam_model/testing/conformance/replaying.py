"""How a plan that is kept is run again: as a command, and as a test."""

import re
import shlex
from pathlib import Path
from typing import Final

from attrs import frozen

from ipam_model.conformance.addressing import EXEC
from ipam_model.conformance.observation import Precision

_IMPORTABLE: Final = re.compile(r"[\w.]+:[\w.]+")
CHECK: Final = "from ipam_model.testing.conformance import check_conformance"


@frozen(kw_only=True)
class Invocation:
    """What was checked, and with which options of those that decide how a plan goes."""

    address: str
    """`pkg.mod:Factory`, or `exec:` and a command."""
    timeout: float | None = None
    """In how many seconds a program has to answer; the usual ones if `None`."""
    precision: Precision | None = None
    """What was asked for; all that the subject shows if `None`."""
    quirks: bool = False

    @property
    def importable(self) -> bool:
        """Whether another process can make the subject: no lambda, nor what a function defines."""
        return self.address.startswith(EXEC) or bool(_IMPORTABLE.fullmatch(self.address))

    def command(self, plan: Path) -> str:
        """For a shell."""
        program = self.address.startswith(EXEC)
        where = "--exec" if program else "--python"
        words = ["ipam-model", "conform", where, self.address.removeprefix(EXEC)]
        if self.timeout is not None:
            words += ["--timeout", f"{self.timeout:g}"]
        if self.precision is not None:
            words += ["--precision", self.precision.value]
        if self.quirks:
            words.append("--quirks")
        return shlex.join([*words, "--plan", str(plan)])

    def test(self, plan: Path) -> list[str]:
        """Lines of Python, with what they import."""
        imports = [CHECK]
        subject = repr(self.address)
        options = f"examples=0, plans=[{str(plan)!r}]"
        if self.timeout is not None:
            imports.append("from ipam_model.conformance.wire.program import Program")
            subject = f"Program({self.address.removeprefix(EXEC)!r}, timeout={self.timeout!r})"
        elif not self.address.startswith(EXEC):
            module, _, path = self.address.partition(":")
            imports.append(f"from {module} import {path.partition('.')[0]}")
            subject = path
        if self.precision is not None:
            imports.append("from ipam_model.conformance.observation import Precision")
            options += f", precision=Precision.{self.precision.name}"
        if self.quirks:
            options += ", quirks=True"
        return [
            *sorted(imports),
            "",
            f"def test_plan_{plan.stem}() -> None:",
            f"    check_conformance({subject}, {options})",
        ]
