"""Arrows point one way: which module of the package may import which, and how large it may be."""

import sys
from collections.abc import Mapping
from typing import Final

import pytest

from tests.module_imports import (
    PACKAGE,
    Import,
    find_cycle,
    hidden_imports_of,
    imports_of,
    read_package,
)
from tests.shared import ROOT

LAYERS: Final = (
    "errors",
    "records",
    "extras",
    "strict_json",
    "json_schema",
    "arithmetic",
    "catalogue",
    "operands",
    "answer",
    "rules",
    "symbolic",
    "trunking",
    "limits",
    "settings",
    "manifests",
    "config",
    "cards",
    "tallies",
    "state",
    "canonical",
    "requests",
    "daemon",
    "subnets",
    "addresses",
    "arrivals",
    "faults",
    "ec2",
    "others",
    "ipv6",
    "exclusion",
    "aws_layer",
    "aws_layer_v1_7",
    "environment",
    "world",
    "choosing",
    "firing",
    "quantities",
    "nodes",
    "counting",
    "theorems",
    "properties",
    "inspection",
    "trace",
    "partial",
    "scenario",
    "proving",
    "simulation",
    "bounds",
    "explore",
    "linting",
    "differing",
    "wrong_models",
    "conformance",
    "film",
    "page",
    "vectors",
    "testing",
    "",  # `ipam_model` itself: what it offers to users
    "pytest_plugin",
    "cli",
    "__main__",
)
"""A module imports from its own layer and from those before it."""

LATE_IMPORTS: Final = {
    ("ipam_model.catalogue", "_import_rules"): (
        "loads the modules that register their rules with it"
    ),
    ("ipam_model.conformance.addressing", "load_factory"): "a subject of the user's is named",
}
"""Functions whose imports are exempt, and why."""

LOADERS: Final = ("", "cli")
"""Layers that may load modules by name: so near the top that no arrow can point back."""

THIRD_PARTY: Final[dict[str, str | tuple[str, ...]]] = {
    "attrs": PACKAGE,
    "matplotlib": f"{PACKAGE}.simulation.plots",
    "tqdm": f"{PACKAGE}.cli.progress",
    "shtab": f"{PACKAGE}.cli.completion",
    "yaml": f"{PACKAGE}.manifests.parse",
    "z3": f"{PACKAGE}.symbolic",
    "cvc5": f"{PACKAGE}.proving.second_solver",
    "cattrs": f"{PACKAGE}.scenario.reading",
    "jsonschema_rs": f"{PACKAGE}.json_schema",
    "hypothesis": f"{PACKAGE}.testing",
    "pytest": (
        f"{PACKAGE}.testing.reporting",
        f"{PACKAGE}.testing.conformance.suite",
        f"{PACKAGE}.testing.conformance.reporting",
        f"{PACKAGE}.pytest_plugin",
    ),
    "numba": f"{PACKAGE}.counting.fast",
    "numpy": f"{PACKAGE}.counting.fast",
}
"""What may be imported from outside the standard library, and the only modules that do so."""

VAGUE_NAMES: Final = {"utils", "util", "helpers", "helper", "common", "misc", "lib", "stuff"}
MOST_LINES: Final = 500

MODULES: Final = read_package(ROOT)
TESTS: Final = ROOT / "tests"


def layer(module: str) -> str:
    """The layer of a module of the package."""
    return module.removeprefix(PACKAGE).lstrip(".").split(".")[0]


def inner_imports(modules: Mapping[str, str], importer: str) -> list[Import]:
    return [
        found
        for found in imports_of(modules, importer)
        if found.target.split(".")[0] == PACKAGE and (importer, found.function) not in LATE_IMPORTS
    ]


def wrong_way(modules: Mapping[str, str]) -> list[str]:
    """Imports from a later layer."""
    return [
        f"{found.importer}:{found.line} imports {found.target}"
        for importer in modules
        if layer(importer) in LAYERS
        for found in inner_imports(modules, importer)
        if layer(found.target) not in LAYERS[: LAYERS.index(layer(importer)) + 1]
    ]


def hidden(modules: Mapping[str, str]) -> list[str]:
    """Imports by computed name where the reader of the text cannot follow."""
    return [
        f"{found.importer}:{found.line}"
        for importer in modules
        if layer(importer) not in LOADERS
        for found in hidden_imports_of(modules, importer)
        if (importer, found.function) not in LATE_IMPORTS
    ]


def foreign(modules: Mapping[str, str]) -> list[str]:
    """Imports from outside the package that the list does not allow."""
    found = [entry for importer in modules for entry in imports_of(modules, importer)]
    tops = [(entry, entry.target.split(".")[0]) for entry in found]
    return [
        f"{entry.importer}:{entry.line} imports {entry.target}"
        for entry, top in tops
        if top != PACKAGE
        and top not in sys.stdlib_module_names
        and not (top in THIRD_PARTY and entry.importer.startswith(THIRD_PARTY[top]))
    ]


