"""The page on how much partial observations tell says what was measured."""

import json

import pytest

from ipam_model.partial.sample import Kind
from tests.shared import ROOT
from tools.live.detection import VIEWS, Reference, View, watched_models
from tools.live.page import page
from tools.live.workload import SETTINGS

MEASURED = json.loads((ROOT / "docs" / "live-detection.json").read_text(encoding="utf-8"))


def test_the_page_is_what_was_measured() -> None:
    written = (ROOT / "docs" / "live-detection.md").read_text(encoding="utf-8")
    assert written == page(MEASURED)


def test_no_legal_recording_is_refused() -> None:
    for name, counts in MEASURED["recorded"].items():
        for kind in Kind:
            assert counts[View(kind).name] == counts["traces"], name


def test_every_wrong_model_that_can_be_watched_is_judged() -> None:
    assert MEASURED["broken"].keys() == watched_models().keys()


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return Reference(tmp_path_factory.mktemp("live"), SETTINGS[:1])


def test_the_daemon_as_specified_is_explained(reference: Reference) -> None:
    assert not reference.rejected()


def _refused_first(view: View) -> list[str]:
    """Some wrong models that are refused on the first node."""
    return [
        name
        for name, each in MEASURED["broken"].items()
        if each["refused"].get(view.name, {}).get("setting") == SETTINGS[0].name
    ][:2]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_few_refusals_are_measured_again(view: View, reference: Reference) -> None:
    names = _refused_first(view)
    assert names
    for name in names:
        refused = reference.detect(watched_models()[name], [view]).refused
        expected = MEASURED["broken"][name]["refused"][view.name]
        assert refused[view.name].rule == expected["rule"]
