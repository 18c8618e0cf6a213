"""What pages take for given and do not show: files that their reader has, and names."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ipam_model.config import Quirk
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.limits import Catalogue, InstanceLimits
from ipam_model.nodes import NodeSetup
from tests.docs.pages import Block

HERE: Final = Path(__file__).parent

ELSEWHERE: Final = {
    "docs/tutorial-go.md": "tests/conformance/test_go_tutorial.py",
    "docs/tutorial-python.md": "tests/conformance/test_python_tutorial.py",
}
"""Pages of which another test runs everything, from top to bottom."""

MARKED_HERE: Final = {
    "README.md": {
        "python3 -m venv .venv": {"run by": "tests/test_readme.py"},
        "make demo": {"run by": "tests/test_readme.py"},
        "33 traces: 33 accepted": {"run by": "tests/test_readme.py"},
        "$ ipam-model trace check examples/rejected": {"exit": "1"},
    },
    "ARCHITECTURE.md": {
        "real ipamd (Go)": {"text": ""},
    },
    "ipam_model/vectors/README.md": {
        '{"id": "cooling-…", "kind": "decision", "decision": "cooling",': {"text": ""},
        '{"id": "store_assign-…", "kind": "datastore",': {"text": ""},
    },
}
"""Markers by how a block begins, for pages that are read as they are and would show comments."""

FILES: Final[dict[str, dict[str, str]]] = {
    "docs/lint.md": {"cluster.yaml": "lint-cluster.yaml", "aws-node.yaml": "daemonset.yaml"},
    "docs/vectors.md": {"my-answers": "skips_everything.py", "answers.jsonl": "answers.jsonl"},
}
"""By page: the file that a reader has, and the one here that is in its place."""


def _small(**env: str) -> NodeSetup:
    return NodeSetup(
        name="2x3",
        limits=InstanceLimits.simple(2, 3),
        env={"ENABLE_IPv4": "true", **env},
        max_pods=6,
    )


def _large() -> NodeSetup:
    limits = Catalogue.bundled().get("m5.large")
    env = {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "4"}
    return NodeSetup(name="m5.large", limits=limits, env=env, max_pods=29)


def _counting_twice() -> ReferenceDatastore:
    return ReferenceDatastore(quirks=frozenset({Quirk.DOUBLE_DECREMENT}))


NAMES: Final[dict[str, Callable[[], dict[str, object]]]] = {
    "docs/bound-pace.md": lambda: {"node": _large()},
    "docs/conformance-suite.md": lambda: {"MyAllocator": _counting_twice},
    "docs/diff.md": lambda: {"one": _small(WARM_IP_TARGET="1"), "two": _small(WARM_IP_TARGET="2")},
    "docs/lint.md": lambda: {"node": _large()},
}
"""By page: what its Python has defined before."""


def markers(block: Block) -> dict[str, str]:
    """What is said of a block, on its page or here."""
    found = dict(block.markers)
    for beginning, said in MARKED_HERE.get(block.page, {}).items():
        if block.text.strip().startswith(beginning):
            found |= said
    return found


def lay_out(page: str, folder: Path) -> None:
    """Put the files there that the page takes for given."""
    for name, given in FILES.get(page, {}).items():
        text = (HERE / given).read_text("utf-8")
        program = given.endswith(".py")
        (folder / name).write_text(f"#!{sys.executable}\n{text}" if program else text, "utf-8")
        if program:
            (folder / name).chmod(0o755)