def cycle(modules: Mapping[str, str]) -> list[str]:
    return find_cycle(
        {
            name: {found.target for found in inner_imports(modules, name)} - {name}
            for name in modules
        }
    )


def test_every_module_has_a_layer() -> None:
    assert len(MODULES) > 5
    strays = {name for name in MODULES if layer(name) not in LAYERS}
    assert not strays, f"add the layer of {sorted(strays)} to LAYERS, where its arrows point up"


def test_imports_point_one_way() -> None:
    found = wrong_way(MODULES)
    assert not found


def test_no_cycles_between_modules() -> None:
    found = cycle(MODULES)
    assert not found


def test_no_imports_by_computed_name() -> None:
    found = hidden(MODULES)
    assert not found


def test_exempt_functions_exist() -> None:
    for module, function in LATE_IMPORTS:
        assert f"def {function}(" in MODULES[module]


def test_only_listed_packages_are_imported() -> None:
    found = foreign(MODULES)
    assert not found


def test_module_names_say_what_is_inside() -> None:
    assert not {name for name in MODULES if set(name.split(".")) & VAGUE_NAMES}


def too_long(sources: Mapping[str, str]) -> dict[str, int]:
    """Modules that nobody reads in one go, with their lines."""
    sizes = {name: text.count("\n") for name, text in sources.items()}
    return {name: lines for name, lines in sizes.items() if lines > MOST_LINES}


def test_modules_are_small() -> None:
    assert not too_long(MODULES)


def test_modules_of_tests_are_small() -> None:
    tests = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in TESTS.rglob("*.py")}
    assert len(tests) > 100
    assert not too_long(tests), "split them by subject, with what they share beside them"


# The checks themselves: each must be able to fail.


@pytest.mark.parametrize(
    ("module", "text", "expected"),
    [
        ("state", "import ipam_model.world", ["ipam_model.state:1 imports ipam_model.world"]),
        ("state", "from ipam_model import world", ["ipam_model.state:1 imports ipam_model.world"]),
        ("state", "from ipam_model import X", ["ipam_model.state:1 imports ipam_model"]),
        ("state", "from . import world", ["ipam_model.state:1 imports ipam_model.world"]),
        ("state", "from .world import run", ["ipam_model.state:1 imports ipam_model.world"]),
        ("rules", "from .state import Eni", []),  # inside a package a dot is that package
        (
            "state",
            "def late():\n    from ipam_model.world import run",
            ["ipam_model.state:2 imports ipam_model.world"],
        ),
        ("catalogue", "def _import_rules():\n    import ipam_model.world", []),
        (
            "catalogue",
            "import ipam_model.world",
            ["ipam_model.catalogue:1 imports ipam_model.world"],
        ),
        ("state", "import ipam_model.newcomer", ["ipam_model.state:1 imports ipam_model.newcomer"]),
        (
            "world",
            "from ipam_model.state import Eni\nfrom ipam_model import state\nimport json",
            [],
        ),
    ],
)
def test_wrong_arrows_are_found(module: str, text: str, expected: list[str]) -> None:
    modules = dict.fromkeys(
        ("ipam_model", "ipam_model.state", "ipam_model.world", "ipam_model.rules.warm"), ""
    )
    assert wrong_way(modules | {f"ipam_model.{module}": text}) == expected


def test_cycles_are_found() -> None:
    two = {
        "ipam_model.daemon.pool": "from ipam_model.daemon import growth",
        "ipam_model.daemon.growth": "def f():\n    from ipam_model.daemon.pool import tick",
    }
    assert set(cycle(two)) == set(two)
    assert not cycle(two | {"ipam_model.daemon.growth": ""})


@pytest.mark.parametrize(
    "text",
    ["importlib.import_module(name)", "import_module(name)", "x = __import__('json')"],
)
def test_hidden_imports_are_found(text: str) -> None:
    assert hidden({"ipam_model.state": text}) == ["ipam_model.state:1"]
    assert not hidden({"ipam_model.cli.main": text})
    assert not hidden({"ipam_model.catalogue": f"def _import_rules():\n    {text}"})


def test_long_modules_are_found() -> None:
    fits = "x = 1\n" * MOST_LINES
    assert too_long({"fits": fits, "long": fits + "y = 2\n"}) == {"long": MOST_LINES + 1}


def test_foreign_imports_are_found() -> None:
    assert foreign({"ipam_model.state": "import z3.z3core"}) == [
        "ipam_model.state:1 imports z3.z3core"
    ]
    assert foreign({"ipam_model.state": "import z3"}) == ["ipam_model.state:1 imports z3"]
    assert not foreign({"ipam_model.state": "from attrs import frozen\nimport json"})
    assert not foreign({"ipam_model.symbolic": "import z3"})
