"""The file: well formed, whole in itself, and nothing that a scenario says breaks out of it."""

import base64
import hashlib
import json
import re
from importlib.resources import files

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ipam_model.film.encoding import encoded
from ipam_model.film.of_scenario import film_of_scenario
from ipam_model.page.document import Exhibit, Fact, Page, Table, Verdict
from ipam_model.page.markup import element, json_inside_script, text
from ipam_model.page.rendering import SCRIPTS, STYLES, rendered
from ipam_model.scenario.document import PodAdd, Scenario
from ipam_model.scenario.reading import parse_scenario
from tests.pages.decoding import Document
from tests.scenario.small import SMALL

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]></title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "'; alert(1); //",
    "&lt;b&gt;",
    "\u2028\u2029\ud800\x00\x1b[31m",
    "${alert(1)}",
)


def page_named(name: str) -> Page:
    scenario, _ = parse_scenario(SMALL)
    scenario = evolve(
        scenario, title=name, events=(*scenario.events, PodAdd(pod="p9", name=name or "p9"))
    )
    film = film_of_scenario(scenario, name, judged=False)
    table = Table(caption=name, headings=(name, "n"), rows=[(name, "7")], folded=True)
    return Page(
        command="ipam-model replay",
        title=name,
        verdict=Verdict("good", name),
        paragraphs=(name,),
        facts=(Fact(name, name),),
        tables=(table,),
        exhibits=(
            Exhibit(title=name, films=(film,), quote=name, paragraphs=(name,), tables=(table,)),
            Exhibit(title="another"),
        ),
        notes=(name,),
    )


@pytest.fixture(scope="module")
def page() -> str:
    return rendered(page_named("A plain title"))


def test_it_is_well_formed_html(page: str) -> None:
    document = Document(page)
    assert page.startswith("<!DOCTYPE html>\n")
    ids = [attributes["id"] for _, attributes in document.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    targets = {
        each for tag, attributes in document.tags if tag == "a" and (each := attributes["href"])
    }
    assert {target.removeprefix("#") for target in targets} <= set(ids)


def test_it_names_nothing_outside_itself(page: str) -> None:
    """No address of a network, no file, nothing that a browser would load."""
    assert "http:" not in page
    assert "https:" not in page
    assert "//" not in re.sub(r"(?m)^\s*// .*$", "", page).replace("</", "")
    for tag, attributes in Document(page).tags:
        assert not {"src", "srcset", "action", "data", "poster"} & set(attributes)
        if tag == "link":
            assert attributes["href"] == "data:,"
        assert tag not in ("iframe", "object", "embed", "img", "base", "form")
    style = "\n".join(_asset(name) for name in STYLES)
    assert "@import" not in style
    assert "url(" not in style


def test_its_policy_allows_its_own_script_and_style_alone(page: str) -> None:
    (policy,) = [
        attributes["content"]
        for _, attributes in Document(page).tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    script = page.rpartition("<script>")[2].partition("</script>")[0]
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert "default-src 'none'" in policy
    for inline in (script, style):
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_without_script_there_are_the_steps_as_a_table(page: str) -> None:
    inside = page.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "pod p1 asks for an address" in inside
    assert inside.count("<tr>") == 1 + 5  # heads, start, three pods, a pool update


def test_the_data_is_the_film(page: str) -> None:
    data = Document(page).data
    film = film_of_scenario(page_scenario("A plain title"), "A plain title", judged=False)
    (player,) = data["players"]
    assert player["films"] == [json.loads(json.dumps(encoded(film)))]
    fired = {rule for rules in player["films"][0]["ruleSets"] for rule in rules}
    assert set(data["rules"]) == fired
    assert data["rules"]["R79"][0]  # what it says


def page_scenario(name: str) -> Scenario:
    scenario, _ = parse_scenario(SMALL)
    return evolve(scenario, title=name, events=(*scenario.events, PodAdd(pod="p9", name=name)))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name: str) -> None:
    plain, hostile = Document(rendered(page_named("plain"))), Document(rendered(page_named(name)))
    tags = [(tag, sorted(attributes)) for tag, attributes in hostile.tags]
    assert tags == [(tag, sorted(attributes)) for tag, attributes in plain.tags]
    assert len(hostile.scripts) == 2
    assert hostile.scripts[1] == plain.scripts[1]
    rendered(page_named(name)).encode("utf-8")


@given(st.text())
def test_any_text_stays_in_its_place(value: str) -> None:
    document = Document(element("p", text(value), title=value))
    assert [tag for tag, _ in document.tags] == ["p"]
    shown = json_inside_script({"value": value})
    assert not set("<>&\u2028\u2029") & set(shown)
    assert json.loads(shown) == {"value": value}


@pytest.mark.parametrize("name", [*SCRIPTS, *STYLES])
def test_what_every_page_carries_is_small(name: str) -> None:
    assert 0 < len(_asset(name)) < 16_000
    assert "</script" not in _asset(name)
    assert "</style" not in _asset(name)


def _asset(name: str) -> str:
    return files("ipam_model.page").joinpath("assets", name).read_text("utf-8")
