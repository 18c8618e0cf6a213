"""The limits that docs/configurations.md names; tests/docs runs its commands."""

from ipam_model.manifests.parse import MOST_DEPTH, MOST_MERGED
from ipam_model.manifests.sources import MOST_BYTES
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "configurations.md").read_text("utf-8")


def test_limits() -> None:
    assert (
        f"A file may have {MOST_BYTES // 10**6} MB, nest {MOST_DEPTH} deep, and copy "
        f"{MOST_MERGED:,} entries".replace(",000", " 000")
    ) in PAGE
