"""Reading files from a text, and asking for the one complaint of a refused one."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from ipam_model.errors import InputError
from ipam_model.manifests.configurations import Configuration, configurations
from ipam_model.manifests.environment import Environment
from ipam_model.manifests.sources import Daemon, read_files

FILE = "file.yaml"


def configured(
    folder: Path, *texts: str, types: Sequence[str] = (), chosen: Sequence[str] = ()
) -> tuple[Configuration, ...]:
    """What the files make."""
    return configurations(read_files(_written(folder, texts)), types=types, chosen=chosen)


def daemons(folder: Path, *texts: str) -> tuple[Daemon, ...]:
    """The environments in the files."""
    return read_files(_written(folder, texts)).daemons


def environment(folder: Path, *texts: str) -> Environment:
    """The one environment in the files."""
    (daemon,) = daemons(folder, *texts)
    return daemon.environment


def complaint(folder: Path, *texts: str, types: Sequence[str] = ("m5.large",)) -> str:
    """The message of the error, without the folder; it is one line and names file and line."""
    with pytest.raises(InputError) as raised:
        configured(folder, *texts, types=types)
    message = str(raised.value).removeprefix(f"{folder}/")
    assert "\n" not in message
    return message


def lines(env: Environment) -> dict[str, int | None]:
    """The line of each variable."""
    return {name: origin.line for name, origin in env.origins.items()}


def remarks(env: Environment) -> list[str]:
    """What is said, with the file's name alone."""
    return [re.sub(r"\S*/(?=file)", "", str(found)) for found in env.remarks_without(())]


def _written(folder: Path, texts: Sequence[str]) -> list[str]:
    files = []
    for place, text in enumerate(texts):
        path = folder / (FILE if place == 0 else f"file-{place}.yaml")
        path.write_bytes(text.encode("utf-8"))
        files.append(str(path))
    return files
