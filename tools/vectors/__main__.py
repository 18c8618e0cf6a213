"""Chooses the step vectors and writes all files of a version: see `tools.vectors`."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from attrs import evolve

from ipam_model.scenario.reading import read_scenario
from ipam_model.vectors.emitting import emit, of_scenario, step_vector
from ipam_model.vectors.files import MODELS, folder, line
from ipam_model.vectors.steps import StepCase, certain, judge, moments
from ipam_model.vectors.titles import title
from tests.shared import ROOT
from tools.vectors.choosing import Candidate, caught, choose
from tools.vectors.nodes import Setup, setups
from tools.vectors.walks import Found, walk
from tools.vectors.written import Written, written

EXAMPLES: Final = ROOT / "examples"
MOST_BYTES: Final = {"v1.23": 950_000, "v1.7": 250_000}
"""Of the step vectors of a version."""
PROCESSES: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Choose and write, or say what is different from what is there; then 1."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.vectors", description="Choose the step vectors, and write all files."
    )
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    parsed = parser.parse_args(arguments)
    # Several issues may have the same scenario: the first tells.
    candidates = list({_asked(each): each for each in reversed([*_candidates()])}.values())[::-1]
    stale = False
    for version in MODELS:
        own = [each for each in candidates if each.found.case.node.version == version]
        chosen = list(choose(own, MOST_BYTES[version]))
        shown = {name for each in chosen for name in each.caught}
        print(f"{version}: {len(chosen)} of {len(own)} cases, {len(shown)} wrong models caught")
        made = emit(version, [each.found.case for each in chosen])
        target = Path(str(folder(version)))
        target.mkdir(exist_ok=True)
        there = {each.name: each.read_text("utf-8") for each in target.glob("*.json")}
        if parsed.check:
            stale |= made != there
            continue
        for name in there.keys() - made.keys():
            (target / name).unlink()
        for name, text in made.items():
            (target / name).write_text(text, "utf-8")
    return int(stale)


def _asked(candidate: Candidate) -> str:
    """What the vector asks, and nothing else."""
    return repr(evolve(candidate.found.case, title="", flags=(), source=""))


def _candidates() -> Iterator[Candidate]:
    """Those of scenarios that are shipped as examples, those that are written, those of walks."""
    files = sorted((EXAMPLES / "regressions").glob("*.json"))
    with ProcessPoolExecutor(PROCESSES) as pool:
        for one in pool.map(_of_scenario, [each for each in files if each.name != "index.json"]):
            yield from one
        yield from map(_of_written, written())
        for one in pool.map(_of_walk, setups()):
            yield from one


def _of_scenario(file: Path) -> list[Candidate]:
    scenario, _ = read_scenario(file)
    if scenario.node.version not in MODELS:
        return []
    found = []
    for case, judged in moments(of_scenario(scenario)):
        name = f"{scenario.title}. {title(case.event, judged)}"
        told = evolve(case, title=name, flags=("regression",))
        found.append(_candidate(Found(told, judged), issue=file.stem))
    return found


def _of_written(one: Written) -> Candidate:
    case = one.case()
    judged = judge(case)
    name = f"{_upper(case.title)}. {title(case.event, judged)}"
    found = Found(evolve(case, title=name, flags=_flags(case)), judged)
    return _candidate(found, written=repr(one))


def _of_walk(setup: Setup) -> list[Candidate]:
    found = []
    for each in walk(setup):
        name = f"{_upper(setup.name)}. {title(each.case.event, each.judged)}"
        found.append(
            _candidate(Found(evolve(each.case, title=name, flags=_flags(each.case)), each.judged))
        )
    print(f"{setup.name}: {len(found)}", file=sys.stderr, flush=True)
    return found


def _flags(case: StepCase) -> tuple[str, ...]:
    """A step is at a boundary if just so much time went by before it."""
    last = case.history[-1] if case.history else None
    return ("boundary",) if last is not None and last.kind == "advance" else ()


def _upper(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _candidate(found: Found, *, issue: str = "", written: str = "") -> Candidate:
    vector = step_vector(found.case, found.judged)
    size = len(line(vector))
    return Candidate(found, caught(found), size, certain(found.case), issue, written)


if __name__ == "__main__":
    sys.exit(main())
