"""What a failure prints to run its plan again does run it again."""

import re
import shlex
import sys
from pathlib import Path
from typing import Final

import pytest

from ipam_model.cli.main import main
from ipam_model.config import Quirk
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.observation import Precision
from ipam_model.conformance.wire.program import Program
from ipam_model.testing.conformance import ConformanceFailure, check_conformance
from ipam_model.testing.conformance.replaying import Invocation
from tests.conformance.fakes import Real

HARNESS: Final = """\
import sys
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.wire.serve import serve
from ipam_model.config import Quirk

assert sys.argv[1:] == ["it's \\"one\\" word"]
serve(lambda: ReferenceDatastore(quirks=frozenset({Quirk("R24"), Quirk("R25")})))
"""
BUGS: Final = frozenset({Quirk("R24"), Quirk("R25")})
PLAN: Final = Path("a folder") / "ab12.json"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "h.py").write_text(HARNESS, "utf-8")


def text_of(factory: object, **options: object) -> str:
    with pytest.raises(ConformanceFailure) as caught:
        check_conformance(factory, areas=["removal"], **options)  # type: ignore[arg-type]
    return str(caught.value)


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
    how = Invocation(address="exec:./h 'a b'", timeout=2.0, precision=Precision.COUNTS, quirks=True)
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


def test_what_cannot_be_imported_is_not_printed_as_if_it_could() -> None:
    text = text_of(lambda: ReferenceDatastore(quirks=BUGS))
    assert "import <lambda>" not in text
    assert "<lambda> cannot be imported; to replay the plan, pass what makes the subject" in text
    compile(re.findall(r"check_conformance\(\.\.\..*", text)[0], "printed", "exec")
