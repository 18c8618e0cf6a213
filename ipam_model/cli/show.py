"""`ipam-model show FILE`: what an operator has from a node, explained."""

import argparse
import json
import shutil
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs
from attrs import evolve, frozen

from ipam_model.cli.commands import summary
from ipam_model.cli.exit_codes import ACCEPTED, REJECTED
from ipam_model.cli.node_json import node_as_json
from ipam_model.cli.node_options import add_node_options, nodes, whole_number
from ipam_model.cli.node_text import governing_settings, quirks_text, size_text
from ipam_model.cli.remarks import print_remarks
from ipam_model.cli.show_text import observation_text, recovery_text
from ipam_model.cli.teaching import Example, teach
from ipam_model.config import Version
from ipam_model.errors import InputError
from ipam_model.inspection import checkpoint, introspection
from ipam_model.inspection.checkpoint import StoredAssignments
from ipam_model.inspection.forecast import Forecast
from ipam_model.inspection.instants import LATEST, format_instant, parse_instant
from ipam_model.inspection.introspection import Observation
from ipam_model.inspection.json_text import Found, decode, find
from ipam_model.inspection.recovery import recovery
from ipam_model.inspection.report import NodeReport, report
from ipam_model.limits import Catalogue
from ipam_model.nodes import NodeSetup

_WELL_KNOWN: Final = ("t3.", "m5.", "c5.")
"""Families to name as examples."""

AS_SHIPPED: Final = (
    "the settings are not in the output; taken as shipped (--set, --manifest say otherwise)"
)
PASSES: Final = 60
"""Looked ahead where nobody says how many."""
_NARROWEST: Final = 60
"""Columns a line gets even in a narrower terminal."""

EXPECTED: Final = (
    "what `curl -s http://localhost:61679/v1/enis` prints on the node, or a checkpoint file "
    "(ipam.json)"
)


@frozen(kw_only=True)
class Subject:
    """What was read, with what it is read."""

    file: str
    kind: str
    node: NodeSetup
    observed: int
    """Milliseconds since 1970."""
    observed_from: str
    """Where that instant comes from."""
    remarks: tuple[str, ...]


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `show` to the command line."""
    parser = subparsers.add_parser(
        "show",
        help=summary("show"),
        description="Explains what a node holds: which rule keeps each ENI and each address, what "
        "is over or short, and what the next passes of the loop would do.",
    )
    parser.add_argument(
        "file", metavar="FILE", help=f"{EXPECTED}; - reads it from the standard input"
    )
    add_node_options(parser)
    looked = parser.add_argument_group("when it was seen, and how far to look ahead")
    looked.add_argument(
        "--at",
        metavar="TIME",
        help="when the output was made (RFC 3339); without it the Date header if there is one, "
        "else the file's time of change",
    )
    looked.add_argument(
        "--passes",
        type=whole_number,
        metavar="N",
        help=f"passes of the loop to look ahead, 5 s each; 0 = none (default: {PASSES})",
    )
    looked.add_argument(
        "--cordoned", action="store_true", help="the node is cordoned (R51); the output is silent"
    )
    looked.add_argument(
        "--checkpoint",
        metavar="FILE",
        help="the node's checkpoint file besides: what a restart would make of the node",
    )
    output = parser.add_argument_group("output")
    output.add_argument("--all", action="store_true", help="show every address")
    output.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    teach(
        parser,
        Example(
            "on the node: why does it hold these addresses, what will it do next?",
            "curl -s localhost:61679/v1/enis | \\\n    ipam-model show - --instance-type m5.large",
        ),
        Example(
            "with its settings, every address, and twice as far ahead",
            "ipam-model show enis.json --instance-type m5.large \\\n"
            "    --set WARM_IP_TARGET=5 --all --passes 120",
        ),
        Example(
            "what would a restart make of its checkpoint file?",
            "ipam-model show ipam.json --instance-type m5.large",
        ),
        exit_codes="0 nothing contradicts the invariants; 1 something does; 2 bad input",
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Explain the file; 1 if it shows a violated invariant.

    Raises `InputError` if the file cannot be read or the options do not describe one node.
    """
    if arguments.file == arguments.checkpoint == "-":
        raise InputError("FILE and --checkpoint are both -, and the standard input is read once")
    if "-" in arguments.manifests and "-" in (arguments.file, arguments.checkpoint):
        raise InputError("--manifest is - too, and the standard input is read once")
    name, data, changed = _read(arguments.file)
    found = find(name, decode(name, data), _recognise, EXPECTED)
    if found.kind == checkpoint.CHECKPOINT:
        _refuse_what_is_not_of_checkpoints(name, arguments)
        subject = _subject(arguments, found, _one_node(arguments, None), changed, None)
        _must_be_read(name, subject.node)
        recovered = recovery(checkpoint.read(found), subject.node)
        if arguments.json:
            print(_json(subject, {"recovery": attrs.asdict(recovered)}))
        else:
            _print(recovery_text(_head(subject), recovered, everything=arguments.all))
        fits = recovered.least_enis <= recovered.max_enis
        return ACCEPTED if recovered.fails is None and fits else REJECTED
    observation = introspection.read(found)
    node = _one_node(arguments, observation)
    subject = _subject(arguments, found, node, changed, observation.newest())
    stored = None if arguments.checkpoint is None else _checkpoint(arguments.checkpoint, node)
    try:
        explained = report(
            observation,
            node,
            subject.observed,
            passes=PASSES if arguments.passes is None else arguments.passes,
            cordoned=arguments.cordoned,
            stored=stored,
        )
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    if not (arguments.assignments or arguments.manifests):
        explained = evolve(explained, assumptions=(AS_SHIPPED, *explained.assumptions))
    if arguments.json:
        print(_json(subject, _explained(explained)))
    else:
        _print(observation_text(_head(subject), explained, everything=arguments.all))
    return REJECTED if explained.violated else ACCEPTED


