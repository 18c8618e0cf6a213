"""What `ipam-model doctor` tries: each part, in the smallest way that really runs it."""

import json
from collections.abc import Callable
from importlib.metadata import entry_points
from importlib.resources import files
from io import StringIO
from typing import Final

from attrs import frozen

from ipam_model import MODELS
from ipam_model.catalogue import catalogue
from ipam_model.config import Version
from ipam_model.errors import ModelError
from ipam_model.inspection.counted import counted
from ipam_model.limits import Catalogue
from ipam_model.nodes import NodeSetup
from ipam_model.settings import shipped_defaults
from ipam_model.simulation.over_pods import over_pods
from ipam_model.simulation.rows import NodeRun

EXTRAS: Final[dict[str, tuple[str, ...]]] = {
    "solver": ("z3-solver", "cvc5"),
    "testing": ("hypothesis", "pytest"),
    "plots": ("matplotlib",),
    "progress": ("tqdm",),
    "yaml": ("pyyaml",),
    "scenarios": ("cattrs", "jsonschema-rs"),
    "fast": ("numba", "numpy"),
    "completion": ("shtab",),
}
"""The packages that each extra installs."""

TYPE: Final = "m5.large"
LIMITS: Final = (2, 3)
PODS: Final = 12


@frozen
class Check:
    """Something that can be done with the package."""

    name: str
    extra: str | None
    """The extra that it needs, if any."""
    package: str | None
    """That one of the extra's packages that must be there; all of them if `None`."""
    run: Callable[[], str]
    """Does it; what came of it, in a few words. Raises whatever goes wrong."""

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages that it needs, besides the core's."""
        if self.package is not None:
            return (self.package,)
        return EXTRAS[self.extra] if self.extra is not None else ()


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ModelError(what)


def _node() -> NodeSetup:
    return NodeSetup(
        name=TYPE, limits=Catalogue.bundled().get(TYPE), env=shipped_defaults(), max_pods=29
    )


def _simulated() -> NodeRun:
    return over_pods(_node(), [0, PODS])


# -- the core ------------------------------------------------------------------------------------


def _rules() -> str:
    return f"{len(catalogue())} rules, of {MODELS}"


def _versions() -> str:
    return ", ".join(each.value for each in Version)


def _instance_types() -> str:
    return f"{len(Catalogue.bundled())} types, as amazon-vpc-cni-k8s v1.23.1 lists them"


def _schemas() -> str:
    data = files("ipam_model").joinpath("data").iterdir()
    schemas = [each for each in data if each.name.endswith(".schema.json")]
    for each in schemas:
        _require("$id" in json.loads(each.read_text("utf-8")), f"{each.name} has no $id")
    _require(bool(schemas), "no schema is there")
    return f"{len(schemas)} JSON Schemas"


def _vectors() -> str:
    from ipam_model.vectors.files import MODELS as RELEASES
    from ipam_model.vectors.files import suite

    counts = [f"{len(suite(version).vectors)} of {version}" for version in RELEASES]
    return f"test vectors: {', '.join(counts)}"


def _simulate() -> str:
    row = _simulated().rows[-1]
    _require(row.quantities.assigned == PODS, f"{row.quantities.assigned} of {PODS} pods served")
    return f"{TYPE} with {PODS} pods reserves {row.quantities.reserved} addresses"


# -- with an extra -------------------------------------------------------------------------------


def _yaml() -> str:
    from ipam_model.manifests.parse import Position, parse

    found = list(parse("env: [{name: WARM_IP_TARGET, value: '5'}]", Position("doctor.yaml")))
    _require(len(found) == 1, f"{len(found)} documents were read, not 1")
    return "a manifest is read"


