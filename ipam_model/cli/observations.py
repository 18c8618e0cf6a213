"""`ipam-model trace check --observations`, and `trace thin`: partial observations of a node."""

import argparse
import json
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import evolve

from ipam_model.cli.durations import duration
from ipam_model.cli.exit_codes import ACCEPTED, INCONCLUSIVE, REJECTED
from ipam_model.cli.interruption import UntilInterrupted
from ipam_model.cli.node_options import add_node_options, nodes, whole_number
from ipam_model.cli.node_text import governing_settings, size_text
from ipam_model.cli.remarks import print_remarks, remarks_as_json
from ipam_model.cli.teaching import Example, teach
from ipam_model.config import Version, parse_settings_of
from ipam_model.errors import InputError
from ipam_model.inspection.counted import counted
from ipam_model.nodes import NodeSetup
from ipam_model.partial.follow import Followed, Rejected, Unseen, follow, watched
from ipam_model.partial.reading import read_observations
from ipam_model.partial.sample import Kind
from ipam_model.partial.thinning import Thinner
from ipam_model.rules.timing import SECOND
from ipam_model.settings import shipped_defaults
from ipam_model.trace.check import max_pods_of
from ipam_model.trace.document import STDIN, Trace, read_trace

KINDS = [kind.value for kind in Kind]


def add_observation_options(parser: argparse.ArgumentParser) -> None:
    """Add to `trace check` what partial observations need."""
    group = parser.add_argument_group(
        "partial observations",
        "Of a node that is described by the options below, only some things are seen. Whatever "
        "else happens in between is searched for.",
    )
    group.add_argument(
        "--observations",
        choices=KINDS,
        help="what the one PATH, or the standard input, shows: JSON lines of statistics, answers "
        "of /v1/enis after their time, or ipamd's log",
    )
    group.add_argument(
        "--faults",
        type=whole_number,
        metavar="N",
        help="so many things may go wrong unseen: failing calls, restarts, changes by others",
    )
    group.add_argument(
        "--pod-events",
        type=whole_number,
        metavar="N",
        help="so many pods may come and go between two observations unseen; without it, what "
        "cooling addresses show, and any number where none are shown",
    )
    group.add_argument(
        "--may-be-cordoned", action="store_true", help="the node may be cordoned unseen"
    )
    group.add_argument(
        "--set-aside",
        type=whole_number,
        metavar="N",
        help="so many attached ENIs may be unmanaged, or in excluded subnets",
    )
    group.add_argument(
        "--longest-pause",
        type=duration,
        metavar="SECONDS",
        help="two passes of the daemon's loop begin no further apart (default: 120, at least 5)",
    )
    add_node_options(parser)


