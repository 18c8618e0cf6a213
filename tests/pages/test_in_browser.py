"""Pages in a real browser: the slider, the keys, the numbers, both themes, a phone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from playwright.sync_api import Browser, expect

from ipam_model.cli.main import main
from ipam_model.conformance.datastore_events import AddEni, Assign
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.film.of_plan import film_of_plan
from ipam_model.film.of_scenario import film_of_scenario
from ipam_model.page.document import Exhibit, Page
from ipam_model.page.rendering import rendered
from ipam_model.scenario.reading import parse_scenario
from tests.pages.browser import VARIABLE, Scheme, Visit, chromium
from tests.pages.decoding import Document, decoded
from tests.pages.test_command import COMMANDS, REJECTED
from tests.pages.test_rendering import HOSTILE, page_named
from tests.scenario.small import SMALL
from tests.shared import ROOT

CARDS = ROOT / "examples/traces/multi_card-532.jsonl"
IPV6 = ROOT / "examples/traces/ipv6-532.jsonl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def replay(folder: Path) -> Path:
    return written(folder, "replay", COMMANDS["replay"])


def written(folder: Path, name: str, arguments: Any) -> Path:  # noqa: ANN401 - any
    file = folder / f"{name}.html"
    if not file.exists():
        main([*map(str, arguments), "--html", str(file)])
    return file


def frames_of(file: Path) -> Any:  # noqa: ANN401 - frames
    return decoded(Document(file.read_text("utf-8")).data["players"][0]["films"][0])


@pytest.fixture
def visit(browser: Browser, replay: Path) -> Iterator[Visit]:
    opened = Visit(browser, replay)
    yield opened
    opened.close()


def test_the_numbers_shown_are_those_of_the_model(visit: Visit, replay: Path) -> None:
    frames = frames_of(replay)
    slider = visit.page.locator("input[type=range]")
    assert slider.get_attribute("max") == str(len(frames) - 1)
    for position in (0, 1, 4, 7, len(frames) - 1):
        slider.fill(str(position))
        found = frames[position].quantities
        for name in ("reserved", "assigned", "available", "enis", "owned", "ec2_calls"):
            assert visit.number(name) == getattr(found, name), (position, name)
        cells = visit.page.locator(".node .enis .cell:not(.e)")
        assert cells.count() == sum(
            cell is not None for eni in frames[position].enis for cell in eni.cells
        )
        assert visit.page.locator(".step .what").inner_text() == frames[position].words
        shown = visit.page.locator(".calls li").count()
        assert shown == len({call.text for call in frames[position].calls})
        assert f"step {position + 1} of" in str(slider.get_attribute("aria-valuetext"))


def test_keys_move_it_wherever_the_focus_is(visit: Visit) -> None:
    keys, last = visit.page.keyboard, int(visit.page.locator("input").get_attribute("max") or 0)
    for focused in (False, True):
        if focused:
            visit.page.locator("input[type=range]").focus()
        keys.press("Home")
        assert visit.value() == 0
        keys.press("ArrowRight")
        keys.press("ArrowRight")
        assert visit.value() == 2
        keys.press("ArrowLeft")
        assert visit.value() == 1
        keys.press("End")
        assert visit.value() == last
    keys.press("ArrowRight")
    assert visit.value() == last


def test_it_plays_and_pauses(visit: Visit) -> None:
    visit.page.locator("select").select_option("4")
    visit.page.locator("body").click(position={"x": 2, "y": 2})
    visit.page.keyboard.press("Home")
    visit.page.keyboard.press(" ")
    expect(visit.page.get_by_role("button", name="Pause")).to_be_visible()
    expect(visit.page.locator("input[type=range]")).not_to_have_value("0")
    visit.page.get_by_role("button", name="Pause").click()
    expect(visit.page.get_by_role("button", name="Play")).to_be_visible()
    stopped = visit.value()
    visit.page.wait_for_timeout(400)
    assert visit.value() == stopped


def test_buttons_chart_and_table_move_it_too(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name="Last step").click()
    page.get_by_role("button", name="Step back").click()
    assert visit.value() == int(page.locator("input").get_attribute("max") or 0) - 1
    page.get_by_role("button", name="First step").click()
    assert visit.value() == 0
    assert page.get_by_role("button", name="Step back").is_disabled()
    page.locator(".chart svg").click(position={"x": 300, "y": 80})
    assert visit.value() > 0
    page.get_by_text(re.compile("steps as a table")).click()
    page.locator(".all tbody tr").nth(5).click()
    assert visit.value() == 5
    assert page.locator(".all tr[aria-current]").count() == 1


def test_rules_say_what_they_say(visit: Visit) -> None:
    chip = visit.page.locator(".rules button").nth(2)
    rule = chip.inner_text()
    chip.click()
    told = visit.page.locator(".statement").inner_text()
    assert told.startswith(rule)
    statements = json.loads(visit.page.locator("#data").text_content() or "")["rules"]
    assert statements[rule][0] in told
    assert visit.page.evaluate("document.activeElement.textContent") == rule
    more = visit.page.locator(".rules .more")
    few = visit.page.locator(".rules button").count()
    more.click()
    assert visit.page.locator(".rules button").count() > few


def test_everything_that_can_be_done_has_a_name(visit: Visit) -> None:
    named = visit.page.evaluate(
        "[...document.querySelectorAll('button, input, select, a, [role=img]')]"
        ".filter(each => !each.closest('[hidden]'))"
        ".map(each => each.getAttribute('aria-label') || each.textContent.trim()"
        " || each.labels?.[0]?.textContent)"
    )
    assert len(named) > 10
    assert all(named)
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Tab")
    outline = visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_slots_can_be_read_without_a_pointer(visit: Visit, replay: Path) -> None:
    frames, page = frames_of(replay), visit.page
    summary = page.get_by_text("Slots in words")
    assert page.locator(".words li").count() == 0
    summary.focus()
    page.keyboard.press("Enter")
    for key, position in (("Home", 0), ("End", len(frames) - 1)):
        page.keyboard.press(key)
        expect(page.locator(".words li")).to_have_count(
            sum(cell is not None for eni in frames[position].enis for cell in eni.cells)
        )
        expect(page.locator(".words p")).to_have_count(len(frames[position].enis))
        cells = [cell for eni in frames[position].enis for cell in eni.cells if cell is not None]
        told = page.locator(".words").inner_text()
        assert all(f"held by {pod}" in told for cell in cells for pod in cell.pods)
    titles = page.evaluate(
        "[...document.querySelectorAll('.node .enis .cell:not(.e)')].map(each => each.title)"
    )
    assert page.locator(".words li").all_inner_texts() == titles
    tree = page.locator(".words").aria_snapshot()
    assert "listitem" in tree
    assert "primary: the ENI's own address" in tree
    assert page.evaluate("document.activeElement.textContent") == "Slots in words"
    page.keyboard.press("Enter")
    expect(page.locator(".words li")).to_have_count(0)


def test_room_is_told_where_there_is_a_limit_and_films_without_frames_are_left_out(
    browser: Browser, folder: Path
) -> None:
    store = film_of_plan(
        DatastorePlan(events=(AddEni(eni="eni-1", device=0), Assign(pod="p1"))), "a store"
    )
    scenario, _ = parse_scenario(SMALL)
    node = film_of_scenario(scenario, judged=False)
    for film, told in (
        (store, ""),
        (node, "Room for 2 more ENIs."),
        (evolve(node, max_enis=2), "Room for 1 more ENI."),
        (evolve(node, max_enis=1), "No room for another ENI."),
    ):
        empty = Exhibit(title="nothing happens", films=(evolve(film, frames=()),))
        shown = Page(
            command="ipam-model conform",
            title="a film",
            exhibits=(empty, Exhibit(title="a film", films=(film,), start=-1)),
        )
        file = folder / "room.html"
        file.write_text(rendered(shown), "utf-8")
        visit = Visit(browser, file)
        expect(visit.page.locator("input[type=range]")).to_have_count(1)
        assert visit.page.locator(".room").text_content() == told
        visit.close()


def test_light_and_dark_as_the_reader_has_it_or_chooses(browser: Browser, replay: Path) -> None:
    def paper(visit: Visit) -> str:
        return str(visit.page.evaluate("getComputedStyle(document.body).backgroundColor"))

    seen: dict[Scheme, str] = {}
    schemes: tuple[Scheme, ...] = ("light", "dark")
    for scheme in schemes:
        visit = Visit(browser, replay, scheme=scheme)
        seen[scheme] = paper(visit)
        toggle = visit.page.locator("#theme")
        assert toggle.inner_text() == "theme: auto"
        toggle.click()
        assert toggle.inner_text() == "theme: light"
        light = paper(visit)
        toggle.click()
        assert (light, paper(visit)) == ("rgb(246, 245, 242)", "rgb(20, 22, 26)")
        toggle.click()
        assert paper(visit) == seen[scheme]
        visit.close()
    assert seen == {"light": "rgb(246, 245, 242)", "dark": "rgb(20, 22, 26)"}


CONTRAST = """() => {
  const light = (text) => {
    const [red, green, blue] = text.match(/[\\d.]+/g).map(Number).map((each) => {
      const part = each / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (each) => {
    for (let at = each; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  const read = "p, dt, dd, h1, h2, h3, li, td, th, button, .cell";
  for (const each of document.querySelectorAll(read)) {
    if (!each.textContent.trim() || each.disabled || !each.getClientRects().length) continue;
    if (each.matches(".cell.c")) continue;  // striped; its ink is made for both stripes
    const [one, other] = [light(getComputedStyle(each).color), light(behind(each))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const least = each.matches(".cell") ? 3 : 4.5;
    if (ratio < least) found.push([each.className, each.textContent.slice(0, 30), ratio]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_themes(browser: Browser, replay: Path, scheme: Scheme) -> None:
    visit = Visit(browser, replay, scheme=scheme)
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_timeout(250)
    assert visit.page.evaluate(CONTRAST) == []
    visit.close()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_kind_of_page_fits_a_phone(
    browser: Browser, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.chdir(folder)
    visit = Visit(browser, written(folder, name, COMMANDS[name]), width=390)
    for key in ("Home", "ArrowRight", "End"):
        visit.page.keyboard.press(key)
        assert visit.overflow() <= 0
    visit.close()


def test_two_films_move_together(browser: Browser, folder: Path) -> None:
    visit = Visit(browser, written(folder, "diff", COMMANDS["diff"]))
    films = Document((folder / "diff.html").read_text("utf-8")).data["players"][0]["films"]
    both = [decoded(film) for film in films]
    assert visit.page.locator("input[type=range]").count() == 1
    shown: list[str] = []
    for position in range(len(both[0])):
        visit.page.locator("input[type=range]").fill(str(position))
        shown = visit.page.locator("[data-number=reserved] .value").all_inner_texts()
        assert shown == [str(film[position].quantities.reserved) for film in both]
    assert shown[0] != shown[1], "that is where they part"
    visit.close()


def test_several_parts_are_built_as_one_comes_to_them(browser: Browser, folder: Path) -> None:
    file = written(folder, "many", ("trace", "check", CARDS, IPV6, REJECTED))
    visit = Visit(browser, file)
    assert visit.page.locator("nav a").count() == 3
    visit.page.locator("nav a").last.click()
    expect(visit.page.locator("input[type=range]")).to_have_count(3)
    assert "saw: " in visit.page.locator(".marks").first.inner_text()
    visit.close()


def test_hostile_names_run_nothing(browser: Browser, folder: Path) -> None:
    file = folder / "hostile.html"
    file.write_text(rendered(page_named(" ".join(HOSTILE))), "utf-8")
    visit = Visit(browser, file)
    dialogs: list[str] = []
    visit.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    visit.page.keyboard.press("End")
    assert "<script>alert(1)" in visit.page.locator(".step .what").inner_text()
    assert visit.page.locator("script").count() == 2
    assert not dialogs
    visit.close()


def test_without_script_it_still_says_something(browser: Browser, replay: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(replay.absolute().as_uri())
    assert page.locator("noscript table, table").first.is_visible()
    assert "pod p1 asks for an address" in page.locator("main").inner_text()
    assert not page.locator(".player").first.is_visible()
    context.close()


def test_without_a_browser_these_tests_are_skipped_and_fail_in_ci(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "no-such-browser")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Chromium"):
        chromium()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        chromium()
