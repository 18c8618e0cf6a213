import fcntl
import importlib.util
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest

from tests.shared import ROOT, in_ci

PACKAGES: Final = ("sphinx", "myst_parser", "furo", "sphinx_copybutton", "sphinx_external_toc")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site, in which a warning is an error; built once for all workers."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        reason = f"not installed (extra `docs`): {', '.join(missing)}"
        if in_ci():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    folder = shared / "site"
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "searchindex.js").is_file():
            _build(folder, shared / "site-doctrees")
    return folder


def _build(folder: Path, doctrees: Path) -> None:
    options = ("-W", "--keep-going", "-n", "-q", "-b", "html", "-c", "docs")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, "-d", str(doctrees), ".", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
        """Tells nobody."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
