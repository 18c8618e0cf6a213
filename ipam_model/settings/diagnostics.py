"""What is said about a setting that does not do what it seems to do."""

from collections.abc import Iterable
from enum import Enum

from attrs import frozen

_LONGEST_SHOWN = 40


class Severity(Enum):
    """What the daemon does with the setting, mildest first."""

    INFO = "info"
    """Read as written; worth knowing."""
    IGNORED = "ignored"
    """Valid, but something else takes precedence: it has no effect."""
    COERCED = "coerced"
    """Not usable as written: the daemon runs with another value or in another mode."""
    REFUSED = "refused"
    """The node agent does not start."""


@frozen(kw_only=True)
class Diagnostic:
    """One remark about one variable."""

    code: str
    """Stable name of the kind of remark, in kebab case."""
    severity: Severity
    """What becomes of the setting."""
    variable: str
    """The environment variable it is about."""
    value: str
    """The variable's text, or the parsed value where only that is known; empty if not set."""
    message: str
    """One line: what happens, and what would be right."""
    rule: str = ""
    """Id of the rule behind it; empty for a variable no rule knows."""


def refused(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of the diagnostics keeps the node agent from starting."""
    return any(found.severity is Severity.REFUSED for found in diagnostics)


def shown(text: str) -> str:
    """`text` quoted for a message: one line, at most some forty characters of it."""
    if len(text) <= _LONGEST_SHOWN:
        return repr(text)
    return f"{text[:_LONGEST_SHOWN]!r}… ({len(text)} characters)"
