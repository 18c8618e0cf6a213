"""The shared material is found, skipped or missed loudly, as the environment says."""

from pathlib import Path

import pytest

from tests import shared


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv(shared.VARIABLE, raising=False)
    return monkeypatch


def test_named_folder_is_found(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv(shared.VARIABLE, str(tmp_path))
    assert shared.shared_dir() == tmp_path.resolve()
    assert shared.describe_shared() == f"shared material: {tmp_path.resolve()}"


def test_folder_beside_the_clone_is_the_default(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setattr(shared, "ROOT", tmp_path / "clone")
    assert shared.find_shared() is None
    (tmp_path / "shared").mkdir()
    assert shared.find_shared() == (tmp_path / "shared").resolve()


def test_missing_folder_skips_at_home(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv(shared.VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(pytest.skip.Exception, match="shared material is absent: no folder"):
        shared.shared_dir()
    assert "absent" in shared.describe_shared()


def test_missing_folder_fails_in_ci(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("CI", "true")
    environment.setenv(shared.VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(pytest.fail.Exception, match="absent in CI"):
        shared.shared_dir()


def test_left_out_on_purpose_skips_in_ci_too(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CI", "true")
    environment.setenv(shared.VARIABLE, shared.ABSENT)
    with pytest.raises(pytest.skip.Exception, match="IPAM_MODEL_SHARED=absent"):
        shared.shared_dir()


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", False), ("0", False), ("false", False), ("true", True), ("1", True)],
)
def test_ci_is_recognised(environment: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    environment.setenv("CI", value)
    assert shared.in_ci() is expected


def test_trace_files_are_ordered_and_leave_broken_variants_out(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("churn/b", "churn/a", "bad/x", "article/c"):
        path = tmp_path / "traces" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    environment.setenv(shared.VARIABLE, str(tmp_path))
    assert [path.stem for path in shared.trace_files()] == ["c", "a", "b"]
    assert [path.stem for path in shared.trace_files("bad")] == ["x"]
    with pytest.raises(pytest.fail.Exception, match="no traces of class chrun"):
        shared.trace_files("chrun")


def test_all_recorded_traces_are_there() -> None:
    """So that a run that replays every trace cannot pass by finding none."""
    assert len(shared.trace_files()) == 214
    assert len(shared.trace_files("bad")) == 6
    assert len(shared.trace_files(folder="traces-more")) == 45