def _scenarios() -> str:
    from ipam_model.scenario.judging import JudgedRun
    from ipam_model.scenario.reading import parse_scenario

    document = {
        "schema": "ipam-scenario/1",
        "node": {"instance_type": TYPE, "env": {"ENABLE_IPv4": "true", "WARM_IP_TARGET": "5"}},
        "ec2": {"subnets": [{"id": "subnet-a", "free": 500}]},
        "events": [{"kind": "start"}, {"kind": "pods_add", "count": 3}],
    }
    scenario, _ = parse_scenario(json.dumps(document), "doctor.json")
    judged = JudgedRun(scenario)
    steps = list(judged.steps())
    _require(not judged.unexplained(), "a property is violated")
    return f"a scenario of {len(steps)} events holds"


def _z3() -> str:
    from ipam_model.proving.check import Solver

    return _proved(Solver.Z3)


def _cvc5() -> str:
    from ipam_model.proving.check import Solver

    return _proved(Solver.CVC5)


def _proved(solver: object) -> str:
    from ipam_model.proving.check import Solver, check
    from ipam_model.proving.judging import Verdict
    from ipam_model.theorems.index import theorems

    theorem = theorems()["never_short_and_over"]
    result = check(theorem, solver=Solver(solver))
    _require(result.verdict is Verdict.PROVED, f"{theorem.name}: {result.verdict.value}")
    return f"proves {theorem.name}"


def _fast() -> str:
    from ipam_model.counting import explorer, fast
    from ipam_model.counting.model import counting_model
    from ipam_model.limits import InstanceLimits

    node = NodeSetup(
        name="2x3", limits=InstanceLimits.simple(*LIMITS), env=shipped_defaults(), max_pods=4
    )
    model = counting_model(node.config, max_pods=node.max_pods, pods=node.max_pods)
    quick, plain = fast.explore(model), explorer.explore(model)
    _require(quick.states == plain.states, f"{quick.states} states, not {plain.states}")
    return f"numba compiles; {quick.states} states of a small node, as without it"


def _plots() -> str:
    from ipam_model.simulation import plots

    picture = plots.draw([_simulated()], over="pods", title="doctor", kind="svg")
    return f"a picture of {len(picture):,} bytes"


def _progress() -> str:
    from ipam_model.cli.progress import bar

    shown = StringIO()
    with bar(2, " checks", shown, delay=0.0) as each:
        each.update(1)
    _require("/2" in shown.getvalue(), "the bar shows nothing")
    return "a bar is drawn"


def _testing() -> str:
    from ipam_model.conformance.datastore_reference import ReferenceDatastore
    from ipam_model.testing.conformance.checking import check_conformance

    report = check_conformance(
        ReferenceDatastore, examples=1, steps=3, areas=["cooldown"], only_report=True
    )
    _require(not report.failures, "the model does not conform to itself")
    plugins = [each.value for each in entry_points(group="pytest11")]
    _require("ipam_model.pytest_plugin" in plugins, "pytest does not know of the plugin")
    return (
        f"the model conforms to itself in {counted(report.tried, 'plan')}; pytest knows the plugin"
    )


def _completion() -> str:
    from ipam_model.cli.completion import SHELLS, script
    from ipam_model.cli.main import build_parser

    made = {shell: script(build_parser(["doctor"]), shell) for shell in SHELLS}
    for shell, text in made.items():
        _require("doctor" in text, f"the script for {shell} does not know the commands")
    return f"scripts for {', '.join(made)}"


CHECKS: Final = (
    Check("rules", None, None, _rules),
    Check("versions", None, None, _versions),
    Check("instance types", None, None, _instance_types),
    Check("schemas", None, None, _schemas),
    Check("vectors", None, None, _vectors),
    Check("simulate", None, None, _simulate),
    Check("manifests", "yaml", None, _yaml),
    Check("scenarios", "scenarios", None, _scenarios),
    Check("prove with z3", "solver", "z3-solver", _z3),
    Check("prove with cvc5", "solver", "cvc5", _cvc5),
    Check("explore at speed", "fast", None, _fast),
    Check("conform, pytest", "testing", None, _testing),
    Check("pictures", "plots", None, _plots),
    Check("progress bars", "progress", None, _progress),
    Check("shell completion", "completion", None, _completion),
)
"""All there is to try, in the order of the report."""
