"""Bad input: one line with file, line, JSON path, and what would be right."""

import io
import json
from pathlib import Path

import pytest

from ipam_model.errors import InputError
from ipam_model.scenario import json_document
from ipam_model.scenario.reading import parse_scenario, read_scenario
from ipam_model.scenario.writing import write_scenario
from tests.scenario.small import SMALL, changed, with_event


def complaint(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_scenario(text, "f.json")
    assert "\n" not in str(caught.value)
    return str(caught.value)


FREE = '"free": 500'
LIMITS = '"limits": {"max_enis": 3, "ipv4_per_eni": 4},'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (with_event('{"kind": "tik"}'), "16: $.events[2].kind: \"tik\" is none of the allowed ones; did you mean tick?"),
        (with_event('{"kind": "tick", "choises": []}'), "16: $.events[2].choises: unknown key; did you mean choices?"),
        (with_event('{"at_ms": 5}'), "16: $.events[2]: kind is missing"),
        (with_event("5"), "16: $.events[2]: 5 must be an object"),
        (with_event('{"kind": "pod_add"}'), "16: $.events[2]: pod is missing"),
        (with_event('{"kind": "pod_add", "pod": ""}'), '16: $.events[2].pod: "" must be: the id of'),
        (with_event('{"kind": "pod_add", "pod": "p1\\n"}'), '16: $.events[2].pod: "p1\\n" must be: the id of'),
        (with_event('{"kind": "start", "vanished": ["a", "a"]}'), "16: $.events[2].vanished: names something twice"),
        (with_event('{"kind": "tick", "expect": {"reservd": 3}}'), "16: $.events[2].expect.reservd: unknown key; did you mean reserved?"),
        (with_event('{"kind": "tick", "calls": [{"call": "FreeENI", "before": [{"kind": "tick"}]}]}'), "16: $.events[2].calls[0].before[0].kind: \"tick\" is none of the allowed ones: pod_add, "),
        (with_event('{"kind": "tick", "calls": [{"call": "FreeENI", "before": [{"kind": "cordon", "at_ms": 5}]}]}'), "16: $.events[2].calls[0].before[0].at_ms: has no place here beside the other keys"),
        (changed("scenario/1", "scenario/2"), "2: $.schema: 'ipam-scenario/2' is another scenario; this reads \"ipam-scenario/1\""),
        (changed("ipam-scenario/1", "ipam-trace/1"), "2: $.schema: 'ipam-trace/1' is another document"),
        (changed('"schema": "ipam-scenario/1",', ""), "1: $: schema is missing"),
        (changed('"max_pods": 10', '"max_pods": 10,\n    "max_pods": 11'), "7: $.node.max_pods: stands twice in one object"),
        (changed(FREE, '"free": NaN'), "10: $.ec2.subnets[0].free: NaN is not a JSON number"),
        (changed(FREE, '"free": -Infinity'), "10: $.ec2.subnets[0].free: -Infinity is not a JSON number"),
        (changed(FREE, '"free": 1e400'), "10: $.ec2.subnets[0].free: Infinity must be a whole number"),
        (changed(FREE, '"free": 2.5'), "10: $.ec2.subnets[0].free: 2.5 must be a whole number"),
        (changed(FREE, '"free": -1'), "10: $.ec2.subnets[0].free: -1 must be at least 0"),
        (changed(FREE, f'"free": 1{"0" * 40}'), "10: $.ec2.subnets[0].free: 1" + "0" * 40 + " must be at most"),
        (changed(FREE, f'"free": 1{"0" * 5000}'), "a number has thousands of digits"),
        (changed(FREE, '"free": true'), "10: $.ec2.subnets[0].free: true must be a whole number"),
        (changed('"2"', "2"), "5: $.node.env.WARM_IP_TARGET: 2 must be text"),
        (changed('"2"', '"\\ud800"'), "5: $.node.env.WARM_IP_TARGET: half of a surrogate pair"),
        (changed(LIMITS, ""), "3: $.node: instance_type is missing"),
        (changed(LIMITS, '"instance_type": "m5.lage",'), "4: $.node.instance_type: unknown instance type 'm5.lage': the nearest are m5.large"),
        (changed(LIMITS, f'{LIMITS} "no_quirks": ["R25", "R99"],'), "4: $.node.no_quirks[1]: 'R99' is not a quirk; there are: R24, "),
        (changed(LIMITS, f'{LIMITS} "version": "v1.24",'), '4: $.node.version: "v1.24" is none of the allowed ones; did you mean v1.23?'),
        (changed(FREE, f'{FREE}, "cidr": "10.0.0.0/24"'), "10: $.ec2.subnets[0].free: has no place here beside the other keys"),
        (changed(FREE, '"cidr": "10.0.0.1/24"'), "10: $.ec2.subnets[0].cidr: subnet subnet-1: '10.0.0.1/24' is not an IPv4 network"),
        (changed(f", {FREE}", ""), "10: $.ec2.subnets[0]: free is missing"),
        (changed('500}\n    ]', '500}\n    ],\n"enis": [{"primary": true, "prefixes": ["10.2.0.3/28"]}]'), "12: $.ec2.enis[0].prefixes[0]: '10.2.0.3/28' is not a CIDR"),
        (changed('500}\n    ]', '500}\n    ],\n"enis": [{}]'), "12: $.ec2.enis: one ENI must be primary, not 0"),
        (changed('500}\n', '500}, {"id": "subnet-1", "free": 1}\n'), "9: $.ec2.subnets: two subnets have the same id"),
        (changed('"max_pods": 10', '"eni_config_subnet": "subnet-2"'), "6: $.node.eni_config_subnet: no subnet 'subnet-2'; there are: subnet-1"),
        (changed('"tick"}', '"tick'), "16: not JSON: "),
        ("", "1: empty; a scenario is a JSON object"),
        ("null", "1: $: null must be an object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[" * 900 + "]" * 900, "nested too deeply"),
    ],
)  # fmt: skip
def test_one_line_says_what_where_and_what_would_be_right(text: str, expected: str) -> None:
    message = complaint(text)
    assert message.removeprefix("f.json:").strip().startswith(expected)


