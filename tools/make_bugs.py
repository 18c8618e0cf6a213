"""Hunt for every bug of the survey, and write docs/bugs.md.

    python -m tools.make_bugs                # what was not hunted for yet, then the page
    python -m tools.make_bugs --again        # hunt for all anew (ten minutes of a free processor)
    python -m tools.make_bugs --only NAME …  # anew for wrong models or findings of these names
    python -m tools.make_bugs --most 60      # give up a hunt after so many stories, of 400
    python -m tools.make_bugs --check        # is the page current? hunts for nothing

The hunts are kept in tools/bugs/measured.json.
"""

import argparse
import sys
from collections.abc import Sequence

from attrs import evolve

from tools.bugs import measured
from tools.bugs.bug import Known, WrongModel
from tools.bugs.hunt import MOST, Catch, findings_if_directed, hunt
from tools.bugs.page import PAGE, page
from tools.bugs.table import BUGS
from tools.kill_matrix.record import load


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 if `--check` finds the page out of date."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.make_bugs", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--again", action="store_true", help="hunt for all anew, not for what is missing"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=(),
        metavar="NAME",
        help="hunt anew for wrong models or findings of these names",
    )
    parser.add_argument(
        "--most",
        type=int,
        default=MOST,
        metavar="STORIES",
        help=f"give up a hunt after so many ({MOST})",
    )
    parser.add_argument(
        "--check", action="store_true", help="is the page current? hunts for nothing"
    )
    options = parser.parse_args(arguments)
    if options.most < 1:
        parser.error(f"--most {options.most}: a hunt tells 1 story or more")
    if options.check:
        found = out_of_date()
        for each in found:
            print(each, file=sys.stderr)
        return int(bool(found))
    wanted = measured.preys(BUGS)
    unknown = [each for each in options.only if not any(n.endswith(f" {each}") for n in wanted)]
    if unknown:
        print(f"no wrong model or finding of the table: {', '.join(unknown)}", file=sys.stderr)
        return 2
    caught = {name: each for name, each in measured.read().items() if name in wanted}
    missing = [
        name
        for name in wanted
        if options.again or name not in caught or name.split()[-1] in options.only
    ]
    for name in missing:
        caught[name] = directed(wanted[name], hunt(wanted[name], most=options.most))
        measured.FILE.write_text(measured.write(caught), "utf-8")
        print(f"{name}: {caught[name].by or 'not found'} ({caught[name].examples})", flush=True)
    measured.FILE.write_text(measured.write(caught), "utf-8")
    PAGE.write_text(page(BUGS, caught), "utf-8")
    return 0


def directed(prey: WrongModel | Known, catch: Catch) -> Catch:
    """The same, with what the directed stories of the kill matrix show of what was not found."""
    if catch.found:
        return catch
    if isinstance(prey, Known):
        of, group = findings_if_directed().get(prey.finding, ("", ""))
    else:
        record = load().models.get(prey.id)
        kills = {} if record is None else record.kills
        of = min(kills, key=lambda each: kills[each].number, default="")
        group = kills[of].group if of else ""
    return evolve(catch, directed=f"directed: {of} among stories `{group}`") if of else catch


def out_of_date() -> list[str]:
    """What is wrong with the page and the hunts that are kept; no clock is asked."""
    caught, wanted = measured.read(), measured.preys(BUGS)
    found = [f"{name} was not hunted for" for name in wanted if name not in caught]
    found += [f"{name} is kept, but not in the table" for name in caught if name not in wanted]
    if not found and (not PAGE.is_file() or PAGE.read_text("utf-8") != page(BUGS, caught)):
        found.append(f"{PAGE.name} is out of date: run python -m tools.make_bugs")
    return found


if __name__ == "__main__":
    sys.exit(main())
