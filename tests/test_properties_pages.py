"""The pages on properties and findings say what the registry says."""

import pytest

from ipam_model.properties.registry import FINDINGS
from ipam_model.properties.suite import PROPERTIES
from ipam_model.properties.witnesses import WITNESSES
from tools.make_properties import DOCS, PAGES, findings_page, main, properties_page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run python -m tools.make_properties"


def test_every_property_witness_and_finding_has_its_row() -> None:
    rows = properties_page().splitlines()
    for name in (*PROPERTIES, *WITNESSES):
        assert sum(row.startswith(f"| {name} |") for row in rows) == 1
    for name in FINDINGS:
        assert findings_page().count(f"| `{name}` |") == 1


def test_the_specification_is_there_in_full() -> None:
    safety = {f"P-S{number}" for number in range(1, 9)}
    liveness = {f"P-L{number}" for number in range(1, 8)}
    invariants = {f"I{number}" for number in range(1, 17)}
    mission = {f"P-M{number}" for number in range(1, 4)}
    assert safety | liveness | invariants | mission <= set(PROPERTIES)


def test_a_page_that_is_out_of_date_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"]) == 0
    monkeypatch.setitem(PAGES, "findings.md", lambda: "other")
    assert main(["--check"]) == 1
    assert "docs/findings.md is out of date" in capsys.readouterr().out
