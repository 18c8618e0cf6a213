"""A fixed sample of the wrong models is noticed; the page of all of them is what was found."""

import pytest

from ipam_model.wrong_models import WRONG_MODELS
from tools.detection import page
from tools.detection.__main__ import main
from tools.detection.trial import IN_PROCESS, trial

FOUND = page.load()
QUICK = sorted(
    (each[IN_PROCESS].seconds, name) for name, each in FOUND.items() if each[IN_PROCESS].area
)
SAMPLE = [name for _, name in QUICK[:: max(1, len(QUICK) // 15)]][:15]


def test_the_sample_is_one() -> None:
    assert len(SAMPLE) == 15


@pytest.mark.parametrize("name", SAMPLE)
def test_a_wrong_model_of_the_sample_is_noticed(name: str) -> None:
    assert trial(WRONG_MODELS[name]).area


def test_the_model_itself_is_not_noticed() -> None:
    assert not trial(None).area


def test_the_page_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_a_wrong_model_of_no_catalogue_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "no-such-model"]) == 2
    assert "no wrong model is called no-such-model" in capsys.readouterr().err
