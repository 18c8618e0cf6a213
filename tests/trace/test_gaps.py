"""What a trace must tell, and what it cannot."""

import ast
import io
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ipam_model import faults
from ipam_model.environment import ANSWERS
from ipam_model.errors import InputError
from ipam_model.requests import PodObject
from ipam_model.state import PodKey
from ipam_model.trace.check import check_file
from ipam_model.trace.events import names_reason
from ipam_model.trace.write import TraceWriter
from tests.shared import ROOT
from tests.trace.lines import Line, write_lines
from tests.trace.lively_writers import LivelyWriter
from tests.trace.simulations import Scenario, world_of
from tests.trace.small import small_trace

IPV4 = {"ENABLE_IPv4": "true"}


def written(env: dict[str, str], cards: int = 1) -> tuple[LivelyWriter, io.StringIO]:
    stream = io.StringIO()
    world = world_of(Scenario(env=env, cards=cards))
    return LivelyWriter(world, stream, env=env, trace_id="a"), stream


def lines_of(stream: io.StringIO) -> list[Line]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


# -- network cards -------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["header", "state"])
def test_an_attached_eni_has_a_card_where_cards_are_told_apart(where: str, tmp_path: Path) -> None:
    writer, stream = written(IPV4 | {"ENABLE_MULTI_NIC": "true"}, cards=2)
    writer.init()
    lines = lines_of(stream)
    path = tmp_path / "trace.jsonl"
    assert check_file(write_lines(path, lines)).rejected is None
    holder: dict[str, Any] = lines[0] if where == "header" else lines[1]["state"]
    first = next(iter(holder["attached"].values()))
    assert first.pop("card") == 0
    with pytest.raises(InputError, match="'card'"):
        check_file(write_lines(path, lines))


# -- faults --------------------------------------------------------------------------------------


def test_a_fault_of_an_unknown_call_is_refused_with_the_calls_there_are(tmp_path: Path) -> None:
    lines = deepcopy(small_trace())
    (number,) = [n for n, line in enumerate(lines) if line.get("event", {}).get("call")]
    lines[number]["event"]["call"] = "FreeEni"
    with pytest.raises(InputError) as caught:
        check_file(write_lines(tmp_path / "trace.jsonl", lines))
    assert f"trace.jsonl:{number + 1}: " in str(caught.value)
    assert "no call 'FreeEni' can fail; known: " in str(caught.value)
    assert "FreeENI" in str(caught.value)


def test_the_calls_that_can_fail_are_those_for_which_a_fault_is_looked_for() -> None:
    """Every name given to `take_fault`, and every request whose answer asks for its own fault."""
    found = {request.__name__ for request, answer in ANSWERS.items() if "unless" in answer.__name__}
    unnamed: set[str] = set()
    for path in (ROOT / "ipam_model").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and "take_fault" in ast.unparse(node.func):
                name = node.args[1]
                if isinstance(name, ast.Constant):
                    found.add(str(name.value))
                else:
                    unnamed.add(ast.unparse(name))
    assert unnamed == {"CREATE_AND_ATTACH", "name", "call", "type(request).__name__"}
    found |= {"CreateNetworkInterface+Attach", "GetIPv4sFromEC2", "GetIPv4PrefixesFromEC2"}
    found |= {"IsSubnetExcluded", "DescribeSubnets"}
    assert found == faults.CALLS


# -- a failed start ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        (
            "ipamd init: failed to retrieve attached ENIs info: RequestLimitExceeded: simulated",
            True,
        ),
        ("ipamd init: failed to retrieve attached ENIs info", True),
        ("failed: InsufficientFreeAddressesInSubnet", False),
        ("", False),
    ],
)
def test_the_message_of_a_failed_start_names_no_other_reason(
    text: str, accepted: bool, tmp_path: Path
) -> None:
    writer, stream = written(IPV4)
    writer.init()
    writer.fault("DescribeAllENIs", "RequestLimitExceeded")
    writer.restart_with(IPV4, [])
    lines = lines_of(stream)
    assert lines[-1]["reply"]["ok"] is False
    lines[-1]["reply"]["error"] = text
    verdict = check_file(write_lines(tmp_path / "trace.jsonl", lines))
    assert (verdict.rejected is None) is accepted
    assert names_reason(text, "RequestLimitExceeded") is accepted


# -- branch ENIs ---------------------------------------------------------------------------------


def test_a_world_with_branch_enis_cannot_be_written() -> None:
    world = world_of(Scenario(env=IPV4))
    world = evolve(world, branch_pods=((PodKey("p1"), PodObject(wants_branch_eni=True)),))
    stream = io.StringIO()
    with pytest.raises(InputError, match="cannot show branch ENIs: p1"):
        TraceWriter(world, stream, env=IPV4, trace_id="a")
    assert stream.getvalue() == ""
