"""From a page to one HTML file that needs nothing else: no network, no other file, no build.

A content security policy in the page itself names the hashes of its one script and one style, so
that a browser runs nothing else, whatever stands in a scenario. Without JavaScript a reader gets
the verdicts, facts and tables, and the first steps of each run.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from ipam_model.catalogue import catalogue
from ipam_model.film.encoding import encoded, rules_of_films
from ipam_model.film.frames import Film
from ipam_model.page.document import Exhibit, Fact, Page, Table, Verdict
from ipam_model.page.markup import element, hash_source, json_inside_script, several, text
from ipam_model.scenario.tables import seconds
from ipam_model.strict_json import JsonValue

SCRIPTS: Final = ("states.js", "film.js", "node.js", "chart.js", "step.js", "player.js", "page.js")
"""In the order in which they build on each other."""
STYLES: Final = ("theme.css", "page.css", "player.css")
MOST_STEPS_WITHOUT_SCRIPT: Final = 100
ICONS: Final = {"good": "✓", "wrong": "✕", "open": "?", "known": "!", "plain": "·"}


@cache
def _asset(names: tuple[str, ...]) -> str:
    folder = files("ipam_model.page").joinpath("assets")
    return "\n".join(folder.joinpath(name).read_text("utf-8").strip() for name in names)


def rendered(page: Page) -> str:
    """The whole file."""
    script = f'\n(() => {{\n"use strict";\n{_asset(SCRIPTS)}\n}})();\n'
    style = f"\n{_asset(STYLES)}\n"
    policy = (
        f"default-src 'none'; script-src {hash_source(script)}; style-src {hash_source(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = "\n".join(
        (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{text(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="generator" content="ipam-model">',
            '<link rel="icon" href="data:,">',
            element("title", text(f"{page.title} · {page.command}")),
            f"<style>{style}</style>",
        )
    )
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            f"<head>\n{head}\n</head>",
            "<body>",
            _header(page),
            element("main", "\n", *_main(page), id="main"),
            element("svg", id="svg", width="0", height="0", aria_hidden="true"),
            _footer(page),
            f'<script type="application/json" id="data">{json_inside_script(_data(page))}</script>',
            f"<script>{script}</script>",
            "</body>",
            "</html>\n",
        )
    )


def _data(page: Page) -> dict[str, JsonValue]:
    """What the script needs: the films, and what their rules say."""
    films = [film for each in page.exhibits for film in each.films]
    fired = rules_of_films(films)
    rules: dict[str, JsonValue] = {
        entry.id: [entry.statement, f"{entry.source} @ {entry.tag}" if entry.source else ""]
        for entry in catalogue().values()
        if entry.id in fired
    }
    players: list[JsonValue] = [
        {"films": [encoded(film) for film in each.films], "start": each.start}
        for each in page.exhibits
        if each.films
    ]
    return {"rules": rules, "players": players}


# -- the parts -----------------------------------------------------------------------------------


def _header(page: Page) -> str:
    return element(
        "header",
        element("a", "Skip to the content", href="#main", class_="skip"),
        element(
            "div",
            element("p", text(page.command), class_="overline"),
            element("button", type="button", id="theme", class_="ghost", hidden=""),
            class_="bar",
        ),
        element("h1", text(page.title)),
        _verdict(page.verdict),
        several("p", page.paragraphs, class_="lead"),
        _facts(page.facts),
        class_="page",
    )


def _main(page: Page) -> Iterator[str]:
    if page.tables:
        yield element("section", *map(_table, page.tables), class_="card")
    if len(page.exhibits) > 1:
        yield _contents(page.exhibits)
    player = 0
    for number, exhibit in enumerate(page.exhibits):
        yield _exhibit(exhibit, number, player, told=exhibit.title in page.title)
        player += bool(exhibit.films)


def _footer(page: Page) -> str:
    return element(
        "footer",
        several("p", page.notes),
        element(
            "p",
            "Keys: ",
            element("kbd", "←"),
            " ",
            element("kbd", "→"),
            " step, ",
            element("kbd", "Home"),
            " ",
            element("kbd", "End"),
            " first and last, ",
            element("kbd", "space"),
            " play and pause. This page is one file and asks the network for nothing.",
        ),
    )


def _contents(exhibits: Sequence[Exhibit]) -> str:
    entries = (
        element(
            "li",
            element(
                "a",
                _icon(each.verdict),
                element("span", text(each.title)),
                href=f"#part-{number}",
            ),
        )
        for number, each in enumerate(exhibits)
    )
    return element("nav", element("ol", *entries), aria_label="Parts of this page", class_="toc")


def _exhibit(exhibit: Exhibit, number: int, player: int, *, told: bool) -> str:
    """A part of the page; its title is not shown if that of the page has `told` it."""
    heading = f"title-{number}"
    parts = [
        element("h2", text(exhibit.title), id=heading, class_="out" if told else None),
        _verdict(exhibit.verdict),
        several("p", exhibit.paragraphs),
        _facts(exhibit.facts),
    ]
    if exhibit.films:
        parts.append(element("div", class_="player", data_player=str(player), hidden=""))
        parts.append(element("noscript", *map(_without_script, exhibit.films)))
    parts += map(_table, exhibit.tables)
    if exhibit.quote:
        quote = element("pre", text(exhibit.quote), tabindex="0")
        parts.append(element("details", element("summary", "All there is to say of it"), quote))
    return element(
        "section", "\n", *parts, "\n", id=f"part-{number}", class_="card", aria_labelledby=heading
    )


def _icon(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return element(
        "span", ICONS[verdict.tone], class_=f"icon {verdict.tone}", aria_label=verdict.text
    )


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    icon = element("span", ICONS[verdict.tone], class_="icon", aria_hidden="true")
    return element("p", icon, " ", text(verdict.text), class_=f"verdict {verdict.tone}")


def _facts(facts: Sequence[Fact]) -> str:
    if not facts:
        return ""
    pairs = (
        element("div", element("dt", text(each.name)), element("dd", text(each.text)))
        for each in facts
    )
    return element("dl", *pairs, class_="facts")


def _table(table: Table) -> str:
    numbers = [
        all(_is_number(cell) for cell in column) for column in zip(*table.rows, strict=True)
    ] or [False] * len(table.headings)
    classes = ["n" if number else None for number in numbers]
    head = element(
        "tr",
        *(
            element("th", text(heading), scope="col", class_=kind)
            for heading, kind in zip(table.headings, classes, strict=True)
        ),
    )
    tones = table.tones or ("plain",) * len(table.rows)
    rows = (
        element(
            "tr",
            *(
                element("td", text(cell), class_=kind)
                for cell, kind in zip(row, classes, strict=True)
            ),
            class_=None if tone == "plain" else tone,
        )
        for row, tone in zip(table.rows, tones, strict=True)
    )
    inner = element(
        "div",
        element(
            "table",
            "" if table.folded else element("caption", text(table.caption)),
            element("thead", head),
            element("tbody", *rows),
        ),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=table.caption,
    )
    if table.folded:
        return element("details", element("summary", text(table.caption)), inner)
    return inner


def _is_number(cell: str) -> bool:
    return cell != "" and all(each in "0123456789.,–-% " for each in cell)


def _without_script(film: Film) -> str:
    frames = film.frames[:MOST_STEPS_WITHOUT_SCRIPT]
    shown = "" if len(frames) == len(film.frames) else f" (the first {len(frames)})"
    rows = [
        (
            str(number),
            seconds(frame.now),
            frame.words,
            frame.reply,
            "; ".join(f"{call.text}" for call in frame.calls),
            *(str(getattr(frame.quantities, name)) for name in _SHOWN),
        )
        for number, frame in enumerate(frames, start=1)
    ]
    table = Table(
        caption=f"{film.title}: {len(film.frames)} steps{shown}",
        headings=("#", "time", "step", "reply", "EC2 calls", *_SHOWN),
        rows=rows,
    )
    return _table(table)


_SHOWN: Final = ("enis", "reserved", "assigned", "available", "cooling")
