"""Divergences that the user knows of, by rule or quirk, and what is said of them.

    R24          removal by force counts twice, https://github.com/…/issues/1
    # a line that begins so says nothing
    R139

One a line: an id, then a reason if there is one. What is listed is found, shrunk and recognised,
and the search goes on beyond it; what is listed and does not occur is an error.
"""

from collections.abc import Iterable
from pathlib import Path
from string import ascii_lowercase
from typing import TypeAlias

from attrs import frozen

from ipam_model.catalogue import catalogue
from ipam_model.config import Quirk
from ipam_model.conformance.verdict import Result, Verdict
from ipam_model.errors import InputError


@frozen
class Known:
    """A divergence that is known."""

    id: str
    """Of a rule (`R79`) or quirk (`R24-ipv6`)."""
    reason: str = ""
    """Why it stays, or the issue in which it is dealt with."""

    @property
    def quirk(self) -> Quirk | None:
        """The suspected bug of the daemon that it is, if it is one."""
        return next((each for each in Quirk if each.value == self.id), None)

    @property
    def rule(self) -> str:
        """Its rule in the catalogue, which has none for parts of rules, such as `R62e`."""
        name = self.id.partition("-")[0]
        return name if name in catalogue() else name.rstrip(ascii_lowercase)

    def explains(self, verdict: Verdict) -> bool:
        """Whether this is how the plan went."""
        if verdict.result is not Result.DIVERGES:
            return False
        return self.id == verdict.quirk or (not verdict.quirk and self.id in verdict.rules)


KnownLike: TypeAlias = Known | str | tuple[str, str]
"""`R24`, `R24 because …`, `("R24", "because …")`."""


def known_of(listed: Iterable[KnownLike]) -> tuple[Known, ...]:
    """What is listed.

    Raises `InputError` for an id that is neither a rule nor a quirk, or that is listed twice.
    """
    found: dict[str, Known] = {}
    for each in listed:
        known = _known(each)
        if known.id in found:
            raise InputError(f"known divergence {known.id} is listed twice; once will do")
        found[known.id] = known
    return tuple(found.values())


def read_known(path: Path) -> tuple[Known, ...]:
    """What a file lists; `InputError` if it cannot be read, names the line that makes no sense."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8 text, which lists one id a line") from None
    found: list[Known] = []
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        try:
            found = list(known_of([*found, said]))
        except InputError as error:
            raise InputError(f"{path}:{number}: {error}") from None
    return tuple(found)


def _known(listed: KnownLike) -> Known:
    if isinstance(listed, Known):
        known = listed
    elif isinstance(listed, tuple):
        known = Known(*listed)
    else:
        name, _, reason = listed.strip().partition(" ")
        known = Known(name, reason.strip())
    if known.quirk is None and known.id not in catalogue():
        raise InputError(
            f"known divergence {known.id!r} is neither a rule nor a quirk; "
            f"`ipam-model rules` lists the rules, quirks are {', '.join(q.value for q in Quirk)}"
        )
    return known
