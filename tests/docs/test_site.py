"""The site as a whole: it is built without a warning, all pages are in it, no link is dead."""

import re
from pathlib import Path

import pytest

from tests.docs.links import OUTSIDE, wrong_links
from tests.docs.pages import pages
from tests.shared import ROOT


def test_every_page_is_on_the_site_and_in_its_contents(site: Path) -> None:
    built = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert {page.removesuffix(".md") + ".html" for page in pages()} <= built
    front = (site / "docs" / "README.html").read_text("utf-8")
    listed = set(re.findall(r'class="reference internal" href="([^"#]+)"', front))
    for page in set(pages()) - {"docs/README.md"}:
        name = page.removesuffix(".md") + ".html"
        relative = name.removeprefix("docs/") if name.startswith("docs/") else f"../{name}"
        assert relative in listed, f"{page} is missing in docs/contents.yml"


def test_no_link_is_dead(site: Path) -> None:
    assert list(wrong_links(site)) == []


def test_dead_links_are_found(tmp_path: Path) -> None:
    upstream = "https://github.com/aws/amazon-vpc-cni-k8s"
    (tmp_path / "a.html").write_text(
        '<h1 id="here"></h1><a href="#here"></a><a href="#there"></a><a href="b.html"></a>'
        '<a href="a.html#nowhere"></a><img src="c.png"><script src="https://example.org/x.js">'
        "</script>"
        f'<a href="{upstream}/blob/master/README.md"></a>'
        f'<a href="{upstream}/blob/v1.23.1/README.md#L3-L5"></a>'
    )
    assert list(wrong_links(tmp_path)) == [
        "a.html: #there: no such anchor",
        "a.html: b.html: no such file",
        "a.html: a.html#nowhere: no such anchor",
        f"a.html: {upstream}/blob/master/README.md: not one of those that are allowed",
        "a.html: c.png: no such file",
        "a.html: https://example.org/x.js: not one of those that are allowed",
    ]


def test_files_that_pages_link_to_are_shown_line_by_line(site: Path) -> None:
    shown = (site / "files" / "examples" / "conformance" / "allocator.py.html").read_text("utf-8")
    lines = (ROOT / "examples" / "conformance" / "allocator.py").read_text("utf-8").splitlines()
    assert f'id="L{len(lines)}"' in shown
    assert f'id="L{len(lines) + 1}"' not in shown


def test_index_leads_to_the_front_page(site: Path) -> None:
    assert 'content="0; url=docs/README.html"' in (site / "index.html").read_text("utf-8")


@pytest.mark.parametrize("page", pages())
def test_links_are_of_markdown_or_the_site_does_not_know_them(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert re.findall(r'<(?:a|img)\s[^>]*(?:href|src)="(?!#)', text) == []


def test_outside_is_pinned() -> None:
    assert not any("master" in each or "main" in each for each in OUTSIDE)
