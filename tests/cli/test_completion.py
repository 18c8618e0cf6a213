"""The scripts of `ipam-model completion`, run by the shells that they are for."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Final

import pytest

from ipam_model.cli.commands import COMMANDS
from ipam_model.cli.completion import SHELLS, script
from ipam_model.cli.main import build_parser, main
from ipam_model.limits import Catalogue
from tests.shared import in_ci

TYPED: Final = {
    "bo": {"bound"},
    "trace ch": {"check"},
    "bound reserved-": {"reserved-after-churn"},
    "bound reserved --inst": {"--instance-type"},
    "bound reserved --instance-type m5.l": {"m5.large"},
    "lint --instance-type m5.large --instance-type t3.n": {"t3.nano"},
    "bound reserved --set WARM_": {"WARM_ENI_TARGET=", "WARM_IP_TARGET=", "WARM_PREFIX_TARGET="},
    "bound reserved --version v1.2": {"v1.23"},
    "bound reserved --no-quirk cool": {"cooling_released"},
    "trace check --observations st": {"statistics"},
    "rules R19": {"R19", *(f"R19{digit}" for digit in range(7))},
    "prove warm_ip_invariants_for_4": {"warm_ip_invariants_for_4_enis"},
    "replay my-s": {"my-story.json"},
}
"""What is completed how."""


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    return {shell: script(build_parser(), shell) for shell in SHELLS}


def require(shell: str) -> None:
    """Skips the calling test where there is no such shell, or fails it in CI."""
    if shutil.which(shell) is None:
        why = f"{shell} is not installed (apt-get install {shell})"
        if in_ci():
            pytest.fail(why, pytrace=False)
        pytest.skip(why)


def completed(shell: list[str], text: str, folder: Path) -> dict[str, set[str]]:
    """What a script of a shell prints: a line for each that is typed, and its completions."""
    require(shell[0])
    (folder / "my-story.json").touch()
    (folder / "script").write_text(text, "utf-8")
    done = subprocess.run(
        [*shell, "script"],
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        typed, arrow, words = line.partition(" => ")
        if arrow:
            found.setdefault(typed, set()).update(words.split())
    return found


def test_bash(scripts: dict[str, str], tmp_path: Path) -> None:
    ask = """
    compopt() { options+=" $*"; }
    try() {
      COMP_WORDS=(ipam-model $1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); options=
      _ipam_model_complete ipam-model
      echo "$1 => ${COMPREPLY[*]}"
      echo "$1 options => $options"
    }
    """
    typed = "\n".join(f"try '{each}'" for each in TYPED)
    found = completed(["bash", "--norc"], f"{scripts['bash']}\n{ask}\n{typed}\n", tmp_path)
    assert {each: found[each] for each in TYPED} == TYPED
    assert "nospace" in found["bound reserved --set WARM_ options"]
    assert "nospace" not in found["bo options"]


def test_fish(scripts: dict[str, str], tmp_path: Path) -> None:
    typed = "\n".join(
        f"for each in (complete -C 'ipam-model {text}')\n"
        f"  echo '{text}' '=>' (string split -f1 \\t -- $each)\nend"
        for text in TYPED
    )
    found = completed(["fish", "--no-config"], f"{scripts['fish']}\n{typed}\n", tmp_path)
    for each, words in TYPED.items():
        assert words <= found[each], each


def test_zsh(scripts: dict[str, str], tmp_path: Path) -> None:
    """It completes in a terminal only: type, press Tab, and print the line, not run it."""
    require("zsh")
    (tmp_path / "my-story.json").touch()
    (tmp_path / "_ipam-model").write_text(scripts["zsh"], "utf-8")
    one = {typed: min(words) for typed, words in TYPED.items() if len(words) == 1}
    setup = (
        "PROMPT=; unsetopt zle_bracketed_paste; bindkey -e; autoload -Uz compinit; compinit -D -u; "
        "source ./_ipam-model; compdef _shtab_ipam_model ipam-model\n"
    )
    to_the_start, tab = "\x01", "\t"
    keys = [f"ipam-model {typed}{tab}{to_the_start}print -r -- GOT \n" for typed in one]
    pid, terminal = pty.fork()
    if pid == 0:  # the shell
        os.chdir(tmp_path)
        os.execvpe("zsh", ["zsh", "-f", "-i"], {**os.environ, "TERM": "dumb"})
    seen = b""
    try:
        for line in [setup, *keys]:
            os.write(terminal, line.encode())
            until = time.monotonic() + 20
            count = seen.count(b"\nGOT") + (line in keys)
            while seen.count(b"\nGOT") < count and (left := until - time.monotonic()) > 0:
                if select.select([terminal], [], [], left)[0]:
                    seen += os.read(terminal, 65_536)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
    lines = [each.decode().strip() for each in seen.splitlines() if each.startswith(b"GOT")]
    wanted = [
        f"GOT ipam-model {' '.join([*typed.split()[:-1], word])}" for typed, word in one.items()
    ]
    assert lines == wanted


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_knows_every_command_type_and_option(scripts: dict[str, str], shell: str) -> None:
    words = set(re.findall(r"[\w.=-]+", scripts[shell]))
    assert words >= {*COMMANDS, *Catalogue.bundled(), "WARM_IP_TARGET="}
    if shell != "fish":  # It lists them without their dashes.
        assert words >= {"--instance-type", "--observations", "--no-quirk"}


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    assert "complete -o filenames -F _ipam_model_complete ipam-model" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["completion", "bsh"])
    assert ended.value.code == 2
    assert "did you mean bash or zsh?" in capsys.readouterr().err
