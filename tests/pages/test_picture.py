"""The picture at the top of the README."""

from xml.etree import ElementTree as ET

from tools.make_picture import FILE, film, frame_at, main, picture


def test_it_is_current() -> None:
    assert main(["--check"]) == 0


def test_it_is_small_and_well_formed_and_needs_nothing_else() -> None:
    text = FILE.read_text("utf-8")
    assert len(text) < 150_000
    root = ET.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("aria-label")
    assert "href" not in text
    assert text.count("http") == 1  # the name of the namespace


def test_it_shows_what_the_film_does() -> None:
    found = frame_at(film(), 75_000).quantities
    told = f"{found.reserved} reserved, {found.assigned} assigned, {found.available} warm"
    assert told in picture()