def _refuse_what_is_not_of_checkpoints(name: str, arguments: argparse.Namespace) -> None:
    """Raise `InputError` if an option was given that says nothing about a checkpoint file."""
    given = {
        "--checkpoint": arguments.checkpoint is not None,
        "--passes": arguments.passes is not None,
        "--cordoned": arguments.cordoned,
    }
    wrong = [option for option, is_given in given.items() if is_given]
    if wrong:
        raise InputError(
            f"{name}: a checkpoint file; {', '.join(wrong)} go{'es' if len(wrong) == 1 else ''} "
            "with introspection output"
        )


def _must_be_read(name: str, node: NodeSetup) -> None:
    if node.version is Version.V1_7:
        raise InputError(
            f"{name}: v1.7 writes a checkpoint but recovers from the container runtime (H12); "
            "show introspection output alone, or give another --version"
        )


def _checkpoint(file: str, node: NodeSetup) -> StoredAssignments:
    name, data, _ = _read(file)
    _must_be_read(name, node)
    expected = "a checkpoint file (ipam.json)"
    return checkpoint.read(find(name, decode(name, data), checkpoint.recognise, expected))


def _read(file: str) -> tuple[str, bytes, int]:
    """Name for messages, content, and time of the last change in milliseconds since 1970."""
    if file == "-":
        return "standard input", sys.stdin.buffer.read(), int(time.time() * 1000)
    try:
        data = Path(file).read_bytes()
        return file, data, int(Path(file).stat().st_mtime * 1000)
    except OSError as error:
        raise InputError(f"{file}: {error.strerror}; give {EXPECTED}") from None


def _recognise(value: object) -> str | None:
    return introspection.recognise(value) or checkpoint.recognise(value)


def _one_node(arguments: argparse.Namespace, observation: Observation | None) -> NodeSetup:
    said = arguments.instance_types or arguments.manifests
    if not said and arguments.limits is None:
        raise InputError(f"no instance: give --instance-type or --limits{_hint(observation)}")
    described = nodes(arguments)
    if len(described) != 1:
        names = ", ".join(node.name for node in described[:3])
        names += ", …" if len(described) > 3 else ""
        raise InputError(
            f"{len(described)} nodes are described ({names}) and show explains one; "
            "give one --instance-type, or --node-group too"
        )
    if described[0].version is Version.ARTICLE_2021:
        raise InputError(
            "no node runs article-2021, so no output is one of its; give --version v1.23 or v1.7"
        )
    if not arguments.json:
        print_remarks(described)
    return described[0]


