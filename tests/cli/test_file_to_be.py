"""A file is replaced by a complete one, or not at all, and never through somebody else's link."""

import io
import os
from pathlib import Path

import pytest

from ipam_model.cli.file_to_be import FileToBe
from ipam_model.errors import InputError


def test_what_a_link_leads_to_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "page.html", tmp_path / "link.html"
    real.write_text("the old one")
    link.symlink_to(Path("there") / "page.html")
    FileToBe("--html", link).write(b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert [each.name for each in (tmp_path / "there").iterdir()] == ["page.html"]
    real.unlink()
    FileToBe("--html", link).write(b"newer")
    assert real.read_text() == "newer"


def test_nothing_is_written_through_a_file_that_somebody_laid_there(tmp_path: Path) -> None:
    mine, page = tmp_path / "mine", tmp_path / "page.html"
    mine.write_text("mine")
    (tmp_path / f".page.html.{os.getpid()}").symlink_to(mine)
    FileToBe("--html", page).write(b"new")
    assert (mine.read_text(), page.read_text()) == ("mine", "new")
    assert not page.is_symlink()


def test_what_is_laid_at_the_very_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    monkeypatch.setattr("secrets.token_hex", lambda _: "00")
    (tmp_path / ".page.html.00").symlink_to(mine)
    with pytest.raises(InputError, match=r"^--html .*: nothing can be written there: File exists$"):
        FileToBe("--html", tmp_path / "page.html")
    assert mine.read_text() == "mine"


def test_others_may_read_it_as_any_file_of_the_user(tmp_path: Path) -> None:
    plain, made = tmp_path / "plain", tmp_path / "page.html"
    plain.touch()
    FileToBe("--html", made).write(b"")
    assert made.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("target", ["page.html", "nowhere/page.html"])
def test_a_link_that_leads_nowhere_is_complained_of(tmp_path: Path, target: str) -> None:
    link = tmp_path / "page.html"
    link.symlink_to(target)
    with pytest.raises(InputError, match=r"leads nowhere|no folder .*nowhere$"):
        FileToBe("--html", link)


def test_what_is_discarded_leaves_nothing_behind(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    FileToBe("--html", page).discard()
    assert list(tmp_path.iterdir()) == []


def test_on_a_full_disk_the_old_one_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, full = tmp_path / "page.html", Path("/dev/full")
    if not full.is_char_device():
        pytest.skip("there is no /dev/full, which plays the disk")
    page.write_text("the old one")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", lambda *_: io.FileIO(full, "wb"))
        file = FileToBe("--html", page)
    with pytest.raises(InputError, match=r"^--html .*: No space left on device$"):
        file.write(b"new")
    file.discard()
    assert page.read_text() == "the old one"
