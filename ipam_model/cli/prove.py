"""`ipam-model prove`: the theorems, put to solvers."""

import argparse
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from textwrap import indent
from time import perf_counter
from typing import Final

from ipam_model.cli.commands import summary
from ipam_model.cli.complaints import complain
from ipam_model.cli.exit_codes import ACCEPTED, INCONCLUSIVE
from ipam_model.cli.node_options import positive_number
from ipam_model.cli.progress import progress
from ipam_model.cli.teaching import Example, teach
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.proving import exports, report, stability
from ipam_model.proving.check import SECONDS, Budget, Checker, Solver
from ipam_model.proving.judging import Refutation
from ipam_model.theorems import index
from ipam_model.theorems.theorem import Theorem, Tier

DEFAULT: Final = "z3, and cvc5 where it is installed"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `prove` to the command line."""
    parser = subparsers.add_parser(
        "prove",
        help=summary("prove"),
        description="Puts the theorems about the rules and the counting model to z3, with cvc5 as "
        "a second opinion. Every obligation is asked about in another process, with a limit on "
        "steps and on time; numbers that refute one are run through the model before they count.",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="theorems by name (default: all)")
    parser.add_argument(
        "--solver", choices=[each.value for each in Solver], help=f"(default: {DEFAULT})"
    )
    parser.add_argument(
        "--tier",
        choices=[each.value for each in Tier],
        default=Tier.FAST.value,
        help="of all theorems those that take no time, those that take half a minute as well, or "
        "also those for given numbers of ENIs, which take minutes (default: fast)",
    )
    parser.add_argument(
        "--mutants",
        action="store_true",
        help="also break every theorem in its listed ways: each must be refuted",
    )
    parser.add_argument(
        "--scenario",
        type=Path,
        metavar="DIR",
        help="also tell what each refutation means for a node, and write a scenario that ends in "
        "a state it speaks of, where there is one; takes seconds for each",
    )
    parser.add_argument(
        "--cores",
        action="store_true",
        help="also ask which premises the proofs need, and list those that none does",
    )
    parser.add_argument(
        "--time-out",
        type=positive_number,
        default=SECONDS,
        metavar="SECONDS",
        help=f"time per obligation; then its process is killed (default: {SECONDS:g})",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    instead = parser.add_argument_group("instead of the table").add_mutually_exclusive_group()
    instead.add_argument("--list", action="store_true", help="names and statements")
    instead.add_argument("--table", action="store_true", help="the same as a Markdown table")
    instead.add_argument(
        "--export", type=Path, metavar="DIR", help="write the questions as SMT-LIB 2 files"
    )
    instead.add_argument(
        "--certificate", type=Path, metavar="DIR", help="write cvc5's proofs as text"
    )
    instead.add_argument(
        "--seeds",
        type=positive_number,
        metavar="N",
        help="ask z3 with N random seeds: how much do its steps vary?",
    )
    parser.add_argument(
        "--format",
        choices=exports.FORMATS,
        default=exports.FORMATS[0],
        help=f"of --certificate (default: {exports.FORMATS[0]})",
    )
    teach(
        parser,
        Example(
            "all theorems that take no time",
            "ipam-model prove",
        ),
        Example(
            "what do they say?",
            "ipam-model prove --list",
        ),
        Example(
            "one theorem: would a wrong one be noticed?",
            "ipam-model prove warm_ip_invariants --mutants",
        ),
        Example(
            "the questions as files, for a solver of my own",
            "ipam-model prove warm_ip_invariants --export smt2",
        ),
        exit_codes="0 all proved (maybe modulo steps on paper, which are named); 1 one refuted, "
        "a mutant proved, or the solvers contradict each other; 2 bad input or no "
        "solver; 3 something is unknown",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Prove theorems, or do with them what the options say."""
    instead = (arguments.export, arguments.certificate, arguments.seeds)
    if arguments.scenario is not None and (
        arguments.json or arguments.list or arguments.table or instead != (None, None, None)
    ):
        raise InputError("--scenario goes with the printed table of verdicts only")
    if arguments.json and (arguments.list or arguments.table or instead != (None, None, None)):
        raise InputError("--json goes with the table of verdicts only")
    names: list[str] = arguments.ids
    chosen = tuple(
        each for each in index.named(names) if names or Tier(arguments.tier).covers(each.tier)
    )
    budget = Budget(seconds=arguments.time_out)
    if arguments.list:
        for each in chosen:
            print(f"{each.name}\n    {each.statement}")
        return ACCEPTED
    if arguments.table:
        print(report.markdown(chosen), end="")
        return ACCEPTED
    if arguments.export is not None:
        files = exports.export(chosen, arguments.export, budget)
        print(f"{counted(len(files), 'file')} in {arguments.export}")
        return ACCEPTED
    if arguments.certificate is not None:
        return _certify(chosen, arguments.certificate, arguments.format, budget)
    if arguments.seeds is not None:
        return _spread(chosen, arguments.seeds, budget)
    return _prove(chosen, budget, arguments)


