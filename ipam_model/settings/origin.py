"""Where a setting was written, so that a remark about it can say so."""

from attrs import frozen

from ipam_model.settings.diagnostics import Diagnostic, Severity
from ipam_model.settings.variables import shipped_defaults


@frozen
class Origin:
    """A place where settings are written: in a file, on the command line, or in the defaults."""

    source: str
    """The file as its user named it, or words such as `--set` or `shipped default`."""
    line: int | None = None
    """From 1; None outside files."""
    column: int | None = None
    """From 1; None outside files."""

    def __str__(self) -> str:
        return self.source if self.line is None else f"{self.source}:{self.line}"


SHIPPED = Origin("shipped default")
"""Nobody wrote it: manifest and chart of the project set it."""
CODE = Origin("code default")
"""Nobody wrote it and nothing sets it: the daemon falls back to a value of its own."""


@frozen(kw_only=True)
class PlacedDiagnostic:
    """A diagnostic and where the setting it speaks of was written."""

    diagnostic: Diagnostic
    origin: Origin | None
    """None if the variable is nowhere: the remark is about its absence."""

    @property
    def goes_without_saying(self) -> bool:
        """It is merely worth knowing, about a value that nobody chose: the project ships it."""
        found = self.diagnostic
        if self.origin == SHIPPED:
            return found.severity in (Severity.INFO, Severity.IGNORED)
        as_shipped = shipped_defaults().get(found.variable) == found.value
        return as_shipped and found.severity is Severity.INFO

    def __str__(self) -> str:
        found = self.diagnostic
        rule = f" ({found.rule})" if found.rule else ""
        place = "" if self.origin is None else f"{self.origin}: "
        return f"{place}{found.severity.value}: {found.message}{rule}"
