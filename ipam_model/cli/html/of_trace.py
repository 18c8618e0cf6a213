"""The page of `ipam-model trace check`: recordings as films, rejected ones first."""

from collections.abc import Sequence
from typing import Final

from ipam_model.film.frames import Film
from ipam_model.inspection.counted import counted
from ipam_model.page.document import Exhibit, Fact, Page, Table, Tone, Verdict
from ipam_model.trace.check import Verdict as Checked

MOST: Final = 12
"""Films on one page; of a folder of recordings those that are not accepted come first."""


_GRAVEST: Final[tuple[Tone, ...]] = ("wrong", "open", "good")


def page_of(
    checked: Sequence[Checked], films: Sequence[Film | None], unreadable: Sequence[str]
) -> Page:
    """The page of some recordings; `films` in the same order."""
    pairs = sorted(zip(checked, films, strict=True), key=lambda pair: _GRAVEST.index(tone(pair[0])))
    exhibits = [_exhibit(verdict, film) for verdict, film in pairs if film is not None]
    shown = exhibits[:MOST]
    accepted = sum(each.rejected is None for each in checked)
    tones: set[Tone] = {tone(each) for each in checked} | ({"wrong"} if unreadable else set())
    notes = list(unreadable)
    if len(shown) < len(checked):
        notes.append(f"Films of {len(shown)} of {counted(len(checked), 'recording')} are shown.")
    one = checked[0] if len(checked) == 1 and not unreadable else None
    unread = f", {len(unreadable)} unreadable" if unreadable else ""
    summary = Verdict(
        min(tones, key=_GRAVEST.index), f"{accepted} accepted, {_rest(checked)}{unread}"
    )
    return Page(
        command="ipam-model trace check",
        title=one.id if one is not None else counted(len(checked), "recording"),
        verdict=None if one is not None else summary,
        tables=() if one is not None else (_table([verdict for verdict, _ in pairs]),),
        exhibits=shown,
        notes=notes,
    )


def tone(checked: Checked) -> Tone:
    """Three ways, as the exit codes tell them apart."""
    if checked.rejected is None:
        return "good"
    return "open" if checked.rejected.undecided else "wrong"


def _rest(checked: Sequence[Checked]) -> str:
    rejected = [each.rejected for each in checked if each.rejected is not None]
    undecided = sum(each.undecided for each in rejected)
    parts = [f"{len(rejected) - undecided} rejected"]
    parts += [f"{undecided} undecided"] if undecided else []
    return ", ".join(parts)


def _exhibit(checked: Checked, film: Film) -> Exhibit:
    rejected = checked.rejected
    facts = [Fact("file", checked.path), Fact("events explained", str(checked.events))]
    if rejected is None:
        return Exhibit(
            title=checked.id,
            verdict=Verdict("good", "accepted: every event is one the model allows"),
            facts=facts,
            films=(film,),
        )
    word = "undecided" if rejected.undecided else "rejected"
    return Exhibit(
        title=checked.id,
        verdict=Verdict(
            tone(checked),
            f"{word} at event {rejected.seq} ({rejected.kind}), rule {rejected.rule}",
        ),
        facts=[
            *facts,
            Fact("line", str(rejected.line)),
            Fact("saw", rejected.seen),
            Fact("allowed", rejected.allowed),
        ],
        films=(film,),
        start=-1,
    )


def _table(checked: Sequence[Checked]) -> Table:
    rows: list[Sequence[str]] = []
    tones: list[Tone] = []
    for each in checked:
        rejected = each.rejected
        tones.append(tone(each))
        if rejected is None:
            rows.append(("accepted", each.id, str(each.events), ""))
            continue
        word = "undecided" if rejected.undecided else "rejected"
        rows.append((word, each.id, str(each.events), f"{rejected.rule}: {rejected.reason}"))
    return Table(
        caption="Recordings",
        headings=("", "recording", "events", "why"),
        rows=rows,
        tones=tones,
        folded=len(rows) > MOST,
    )
