"""The daemon's environment while it is put together from what files say."""

from collections.abc import Collection
from typing import Final

from attrs import define, field

from ipam_model.settings import (
    ALLOCATION_VARIABLES,
    SHIPPED,
    Diagnostic,
    Origin,
    PlacedDiagnostic,
    Severity,
    shipped_defaults,
)
from ipam_model.settings.diagnostics import shown

_RELEVANT: Final = frozenset(ALLOCATION_VARIABLES)


@define
class Environment:
    """Variables, where each was written, and what there is to say about that.

    Nothing is said about variables that have no say in addresses.
    """

    texts: dict[str, str] = field(factory=dict)
    origins: dict[str, Origin] = field(factory=dict)
    unknown: dict[str, PlacedDiagnostic] = field(factory=dict)
    """Variables that are set to something that no file tells."""
    remarks: list[PlacedDiagnostic] = field(factory=list)

    @classmethod
    def shipped(cls) -> "Environment":
        """What the chart sets if its user says nothing."""
        texts = shipped_defaults()
        return cls(texts, dict.fromkeys(texts, SHIPPED))

    def put(self, name: str, text: str, origin: Origin) -> None:
        """Set a variable; what it held before, if a file said so, is remarked upon."""
        self._replace(name, origin)
        self.texts[name] = text
        self.origins[name] = origin

    def put_unknown(self, name: str, origin: Origin, why: str) -> None:
        """Set a variable to something unknown, which counts as not set until somebody tells."""
        self._replace(name, origin)
        if name in _RELEVANT:
            self.origins[name] = origin
            self.unknown[name] = remark(
                "unknown-value",
                Severity.COERCED,
                name,
                "",
                f"the value of {name} {why} is not known here: it counts as not set; "
                f"give it with --set {name}=VALUE",
                origin,
            )

    def take_out(self, name: str) -> None:
        """Leave a variable unset."""
        self.texts.pop(name, None)
        self.origins.pop(name, None)
        self.unknown.pop(name, None)

    def say(
        self, code: str, severity: Severity, name: str, text: str, message: str, origin: Origin
    ) -> None:
        """Remark upon a variable if it has a say in addresses."""
        if name in _RELEVANT:
            self.remarks.append(remark(code, severity, name, text, message, origin))

    def remarks_without(self, known: Collection[str]) -> tuple[PlacedDiagnostic, ...]:
        """All remarks but those on unknown values of variables that are `known` otherwise."""
        unknown = [found for name, found in self.unknown.items() if name not in known]
        return (*self.remarks, *unknown)

    def _replace(self, name: str, origin: Origin) -> None:
        before = self.origins.get(name)
        if before is not None and before.line is not None:
            text = self.texts.get(name, "")
            self.say(
                "set-twice",
                Severity.IGNORED,
                name,
                text,
                f"{name} is set again at {origin}, and the last one counts; keep one of the two",
                before,
            )
        self.take_out(name)


def remark(
    code: str, severity: Severity, name: str, text: str, message: str, origin: Origin
) -> PlacedDiagnostic:
    """A remark about how a file sets a variable; no rule of the daemon is behind it."""
    return PlacedDiagnostic(
        diagnostic=Diagnostic(
            code=code, severity=severity, variable=name, value=text, message=message
        ),
        origin=origin,
    )


def name_shown(name: str) -> str:
    """The name of a variable for a message: bare if it is a decent one."""
    return name if name.isidentifier() and len(name) <= 60 else shown(name)
