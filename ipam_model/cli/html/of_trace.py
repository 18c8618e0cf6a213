"""The page of `ipam-model trace check`: recordings as films, rejected ones first."""

from collections.abc import Sequence
from typing import Final

from ipam_model.film.frames import Film
from ipam_model.inspection.counted import counted
from ipam_model.page.document import Exhibit, Fact, Page, Table, Tone, Verdict
from ipam_model.trace.check import Verdict as Checked

MOST: Final = 12
"""Films on one page; of a folder of recordings those that are not accepted come first."""


def page_of(
    checked: Sequence[Checked], films: Sequence[Film | None], unreadable: Sequence[str]
) -> Page:
    """The page of some recordings; `films` in the same order."""
    pairs = sorted(zip(checked, films, strict=True), key=lambda pair: pair[0].rejected is None)
    exhibits = [_exhibit(verdict, film) for verdict, film in pairs if film is not None]
    shown = exhibits[:MOST]
    accepted = sum(each.rejected is None for each in checked)
    tone: Tone = "good" if accepted == len(checked) and not unreadable else "wrong"
    notes = list(unreadable)
    if len(shown) < len(checked):
        notes.append(f"Films of {len(shown)} of {counted(len(checked), 'recording')} are shown.")
    one = checked[0] if len(checked) == 1 else None
    summary = Verdict(tone, f"{accepted} accepted, {_rest(checked)}")
    return Page(
        command="ipam-model trace check",
        title=one.id if one is not None else counted(len(checked), "recording"),
        verdict=None if one is not None else summary,
        tables=() if one is not None else (_table([verdict for verdict, _ in pairs]),),
        exhibits=shown,
        notes=notes,
    )


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
            "open" if rejected.undecided else "wrong",
            f"{word} at event {rejected.seq} ({rejected.kind}), rule {rejected.rule}",
        ),
        facts=[
            *facts,
            Fact("line", str(rejected.line)),
            Fact("saw", rejected.seen),
            Fact("allowed", rejected.allowed),
        ],
        films=(film,) if film.frames else (),
        start=-1,
    )


def _table(checked: Sequence[Checked]) -> Table:
    rows: list[Sequence[str]] = []
    tones: list[Tone] = []
    for each in checked:
        rejected = each.rejected
        if rejected is None:
            rows.append(("accepted", each.id, str(each.events), ""))
            tones.append("good")
            continue
        word = "undecided" if rejected.undecided else "rejected"
        rows.append((word, each.id, str(each.events), f"{rejected.rule}: {rejected.reason}"))
        tones.append("open" if rejected.undecided else "wrong")
    return Table(
        caption="Recordings",
        headings=("", "recording", "events", "why"),
        rows=rows,
        tones=tones,
        folded=len(rows) > MOST,
    )