def add_thin_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `trace thin`."""
    parser = commands.add_parser(
        "thin",
        help="turn an ipam-trace/1 file into partial observations",
        description="Prints what statistics, introspection or the log would have shown of a "
        "recording, up to a change of its settings, and on standard error the options with which "
        "to check that.",
    )
    parser.add_argument(
        "path", type=Path, metavar="FILE", help="a trace file; - is the standard input"
    )
    parser.add_argument("--observations", choices=KINDS, required=True, help="what is left")
    parser.add_argument(
        "--every",
        type=duration,
        default=0,
        metavar="SECONDS",
        help="observations are no closer than this; a log has its own pace",
    )
    parser.add_argument(
        "--json", action="store_true", help="as everywhere; what is printed is the same"
    )
    teach(
        parser,
        Example(
            "what the log would have shown of a recording",
            "ipam-model trace thin --observations log examples/traces/drain-143.jsonl",
        ),
        Example(
            "its statistics, once a minute",
            "ipam-model trace thin --observations statistics --every 60 \\\n"
            "    examples/traces/drain-143.jsonl",
        ),
        exit_codes="0 printed; 2 bad input",
    )
    parser.set_defaults(func=run_thin)


def refuse_without_observations(arguments: argparse.Namespace) -> None:
    """Complain about options that need `--observations`; a recording describes its own node."""
    given = {
        "--faults": arguments.faults is not None,
        "--pod-events": arguments.pod_events is not None,
        "--may-be-cordoned": arguments.may_be_cordoned,
        "--set-aside": arguments.set_aside is not None,
        "--longest-pause": arguments.longest_pause is not None,
        "--instance-type": bool(arguments.instance_types),
        "--limits": arguments.limits is not None,
        "--manifest": bool(arguments.manifests),
        "--node-group": bool(arguments.node_groups),
        "--set": bool(arguments.assignments),
        "--max-pods": arguments.max_pods is not None,
        "--subnet-free": arguments.subnet_free is not None,
        "--version": arguments.version != Version.V1_23.value,
        "--no-quirk": bool(arguments.repaired),
    }
    for option, is_given in given.items():
        if is_given:
            raise InputError(
                f"{option} is for --observations; a recording says itself what node it is of"
            )


def run_observations(arguments: argparse.Namespace) -> int:
    """Follow one stream of partial observations."""
    if len(arguments.paths) != 1:
        raise InputError("--observations follows one stream; give one PATH, or - for its input")
    if arguments.coverage:
        raise InputError("--coverage is for recordings; partial observations execute no rules")
    if arguments.subnet_free is not None:
        raise InputError("--subnet-free is of no use here; growth that fails is one of --faults")
    node = _one_node(nodes(arguments))
    unseen = Unseen(
        faults=arguments.faults or 0,
        pod_events=arguments.pod_events,
        may_be_cordoned=arguments.may_be_cordoned,
        set_aside=arguments.set_aside or 0,
        longest_pause=arguments.longest_pause or 120 * SECOND,
    )
    watched(node.config, node.max_pods, unseen)  # Complains of nodes that cannot be followed.
    kind, path = Kind(arguments.observations), arguments.paths[0]
    if not arguments.json:
        print_remarks([node])
        source = "standard input" if path == STDIN else path
        assumed = ", assumed" if node.max_pods_assumed else ""
        print(
            f"{source}: following {kind.value} of {node.name}: {size_text(node)}, max pods "
            f"{node.max_pods}{assumed}, {governing_settings(node)}",
            flush=True,
        )
    stream = read_observations(path, kind, node.config)
    samples = UntilInterrupted(stream.samples)
    followed = follow(evolve(stream, samples=samples), node.config, node.max_pods, unseen)
    if arguments.json:
        print(json.dumps(_as_json(followed, node, interrupted=samples.interrupted), indent=2))
    else:
        for line in _lines(followed):
            print(line)
        if samples.interrupted:
            print("interrupted")
    rejected = followed.rejected
    if rejected is None:
        return ACCEPTED
    return INCONCLUSIVE if rejected.undecided else REJECTED


def run_thin(arguments: argparse.Namespace) -> int:
    """Print what is left of a recording."""
    trace = read_trace(arguments.path)
    if trace.dialect.version is not Version.V1_23:
        raise InputError(
            f"{trace.path}: recorded from {trace.dialect.models}; partial observations are those "
            f"of {Version.V1_23.value}"
        )
    thinner = Thinner(trace, Kind(arguments.observations), arguments.every)
    for line in thinner.lines():
        print(line.text)
    sys.stdout.flush()
    print(f"check it with: {shlex.join(options_of(trace, thinner))}", file=sys.stderr)
    return ACCEPTED


def options_of(trace: Trace, thinner: Thinner) -> Iterator[str]:
    """The options of `trace check` for what a recording was thinned to."""
    yield from ("--observations", thinner.kind.value)
    limits = thinner.config.limits
    yield from ("--limits", f"{limits.max_enis},{limits.ipv4_per_eni}")
    yield from ("--max-pods", str(max_pods_of(trace)))
    env = trace.header.table("env")
    without = parse_settings_of(thinner.config.version, env).settings
    for name, text in sorted(shipped_defaults().items()):
        shipped = parse_settings_of(thinner.config.version, {**env, name: text}).settings
        if name not in env and shipped != without:
            yield from ("--set", f"{name}=")
    for name, text in env.items():
        yield from ("--set", f"{name}={text}")
    if thinner.faults:
        yield from ("--faults", str(thinner.faults))
    if thinner.cordons and thinner.kind is not Kind.STATISTICS:
        yield "--may-be-cordoned"


def _one_node(described: tuple[NodeSetup, ...]) -> NodeSetup:
    if len(described) != 1:
        names = ", ".join(node.name for node in described[:4])
        raise InputError(
            f"observations are of one node, but these are {len(described)}: {names}; "
            "choose with --instance-type or --node-group"
        )
    return described[0]


# -- what is printed -----------------------------------------------------------------------------


def _lines(followed: Followed) -> Iterator[str]:
    rejected = followed.rejected
    if rejected is not None:
        rule = f", rule {rejected.rule}" if rejected.rule else ""
        where = f"{followed.name}:{rejected.line}"
        yield f"{where}: {followed.verdict} at observation {rejected.number}{rule}"
        yield f"    saw:     {rejected.seen}"
        if rejected.before:
            yield f"    before:  {rejected.before}"
        for number, allowed in enumerate(rejected.allowed):
            yield f"    {'         ' if number else 'allowed: '}{allowed}"
    parts = [
        f"{counted(followed.samples, 'observation')} over {followed.seconds:g} s explained",
        f"{counted(followed.states, 'state')} left, at most {followed.most_states} at a time",
    ]
    if followed.deviations:
        parts.append(f"begun anew {counted(followed.deviations, 'time')} (--faults)")
    if followed.skipped:
        parts.append(f"{counted(followed.skipped, 'other line')} skipped")
    yield f"{followed.name}: {followed.verdict}; {'; '.join(parts)}"


def _as_json(followed: Followed, node: NodeSetup, *, interrupted: bool) -> Mapping[str, object]:
    rejected = followed.rejected
    return {
        "path": followed.name,
        "observations": followed.kind.value,
        "node": {
            "name": node.name,
            "max_pods": node.max_pods,
            "max_pods_assumed": node.max_pods_assumed,
            "diagnostics": remarks_as_json(node),
        },
        "verdict": followed.verdict,
        "explained": followed.samples,
        "seconds": followed.seconds,
        "states": followed.states,
        "most_states": followed.most_states,
        "deviations": followed.deviations,
        "skipped": followed.skipped,
        "interrupted": interrupted,
        "rejected": None if rejected is None else _rejected(rejected),
    }


def _rejected(rejected: Rejected) -> Mapping[str, object]:
    return {
        "line": rejected.line,
        "observation": rejected.number,
        "rule": rejected.rule,
        "seen": rejected.seen,
        "before": rejected.before,
        "allowed": list(rejected.allowed),
        "undecided": rejected.undecided,
    }
