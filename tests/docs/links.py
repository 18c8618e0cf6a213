"""The links of a built site, read from its pages."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from attrs import Factory, define

OUTSIDE: Final = (
    r"https://github\.com/aws/amazon-vpc-cni-k8s",
    r"https://github\.com/aws/amazon-vpc-cni-k8s/(blob|tree)/v1\.(23\.1|7\.0)/[\w./-]+(#L\d+(-L\d+)?)?",
    r"https://github\.com/aws/amazon-vpc-cni-k8s/(issues|pull)/\d+",
    r"https://semver\.org",
    r"https://github\.com/pradyunsg/furo",  # the theme, in the foot of each page
)
"""All that pages may link to beyond the site; what is upstream's code, at a tag."""


@define
class Page:
    """What a page has, and what it wants."""

    anchors: set[str] = Factory(set)
    links: list[str] = Factory(list)
    loaded: list[str] = Factory(list)
    """Scripts, styles and pictures."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if name := given.get("id"):
            self.page.anchors.add(name)
        if tag == "a" and (link := given.get("href")) is not None:
            self.page.links.append(link)
        elif tag != "a" and (link := given.get("src") or given.get("href")):
            self.page.loaded.append(link)


def read(path: Path) -> Page:
    """A page of HTML."""
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    return reader.page


def wrong_links(site: Path) -> Iterator[str]:
    """Links that lead nowhere, or where they should not."""
    pages = {path: read(path) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        for link in (*page.links, *page.loaded):
            if problem := _problem(link, path, pages, page):
                yield f"{path.relative_to(site)}: {link}: {problem}"


def _problem(link: str, path: Path, pages: dict[Path, Page], page: Page) -> str | None:
    parts = urlsplit(link)
    if parts.scheme == "data":
        return None
    if parts.scheme or parts.netloc:
        allowed = link in page.links and any(re.fullmatch(each, link) for each in OUTSIDE)
        return None if allowed else "not one of those that are allowed"
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return "no such file"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].anchors:
        return "no such anchor"
    return None