def test_whole_numbers_may_be_written_as_json_allows() -> None:
    assert parse_scenario(changed(FREE, '"free": 5e2'))[0] == parse_scenario(SMALL)[0]


def test_the_last_of_many_events_is_found_and_30000_are_read() -> None:
    document = json.loads(SMALL)
    document["events"] = [{"kind": "tick"}] * 29_999 + [{"kind": "tik"}]
    text = json.dumps(document, indent=1)
    wrong = text[: text.index('"tik"')].count("\n") + 1
    assert complaint(text).startswith(f"f.json:{wrong}: $.events[29999].kind")
    scenario, _ = parse_scenario(text.replace('"tik"', '"tick"'))
    assert len(scenario.events) == 30_000
    assert len(write_scenario(scenario).splitlines()) > 30_000


def test_what_is_no_scenario_at_all_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "junk"
    for content, expected in (
        (b"\xff\n\xfe", "junk:1: not UTF-8"),
        (b"\n\xfe", "junk:2: not UTF-8"),
        (b"x" * (json_document.LARGEST + 1), "more than 64 MiB"),
    ):
        file.write_bytes(content)
        with pytest.raises(InputError, match=expected):
            read_scenario(file)
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read_scenario(tmp_path)
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_scenario(tmp_path / "absent")
    with pytest.raises(InputError, match="cannot be read: "):
        read_scenario(Path("a\0b"))


def test_a_dash_is_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SMALL.encode())))
    scenario, source = read_scenario(Path("-"))
    assert source.name == "<stdin>"
    assert len(scenario.events) == 3


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert read_scenario(file)[0] == parse_scenario(SMALL)[0]
