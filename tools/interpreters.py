"""Which Pythons this machine has, of those that the project claims.

    python -m tools.interpreters           a path for each version that is claimed
    python -m tools.interpreters 3.12 ...  for these versions

The exit code is 1 if there is none for one of them. Looked for on the path and among pyenv's.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
CLASSIFIER: Final = "Programming Language :: Python :: 3."


def claimed() -> tuple[str, ...]:
    """The versions that the classifiers name, as in "3.11", the oldest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return tuple(
        f"3.{each.removeprefix(CLASSIFIER)}"
        for each in project["classifiers"]
        if each.startswith(CLASSIFIER)
    )


def find(version: str) -> Path | None:
    """An interpreter of this version that runs, or `None`."""
    return next((each for each in _candidates(version) if _is(each, version)), None)


def _candidates(version: str) -> Iterator[Path]:
    on_path = shutil.which(f"python{version}")
    if on_path is not None:
        yield Path(on_path)
    of_pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    yield from sorted(of_pyenv.glob(f"{version}.*/bin/python"))


def _is(python: Path, version: str) -> bool:
    """Whether it runs; what pyenv puts on the path is there even for versions not chosen."""
    show = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", show], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == version


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the paths, one on each line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("versions", nargs="*", metavar="VERSION", help="as in 3.12")
    versions = parser.parse_args(arguments).versions or claimed()
    found = {version: find(version) for version in versions}
    for version, python in found.items():
        if python is None:
            print(f"no Python {version}: neither on the path nor among pyenv's", file=sys.stderr)
        else:
            print(python)
    return int(None in found.values())


if __name__ == "__main__":
    sys.exit(main())