def _hint(observation: Observation | None) -> str:
    """Which types the fullest ENI and the number of ENIs fit, the first few of them."""
    if observation is None:
        return ", e.g. --instance-type m5.large"
    fullest = max((len(eni.cidrs) for card in observation.cards for eni in card.enis), default=0)
    enis = max((len(card.enis) for card in observation.cards), default=0)
    catalogue = Catalogue.bundled()
    fitting = sorted(
        (limits.ipv4_per_eni, not name.startswith(_WELL_KNOWN), limits.max_enis, name)
        for name, limits in ((name, catalogue.get(name)) for name in catalogue)
        if limits.ipv4_per_eni > fullest and limits.max_enis >= enis
    )
    text = f"; the fullest of its {enis} ENIs holds {fullest} CIDRs"
    if not fitting:
        return f"{text}, more than any known type allows: use --limits ENIS,ADDRESSES"
    least = fitting[0][0]
    return f"{text}, which fits types with {least} addresses per ENI or more, e.g. {fitting[0][-1]}"


def _subject(
    arguments: argparse.Namespace,
    found: Found,
    node: NodeSetup,
    changed: int,
    newest: int | None,
) -> Subject:
    remarks = [*found.remarks, *_of_another_version(found.kind, node)]
    if arguments.at is not None:
        try:
            observed, source = parse_instant(arguments.at), "--at"
        except InputError as error:
            raise InputError(f"--at: {error}") from None
    elif found.sent is not None:
        try:
            observed, source = parse_instant(found.sent) + 999, "the Date header"
        except InputError as error:
            raise InputError(f"{found.name}: its Date header: {error}; give --at") from None
    elif arguments.file == "-":
        observed, source = changed, "now"
    else:
        observed, source = changed, "when the file was changed last; --at says otherwise"
    if observed > LATEST:
        raise InputError(f"{found.name}: it was changed last in the far future; give --at")
    if newest is not None and newest > observed and arguments.at is None:
        remarks.append(
            f"the time {format_instant(observed)} ({source}) is before the newest in the output, "
            "which is taken instead"
        )
        observed, source = newest, "the newest instant in the output; --at says otherwise"
    return Subject(
        file=found.name,
        kind=found.kind,
        node=node,
        observed=observed,
        observed_from=source,
        remarks=tuple(remarks),
    )


def _of_another_version(kind: str, node: NodeSetup) -> Iterator[str]:
    old = kind in (introspection.ONE_STORE, introspection.POOLS)
    if old != (node.version is Version.V1_7) and kind in introspection.KINDS:
        yield (
            f"the rules applied are those of {node.version.value}, the output has the form of "
            f"{'an older' if old else 'a newer'} version; --version chooses the rules"
        )


def _head(subject: Subject) -> list[str]:
    node = subject.node
    assumed = " (assumed)" if node.max_pods_assumed else ""
    parts = (
        f"read as {node.name}",
        size_text(node),
        f"max pods {node.max_pods}{assumed}",
        node.version.value,
        quirks_text(node),
    )
    return [
        *(f"the node agent does not start with these settings: {each}" for each in node.refusals()),
        f"{subject.file}: {subject.kind}",
        ", ".join(part for part in parts if part),
        f"settings: {governing_settings(node)}",
        f"observed at {format_instant(subject.observed)} ({subject.observed_from})",
        *(f"note: {remark}" for remark in subject.remarks),
    ]


def _print(text: str) -> None:
    """Print text, its long lines wrapped and indented on a terminal."""
    if sys.stdout.isatty():
        width = max(shutil.get_terminal_size().columns, _NARROWEST)
        text = "\n".join(wrapped(line, width) for line in text.splitlines())
    print(text)


def wrapped(line: str, width: int) -> str:
    """A line wrapped to `width` columns, the rest of it indented further than its beginning."""
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _json(subject: Subject, content: dict[str, object]) -> str:
    document: dict[str, object] = {
        "file": subject.file,
        "kind": subject.kind,
        "node": node_as_json(subject.node),
        "observed": format_instant(subject.observed),
        "observed_from": subject.observed_from,
        "remarks": subject.remarks,
        **content,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _explained(explained: NodeReport) -> dict[str, object]:
    ahead, restarted = explained.forecast, explained.restart
    return {
        "assumptions": explained.assumptions,
        "contradictions": [attrs.asdict(each) for each in explained.contradictions],
        "cards": [attrs.asdict(card) for card in explained.cards],
        "ipv6": [attrs.asdict(each) for each in explained.ipv6],
        "forecast": None if ahead is None else _forecast(ahead),
        "restart": None if restarted is None else attrs.asdict(restarted),
    }


def _forecast(ahead: Forecast) -> dict[str, object]:
    return {
        "ending": ahead.ending.value,
        "period_s": ahead.period,
        "passes_run": ahead.after,
        "passes": [attrs.asdict(each) for each in ahead.passes],
    }
