"""What a failure prints to run its plan again does run it again."""

import functools
import re
import shlex
import sys
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve

from ipam_model.cli.main import main
from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.conformance.datastore_events import (
    AddCidr,
    AddEni,
    Assign,
    DatastoreEvent,
    RemoveEni,
)
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.plan import DatastorePlan
from ipam_model.conformance.subject import Reply
from ipam_model.conformance.wire.program import Program
from ipam_model.testing.conformance import ConformanceFailure, check_conformance
from ipam_model.testing.conformance.making import Maker
from ipam_model.testing.conformance.replaying import Invocation
from tests.conformance.failing import failure_of
from tests.conformance.fakes import Real

HARNESS: Final = """\
import sys
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.wire.serve import serve
from ipam_model.config import Quirk

assert sys.argv[1:] == ["it's \\"one\\" word"]
serve(lambda: ReferenceDatastore(quirks=frozenset({Quirk("R24"), Quirk("R25")})))
"""


class Mistaken(ReferenceDatastore):
    """Tells what it was made with for the device number."""

    def __init__(self, number: "int | Odd" = 99, places: "list[str] | None" = None) -> None:
        super().__init__(quirks=BUGS)
        self._told = dict.fromkeys(places or ["device"], int(number))

    def apply(self, event: DatastoreEvent) -> Reply:
        reply = super().apply(event)
        given = isinstance(event, Assign) and reply["success"]
        return {**reply, **self._told} if given else reply


class MistakenOnce(Mistaken):
    """Only to one pod."""

    def apply(self, event: DatastoreEvent) -> Reply:
        told = super().apply(event)
        right = isinstance(event, Assign) and event.pod != "late"
        return {**told, "device": 1} if right else told


BEHIND: Final = DatastorePlan(
    events=(
        AddEni(eni="eni-1", device=1),
        AddCidr(eni="eni-1", cidr="10.0.0.4/32"),
        Assign(pod="early"),
        RemoveEni(eni="eni-1", force=True),
        AddEni(eni="eni-2", device=2),
        AddCidr(eni="eni-2", cidr="10.0.1.4/32"),
        Assign(pod="late"),
    )
)
"""The pod's ENI is removed by force, which R24 counts wrong; then another pod comes."""


class Odd(int):
    """A number that is written as nobody can read it."""

    def __repr__(self) -> str:
        return f"<{int(self)}>"


class Factory:
    """Makes subjects when it is called, or asked to."""

    def __call__(self) -> Mistaken:
        return Mistaken()

    def make(self) -> Mistaken:
        return Mistaken()


BUGS: Final = frozenset({Quirk("R24"), Quirk("R25")})
PLAN: Final = Path("a folder") / "ab12.json"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "h.py").write_text(HARNESS, "utf-8")


def text_of(factory: object, **options: object) -> str:
    return str(failure_of(factory, areas=["removal"], **options))


def printed_command(text: str) -> list[str]:
    (line,) = re.findall(r"^  (ipam-model conform .*)$", text, re.MULTILINE)
    return shlex.split(line)[1:]


def run_printed_test(text: str) -> None:
    code = text.partition("as a test:\n\n")[2].partition("\n\nseed")[0]
    names: dict[str, object] = {}
    exec(re.sub("^    ", "", code, flags=re.MULTILINE), names)
    test = next(value for name, value in names.items() if name.startswith("test_plan_"))
    assert callable(test)
    test()


def test_what_is_printed_of_a_program_shows_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    command = shlex.join([sys.executable, "h.py", 'it\'s "one" word'])
    text = text_of(Program(command, timeout=7.5), precision=Precision.PER_ENI)
    words = printed_command(text)
    assert words[words.index("--timeout") + 1] == "7.5"
    assert main(words) == 1
    assert text.splitlines()[0] in capsys.readouterr().out
    with pytest.raises(ConformanceFailure, match="R24"):
        run_printed_test(text)
    usual = text_of(f"exec:{command}")
    assert "--timeout" not in usual
    with pytest.raises(ConformanceFailure, match="R24"):
        run_printed_test(usual)


def test_what_is_printed_of_a_class_shows_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    text = text_of(Real)
    assert main(printed_command(text)) == 1
    assert text.splitlines()[0] in capsys.readouterr().out
    with pytest.raises(ConformanceFailure, match="R24"):
        run_printed_test(text)


def test_options_that_decide_how_a_plan_goes_are_printed() -> None:
    made_by = Maker.of(Program("./h 'a b'", timeout=2.0))
    how = Invocation(made_by=made_by, precision=Precision.COUNTS, quirks=ALL_QUIRKS)
    assert shlex.split(how.command(PLAN)) == [
        *("ipam-model", "conform", "--exec", "./h 'a b'", "--timeout", "2"),
        *("--precision", "counts", "--quirks", "--plan", "a folder/ab12.json"),
    ]
    assert how.test(PLAN)[-1] == (
        "    check_conformance(Program(\"./h 'a b'\", timeout=2.0), examples=0, "
        "plans=['a folder/ab12.json'], precision=Precision.COUNTS, quirks=True)"
    )
    for line in how.test(PLAN)[:3]:
        exec(line, {})
    some = evolve(how, quirks=BUGS)
    assert "--quirk R24 --quirk R25 --plan" in some.command(PLAN)
    assert some.test(PLAN)[-1].endswith("quirks=['R24', 'R25'])")


def test_what_cannot_be_imported_is_not_printed_as_if_it_could() -> None:
    text = text_of(lambda: ReferenceDatastore(quirks=BUGS))
    assert "import <lambda>" not in text
    assert "<lambda>; replay the plan by the test, with what makes the subject for ...\n" in text
    assert "ipam-model conform" not in text
    compile(re.findall(r"check_conformance\(\.\.\..*", text)[0], "printed", "exec")


def test_arguments_that_are_given_beforehand_are_not_lost() -> None:
    text = text_of(functools.partial(Mistaken, 98, places=["device"]))
    assert f"no command can make partial({__name__}:Mistaken, 98, places=['device']); repl" in text
    assert "check_conformance(partial(Mistaken, 98, places=['device']), examples=0, " in text
    assert "ipam-model conform" not in text
    with pytest.raises(ConformanceFailure, match="device 98"):
        run_printed_test(text)


@pytest.mark.parametrize(
    "factory",
    [functools.partial(Mistaken, Odd(99)), Factory(), Factory().make],
    ids=["partial", "object", "method"],
)
def test_what_nobody_can_write_down_is_left_to_who_made_it(factory: object) -> None:
    text = text_of(factory)
    assert "replay the plan by the test, with what makes the subject for ...\n" in text
    assert "ipam-model conform" not in text


def test_a_finding_behind_a_known_bug_is_replayed_with_the_bug(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the model as it is meant, the known bug would be all that the plan shows."""
    with pytest.raises(ConformanceFailure, match="device 99") as caught:
        check_conformance(MistakenOnce, examples=0, plans=[BEHIND], known=["R24"])
    text = str(caught.value)
    words = printed_command(text)
    assert words[words.index("--quirk") + 1] == "R24"
    assert main(words) == 1
    assert text.splitlines()[0] in capsys.readouterr().out
    with pytest.raises(ConformanceFailure, match="device 99"):
        run_printed_test(text)
