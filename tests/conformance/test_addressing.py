"""Where a subject is, and what is said of one that is not to be had."""

from pathlib import Path

import pytest

from ipam_model.conformance.addressing import address_of, factory_of
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.errors import InputError


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "stock.py").write_text("NOTHING = 3\n")
    (tmp_path / "stock_broken.py").write_text("x = 1\ndef f(:\n")
    (tmp_path / "stock_raises.py").write_text("x = 1\n\n1 / 0\n")
    (tmp_path / "stock_leaves.py").write_text("import sys\n\nsys.exit(0)\n")
    return tmp_path


def test_a_name_is_imported_when_it_is_named_and_called_when_a_subject_is_needed() -> None:
    name = "ipam_model.conformance.datastore_reference:ReferenceDatastore"
    make = factory_of(name)
    assert isinstance(make(), ReferenceDatastore)
    assert address_of(make) == address_of(ReferenceDatastore) == name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("stock", "'stock': a subject is pkg.mod:Factory, or exec: and a command"),
        ("stock_nowhere:X", "stock_nowhere cannot be imported: No module named 'stock_nowhere'"),
        ("stock:Missing", "stock:Missing: stock has no Missing"),
        ("stock:NOTHING", "stock:NOTHING is 3; a factory is called without arguments"),
        (
            "stock_broken:X",
            r"importing stock_broken raised SyntaxError: .* \(stock_broken.py, line 2",
        ),
        (
            "stock_raises:X",
            r"importing stock_raises raised ZeroDivisionError: .* \(stock_raises.py, line 3\)$",
        ),
        (
            "stock_leaves:X",
            r"importing stock_leaves raised SystemExit: 0 \(stock_leaves.py, line 3\)$",
        ),
    ],
)
def test_what_cannot_be_loaded_is_told_at_once(name: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        factory_of(name)
