"""Debian's Chromium, without a screen and with no network but this machine.

Tests that need it are skipped where it is absent; in continuous integration, which installs it,
they fail.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.shared import in_ci

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
VARIABLE: Final = "IPAM_MODEL_CHROMIUM"
"""Names another one."""
OPTIONS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    "--disable-dev-shm-usage",  # Containers have little of it.
)

Scheme = Literal["light", "dark"]


def chromium() -> str:
    """Where it is; skips the calling test if it is nowhere, or fails it in CI."""
    named = os.environ.get(VARIABLE)
    found = next(filter(None, map(shutil.which, (named,) if named else NAMES)), None)
    if found is not None:
        return found
    tried = ", ".join((named,) if named else NAMES)
    why = f"no Chromium: none of {tried} is on the path (apt-get install chromium)"
    if in_ci():
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A page in a window, with everything it complained of and asked for."""

    def __init__(
        self, browser: Browser, file: Path, *, width: int = 1280, scheme: Scheme = "light"
    ) -> None:
        self.page: Page = browser.new_page(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.url = file.absolute().as_uri()
        self.page.goto(self.url)

    def close(self) -> None:
        """Nothing was complained of, and nothing asked for but the file and its empty icon."""
        self.page.close()
        assert not self.complaints
        assert {each for each in self.requests if not each.startswith("data:")} == {self.url}

    def value(self) -> int:
        """Where the first slider stands."""
        return int(self.page.locator("input[type=range]").first.input_value())

    def number(self, name: str) -> int:
        """A number that the first film shows."""
        shown = self.page.locator(f"[data-number={name}] .value").first.inner_text()
        return int(shown.replace(",", ""))

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(
            self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )
