"""Options of `ipam-model bound` for questions about bursts of pods."""

import argparse

from attrs import evolve

from ipam_model.bounds.answer import Question
from ipam_model.bounds.pace_question import PACED, paced
from ipam_model.cli.node_options import whole_number
from ipam_model.errors import InputError
from ipam_model.simulation.latencies import read_latencies


def add_pace_options(parser: argparse.ArgumentParser) -> None:
    """Add the options; `with_burst` reads them."""
    group = parser.add_argument_group("a burst of pods")
    group.add_argument(
        "--burst",
        type=whole_number,
        metavar="N",
        help="pods that come at once to the node at rest; without it as many as then fit",
    )
    group.add_argument(
        "--latencies",
        metavar="PRESET|FILE",
        help="time-to-serve: how long calls take: a preset (none, typical) or a JSON file",
    )
    group.add_argument(
        "--latency",
        action="append",
        default=[],
        metavar="CALL=SECONDS",
        help="the same for one call, e.g. AllocENI=1.5; may be given several times",
    )


def with_burst(question: Question, arguments: argparse.Namespace) -> Question:
    """The question with the burst and the latencies that were given.

    Raises:
        InputError: its quantity is not about bursts, or a latency makes no sense.
    """
    timed = arguments.latencies is not None or bool(arguments.latency)
    if arguments.burst is None and not timed:
        return question
    if arguments.burst is not None and question.quantity not in PACED:
        raise InputError(f"--burst goes with the quantities {', '.join(PACED)}")
    if timed and question.quantity != "time-to-serve":
        raise InputError("--latencies and --latency go with the quantity time-to-serve")
    latencies = read_latencies(arguments.latencies, arguments.latency)
    return evolve(paced(question), burst=arguments.burst, latencies=latencies)
