"""The command line: see `tools.detection`."""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from ipam_model.wrong_models import WRONG_MODELS
from tools.detection import page
from tools.detection.trial import TRANSPORTS, Trial, trial


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the wrong models; exit code 1 if one is missed without a reason, or out of date."""
    parsed = _parser().parse_args(arguments)
    if parsed.check:
        return _check()
    unknown = [name for name in parsed.only if name not in WRONG_MODELS]
    if unknown:
        print(f"no wrong model is called {', '.join(unknown)}", file=sys.stderr)
        return 2
    found = page.load()
    names = parsed.only or list(WRONG_MODELS)
    if parsed.resume:
        names = [name for name in names if name not in found]
    jobs = [(name, transport) for name in names for transport in TRANSPORTS]
    with ProcessPoolExecutor(parsed.jobs) as pool:
        for (name, transport), one in zip(jobs, pool.map(_judge, jobs), strict=True):
            found.setdefault(name, {})[transport] = one
            print(f"{name}, {transport}: {_shown(one)}", flush=True)
            page.store(found)
    found = page.load()
    page.PAGE.write_text(page.page(found), "utf-8")
    problems = list(page.unexplained(found))
    for line in problems:
        print(line)
    return int(bool(problems))


def _judge(job: tuple[str, str]) -> Trial:
    name, transport = job
    return trial(WRONG_MODELS[name], transport)


def _shown(one: Trial) -> str:
    where = f"by {one.area} ({one.aspect})" if one.area else "not noticed"
    return f"{where}, {one.plans} plans, {one.seconds:.1f} s"


def _check() -> int:
    found = page.load()
    problems = list(page.unexplained(found))
    if not page.PAGE.exists() or page.PAGE.read_text("utf-8") != page.page(found):
        problems.append(f"{page.PAGE.name} is out of date: run python -m tools.detection")
    for line in problems:
        print(line)
    return int(bool(problems))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.detection", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="judge these alone")
    parser.add_argument("--resume", action="store_true", help="judge what is not on record")
    parser.add_argument("--check", action="store_true", help="judge nothing: is the page current?")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    return parser


if __name__ == "__main__":
    sys.exit(main())