def _prove(chosen: Sequence[Theorem], budget: Budget, arguments: argparse.Namespace) -> int:
    start = perf_counter()
    solver = Solver(arguments.solver or ("both" if find_spec("cvc5") else "z3"))
    table = report.Table(chosen, solver, budget, mutants=arguments.mutants)
    rows = []
    with (
        Checker(chosen, solver=solver, budget=budget, cores=arguments.cores) as checker,
        progress(len(chosen), " theorems") as bar,
    ):
        # Mutants are asked about between theorems, when no solver may be ahead.
        results = map(checker.check, chosen) if arguments.mutants else checker.check_all(chosen)
        for number, (theorem, result) in enumerate(zip(chosen, results, strict=True)):
            mutants = None
            if arguments.mutants:
                mutants = tuple(checker.check_mutant(theorem, each) for each in theorem.mutants)
            rows.append(report.Row(result=result, mutants=mutants))
            bar.update(1)
            bar.clear()
            if not arguments.json:
                head = [] if number else [table.head()]
                print("\n".join((*head, *table.lines(rows[-1]))), flush=True)
            if arguments.scenario is not None:
                _follow(rows[-1].refutations, arguments.scenario)
    if arguments.json:
        print(json.dumps(report.as_json(rows, solver, budget), indent=2, ensure_ascii=False))
    else:
        print("\n".join(report.summary(rows, perf_counter() - start)))
    return report.exit_code(rows)


def _follow(refutations: Sequence[Refutation], folder: Path) -> None:
    """Print what they mean for a node, and write the scenarios that show it."""
    from ipam_model.proving import decoding

    for each in refutations:
        found = decoding.decode(each.theorem, each.mutant, each.obligation.name, each.values)
        print(indent(decoding.told(found), "    "))
        file = decoding.write(found, folder)
        if file is not None:
            print(f"      written to {file}", flush=True)


def _certify(chosen: Sequence[Theorem], folder: Path, form: str, budget: Budget) -> int:
    files, complaints = exports.certificates(chosen, folder, form, budget)
    print(f"{counted(len(files), 'file')} in {folder}")
    for each in complaints:
        complain(f"no proof of {each}")
    return INCONCLUSIVE if complaints else ACCEPTED


def _spread(chosen: Sequence[Theorem], seeds: int, budget: Budget) -> int:
    failed = False
    width = max(len(each.name) for each in chosen)
    print(
        f"{'theorem':{width}}  variation  steps, least to most  of the obligation that varies most"
    )
    for theorem in chosen:
        found = [*stability.spreads([theorem], seeds, budget)]
        worst = max(found, key=lambda each: each.variation)
        alert = "  above 20 %" if worst.variation > stability.ALERT else ""
        steps = f"{min(worst.steps, default=0):,} to {max(worst.steps, default=0):,}"
        print(
            f"{theorem.name:{width}}  {worst.variation:9.1%}  {steps:20}  "
            f"{worst.obligation}{alert}".rstrip(),
            flush=True,
        )
        for each in found:
            for failure in each.failures:
                failed = True
                print(f"    {each.obligation} {failure}".rstrip())
    return INCONCLUSIVE if failed else ACCEPTED
