"""The site as its readers see it: found, readable on a phone, in either light, nothing fetched."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.docs.pages import pages

PHONE: Final = 390
DESK: Final = 1280

NAMES: Final = [
    *(page.removesuffix(".md") for page in pages()),
    "files/examples/conformance/allocator.py",
    "files/examples/regressions",
    "search",
]


@contextmanager
def reader(browser: Browser, address: str, width: int, *, dark: bool = False) -> Iterator[Page]:
    """A window in which nothing goes wrong and nothing is asked of anybody else."""
    wrong: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((address, "data:")) else wrong.append(asked.url),
    )
    try:
        yield page
    finally:
        context.close()
    assert wrong == []


def overflow(page: Page) -> int:
    """By how much the page, or what it scrolls its text in, is wider than the window."""
    found: int = page.evaluate(
        "Math.max(...[document.documentElement, ...document.querySelectorAll('.content')]"
        ".map(each => each.scrollWidth - each.clientWidth))"
    )
    return found


def test_no_page_is_wider_than_a_phone(browser: Browser, address: str) -> None:
    wide = []
    with reader(browser, address, PHONE) as page:
        for name in NAMES:
            page.goto(f"{address}/{name}.html")
            if (more := overflow(page)) > 0:
                wide.append((name, more))
    assert wide == []


def test_a_page_that_is_too_wide_is_found(browser: Browser, address: str) -> None:
    with reader(browser, address, PHONE) as page:
        page.goto(f"{address}/docs/README.html")
        page.evaluate("document.querySelector('h1').style.width = '1000px'")
        assert overflow(page) > 0


def test_a_wide_table_scrolls_by_itself(browser: Browser, address: str) -> None:
    with reader(browser, address, PHONE) as page:
        page.goto(f"{address}/docs/fidelity.html")
        wide = page.evaluate(
            "[...document.querySelectorAll('.table-wrapper')]"
            ".some(each => each.scrollWidth > each.clientWidth)"
        )
        assert wide


def test_the_contents_open_on_a_phone(browser: Browser, address: str) -> None:
    with reader(browser, address, PHONE) as page:
        page.goto(f"{address}/docs/README.html")
        link = page.get_by_role("link", name="Lint my manifest").first
        page.locator("label.nav-overlay-icon").first.click()
        link.wait_for(state="visible")
        link.click()
        assert page.url == f"{address}/docs/tutorial-lint.html"


def test_search_finds_a_rule(browser: Browser, address: str) -> None:
    with reader(browser, address, DESK) as page:
        page.goto(f"{address}/docs/README.html")
        page.get_by_placeholder("Search").fill("R136")
        page.keyboard.press("Enter")
        page.locator("ul.search li a", has_text="Fidelity").first.wait_for()
        assert "R136" in page.url
        assert page.locator("ul.search li").count() >= 5
        page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("dark", [False, True])
def test_either_light(browser: Browser, address: str, *, dark: bool) -> None:
    with reader(browser, address, DESK, dark=dark) as page:
        page.goto(f"{address}/docs/tutorial-first-bound.html")
        for part in ("body", "article", "pre"):
            back, ink = (_brightness(page, part, each) for each in ("backgroundColor", "color"))
            assert (back < ink) is dark, part
            assert abs(back - ink) > 100, part


def _brightness(page: Page, selector: str, kind: str) -> float:
    """0 is black, 255 white; what is transparent shows what is below."""
    found: list[float] = page.evaluate(
        """([selector, kind]) => {
            let each = document.querySelector(selector);
            let parts = getComputedStyle(each)[kind].match(/[\\d.]+/g).map(Number);
            while (parts.length > 3 && parts[3] === 0 && each.parentElement) {
                each = each.parentElement;
                parts = getComputedStyle(each)[kind].match(/[\\d.]+/g).map(Number);
            }
            return parts.slice(0, 3);
        }""",
        [selector, kind],
    )
    return sum(found) / 3


def test_the_front_page_answers_who_never_saw_the_project(browser: Browser, address: str) -> None:
    """Each of the first questions is one click from its answer."""
    with reader(browser, address, DESK) as page:
        for link, heading, shown in (
            ("A first worst case", "A first worst case", "reserved 16 addresses"),
            ("Lint my manifest", "Lint my manifest", "suggestion, checked"),
            ("Go", "An allocator in Go", "conform --exec"),
            ("every rule", "The rules", "R136"),
        ):
            page.goto(f"{address}/")
            page.wait_for_url(f"{address}/docs/README.html")
            page.locator("article").get_by_role("link", name=link, exact=True).first.click()
            assert heading in page.locator("h1").inner_text()
            assert shown in page.locator("article").inner_text()
