"""`ipam-model show` as an operator uses it."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from ipam_model.cli.show import wrapped
from tests.shared import ROOT
from tests.trace.command import Result, run
from tools.make_node_examples import EXAMPLES, FOLDER

NODES = ROOT / "examples" / "nodes"
LARGE = ("--instance-type", "m5.large")
AT = ("--at", "2026-03-01T09:10:00Z")
WARM_IP = ("--set", "WARM_IP_TARGET=2", "--set", "MINIMUM_IP_TARGET=5")
PREFIXES = ("--instance-type", "t3.small", "--set", "ENABLE_PREFIX_DELEGATION=true")

CARDS = (
    *("--instance-type", "p4d.24xlarge", "--set", "ENABLE_MULTI_NIC=true"),
    *("--set", "ENABLE_PREFIX_DELEGATION=true"),
)

Capture = pytest.CaptureFixture[str]


def show(capsys: Capture, name: str | Path, *options: object) -> Result:
    return run(capsys, "show", NODES / name, *options)


def document(result: Result) -> dict[str, Any]:
    loaded = json.loads(result.out)
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_what_the_model_gives(name: str) -> None:
    assert (FOLDER / name).read_bytes().decode("utf-8") == EXAMPLES[name]()


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("warm-eni.json", LARGE, 0),
        ("warm-ip.json", (*LARGE, *WARM_IP), 0),
        ("prefixes.json", (*PREFIXES, "--max-pods", "110"), 0),
        ("two-cards.json", ("--instance-type", "p4d.24xlarge"), 0),
        ("two-cards-prefixes.json", CARDS, 0),
        ("v1.9.json", LARGE, 0),
        ("with-headers.txt", LARGE, 0),
        ("ipam.json", LARGE, 0),
        ("damaged/drifted.json", (*PREFIXES, "--max-pods", "110"), 1),
        ("damaged/address-twice.json", (*LARGE, *WARM_IP), 1),
        ("damaged/ipam-twice.json", LARGE, 1),
        ("damaged/truncated.json", LARGE, 2),
    ],
)
def test_exit_codes_of_the_examples(
    capsys: Capture, name: str, options: tuple[str, ...], code: int
) -> None:
    text = show(capsys, name, *options, *AT)
    assert text.code == code
    assert show(capsys, name, *options, *AT, "--json").code == code
    assert show(capsys, name, *options, *AT, "--all").code == code
    if code == 2:
        assert text.complaint.startswith(f"{NODES / name}:343: the JSON breaks off here")


def test_every_example_is_tried() -> None:
    assert len(EXAMPLES) == 12


def test_text_of_a_surplus(capsys: Capture) -> None:
    shown = show(capsys, "warm-ip.json", *LARGE, *WARM_IP, "--at", "2026-03-01T09:03:20Z").out
    for line in (
        (
            "card 0: T = 22 owned, A = 8 assigned, V = 14 available of which 12 cooling; "
            "3 of 3 ENIs, 9 addresses each"
        ),
        "  2 addresses can be given to pods now",
        "  over             max(min(V - Wi, T - m), 0) = max(min(14 - 2, 22 - 5), 0) = 12  [R88]",
        "  at rest after that",
    ):
        assert line in shown.splitlines()
    assert "9 cooling: 10.1.0.5 until 2026-03-01T09:03:40Z" in shown
    assert "surplus: the next release may take it [R138]" in shown
    assert "pass 1 (by 5 s): release 10.1.0.5, 10.1.0.6, 10.1.0.7, … (9) of eni-1" in shown


def test_json_has_all_of_it(capsys: Capture) -> None:
    told = document(show(capsys, "warm-ip.json", *LARGE, *WARM_IP, *AT, "--json"))
    (card,) = told["cards"]
    assert (card["total"], card["over"], card["release"]) == (22, 12, 12)
    addresses = [cidr for eni in card["eni_reports"] for cidr in eni["cidrs"]]
    assert len(addresses) == 22
    assert sum(cidr["surplus"] for cidr in addresses) == 14
    assert told["forecast"]["ending"] == "rests"
    assert told["forecast"]["period_s"] is None
    assert told["observed"] == "2026-03-01T09:10:00Z"


def test_a_pool_that_never_rests(capsys: Capture, tmp_path: Path) -> None:
    """WARM_ENI_TARGET=0 and ENIs that pods exactly fill (R82)."""
    told = json.loads((NODES / "v1.9.json").read_text("utf-8"))
    del told["ENIs"]["eni-2"]
    primary = told["ENIs"]["eni-1"]
    primary["AvailableIPv4Cidrs"] = {
        name: cidr
        for name, cidr in primary["AvailableIPv4Cidrs"].items()
        if any(each["IPAMKey"]["networkName"] for each in cidr["IPv4Addresses"].values())
    }
    told["TotalIPs"] = told["AssignedIPs"] = 4
    file = tmp_path / "full.json"
    file.write_text(json.dumps(told), "utf-8")
    result = run(capsys, "show", file, "--limits", "3,5", "--set", "WARM_ENI_TARGET=0")
    assert result.code == 0
    assert "it never rests: the same again every 65 s" in result.out


def test_an_idle_second_card_flaps_in_prefix_mode(capsys: Capture) -> None:
    """E84: over in addresses is taken for prefixes (R94, R95)."""
    out = show(capsys, "two-cards-prefixes.json", *CARDS, *AT).out
    assert "max(min(16 - 1, 16 - 1), 0) = 15 addresses, taken for prefixes (R94)" in out
    assert "the next release takes 1 CIDR;" in out
    assert "it never rests: the same again every 35 s" in out


def test_an_ipv6_node_has_no_loop(capsys: Capture, tmp_path: Path) -> None:
    """Its prefix is shown; nothing is foretold (R70)."""
    told = json.loads((NODES / "warm-eni.json").read_text("utf-8"))
    card = told["0"]
    del card["ENIs"]["eni-2"]
    eni = card["ENIs"]["eni-1"]
    eni["AvailableIPv4Cidrs"] = {}
    eni["IPv6Cidrs"] = {
        "2001:db8::/80": {
            "Cidr": {"IP": "2001:db8::", "Mask": "//////////////AAAAAAAA=="},
            "IPAddresses": {"2001:db8::": {"IPAMKey": {"networkName": "aws-cni"}}},
            "IsPrefix": True,
        }
    }
    card["TotalIPs"], card["AssignedIPs"] = 2**48, 1
    file = tmp_path / "ipv6.json"
    file.write_text(json.dumps(told), "utf-8")
    ipv6 = ("ENABLE_IPv6=true", "ENABLE_IPv4=false", "ENABLE_PREFIX_DELEGATION=true")
    options = [word for setting in ipv6 for word in ("--set", setting)]
    result = run(capsys, "show", file, *LARGE, *options)
    assert result.code == 0
    assert "eni-1: 2001:db8::/80, 1 assigned" in result.out
    assert "what comes" not in result.out
    assert "ENABLE_IPv6 is off" in run(capsys, "show", file, *LARGE).out


def test_the_time_of_observation(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "enis.json"
    file.write_bytes((NODES / "warm-ip.json").read_bytes())
    os.utime(file, (1_772_355_800, 1_772_355_800))  # 09:03:20
    told = document(run(capsys, "show", file, *LARGE, "--json"))
    assert told["observed"] == "2026-03-01T09:03:20Z"
    os.utime(file, (1_000_000_000, 1_000_000_000))
    told = document(run(capsys, "show", file, *LARGE, "--json"))
    assert told["observed"] == "2026-03-01T09:03:10Z"
    assert "newest" in str(told["observed_from"])
    told = document(show(capsys, "with-headers.txt", *LARGE, "--json"))
    assert told["observed_from"] == "the Date header"
    assert told["observed"] == "2026-03-01T09:10:00.999Z", "a header cuts the second off"


def test_remarks_on_settings_somebody_chose(capsys: Capture, tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text("env: {WARM_IP_TRAGET: 3}\n", "utf-8")
    node = (*LARGE, "--manifest", str(values))
    shown = show(capsys, "warm-eni.json", *node)
    told = "info: 'WARM_IP_TRAGET' is not read by the daemon; did you mean WARM_IP_TARGET?"
    assert [line.partition(": ")[2] for line in shown.err.splitlines()] == [told]
    asked = show(capsys, "warm-eni.json", *node, "--json")
    assert asked.err == ""
    codes = {found["code"] for found in json.loads(asked.out)["node"]["diagnostics"]}
    assert "unknown-variable" in codes


def test_output_and_rules_of_different_versions(capsys: Capture) -> None:
    older = "the output has the form of an older version"
    newer = "the output has the form of a newer version"
    for name, version, words in (
        ("v1.9.json", "v1.23", older),
        ("v1.9.json", "v1.7", None),
        ("warm-eni.json", "v1.23", None),
        ("warm-eni.json", "v1.7", newer),
    ):
        out = show(capsys, name, *LARGE, "--version", version).out
        assert [each in out for each in (older, newer)] == [words == older, words == newer]


def test_v1_7_does_not_recover_from_the_checkpoint(capsys: Capture) -> None:
    old = (*LARGE, "--version", "v1.7")
    words = "recovers from the container runtime (H12)"
    assert words in show(capsys, "ipam.json", *old).complaint
    with_file = ("--checkpoint", NODES / "ipam.json")
    assert words in show(capsys, "warm-eni.json", *old, *with_file).complaint


@pytest.mark.parametrize("name", ["warm-ip.json", "ipam.json"])
def test_no_node_runs_the_articles_policy(capsys: Capture, name: str) -> None:
    result = show(capsys, name, *LARGE, "--version", "article-2021")
    assert result.code == 2
    assert "no node runs article-2021" in result.err


def test_long_lines_are_wrapped_on_a_terminal() -> None:
    line = "    kept: " + "word " * 30
    lines = wrapped(line.rstrip(), 60).splitlines()
    assert " ".join(each.strip() for each in lines) == line.strip()
    assert all(len(each) <= 60 for each in lines)
    assert all(each.startswith(" " * 8 + "word") for each in lines[1:])


def test_cordoned_nodes_free_nothing(capsys: Capture) -> None:
    options = (*LARGE, "--set", "WARM_IP_TARGET=1", "--json")
    for cordoned in (False, True):
        flags = ("--cordoned",) if cordoned else ()
        told = document(show(capsys, "v1.9.json", *options, *flags))
        fate = told["cards"][0]["eni_reports"][1]["fate"]
        assert fate == ("kept" if cordoned else "may go once 60 s old")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("warm-eni.json",), "no instance: give --instance-type or --limits; the fullest of its 2"),
        (("ipam.json",), "no instance: give --instance-type"),
        (("nothing.json", *LARGE), "No such file or directory; give what `curl -s"),
        (("damaged", *LARGE), "Is a directory"),
        (("warm-eni.json", *LARGE, "--at", "noon"), "--at: 'noon' is not an RFC 3339 time"),
        (("warm-ip.json", *LARGE, "--at", "2026-03-01T09:00:00Z"), "give a later --at"),
        (("warm-eni.json", *LARGE, "--instance-type", "t3.small"), "show explains one"),
        (("warm-eni.json", *LARGE, "--subnet-free", "3"), "give a larger --subnet-free"),
        (("../README.md", *LARGE), "is no JSON object"),
    ],
)
def test_bad_input(capsys: Capture, arguments: tuple[str, ...], words: str) -> None:
    assert words in show(capsys, *arguments).complaint


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"curl: (7) Failed to connect to localhost port 61679", "is no JSON object"),
        (b"404 page not found\n", "is no JSON object"),
        (b"{}", ":1: an empty object"),
        (b'{"AvailableCommands":["/v1/enis"]}', "the answer of / and not of /v1/enis"),
        (b'{"WARM_ENI_TARGET": 1}', "an object with the keys WARM_ENI_TARGET"),
        (b"\x1f\x8b\x08\x00", ":1: not text (byte 1 is not UTF-8); expected JSON; decompress"),
        (b'{"0": {"ENIs": {}, "TotalIPs": NaN}}', "JSON beyond reason"),
        (
            b'{"0": {"ENIs": {}, "TotalIPs": 0, "AssignedIPs": 0}}',
            "none of its ENIs is the primary",
        ),
        (b'{"0": {"ENIs": {},\n "TotalIPs": "9"}}', ":2: 0.TotalIPs is '9'; it must be a whole"),
        (b'{"version": "vpc-cni-ipam/1", "allocations": [{"ipv4": "x"}]}', "has no containerID"),
        (b'{"0": ' * 30_000, "JSON"),
    ],
)
def test_files_that_are_something_else(
    capsys: Capture, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert words in run(capsys, "show", file, *LARGE).complaint


def test_a_checkpoint_of_another_version(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "ipam.json"
    file.write_text('{"version": "vpc-cni-ipam/2", "allocations": []}', "utf-8")
    result = run(capsys, "show", file, *LARGE)
    assert result.code == 1
    assert "a restart FAILS with this file, again and again: its version is" in result.out


def test_utf_16_as_powershell_writes_it(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "enis.json"
    file.write_bytes((NODES / "warm-eni.json").read_text("utf-8").encode("utf-16"))
    assert run(capsys, "show", file, *LARGE).code == 0


def test_a_node_with_all_its_prefixes_is_explained_in_time(capsys: Capture, tmp_path: Path) -> None:
    """15 ENIs with 49 prefixes each: 11760 addresses."""
    enis = {}
    for eni in range(15):
        cidrs = {}
        for number in range(49):
            address = f"10.{eni}.{number}.0"
            cidrs[f"{address}/28"] = {
                "Cidr": {"IP": address, "Mask": "////8A=="},
                "IPAddresses": {},
                "IsPrefix": True,
            }
        enis[f"eni-{eni}"] = {
            "ID": f"eni-{eni}",
            "IsPrimary": eni == 0,
            "DeviceNumber": eni,
            "AvailableIPv4Cidrs": cidrs,
        }
    file = tmp_path / "enis.json"
    whole = {"0": {"TotalIPs": 15 * 49 * 16, "AssignedIPs": 0, "ENIs": enis}}
    file.write_text(json.dumps(whole), "utf-8")
    options = ("--instance-type", "m5.24xlarge", "--set", "ENABLE_PREFIX_DELEGATION=true")
    result = run(capsys, "show", file, *options)
    assert result.code == 0
    assert "free eni-1" in result.out


def test_a_restart_with_the_checkpoint(capsys: Capture) -> None:
    own = ("--checkpoint", NODES / "ipam.json")
    shown = show(capsys, "warm-eni.json", *LARGE, *AT, *own)
    assert shown.code == 0
    assert "recovers 8 assignments; nothing to clean up or to grow → T = 18" in shown.out
    other = ("--checkpoint", NODES / "damaged" / "ipam-twice.json")
    shown = show(capsys, "warm-eni.json", *LARGE, *AT, *other)
    assert shown.code == 1
    assert "FAILS, again and again: CheckpointAddressAlreadyAssigned" in shown.out
    wrong = ("--checkpoint", NODES / "warm-eni.json")
    complaint = show(capsys, "warm-eni.json", *LARGE, *wrong).complaint
    assert "expected a checkpoint file (ipam.json)" in complaint


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "3000-01-02T00:00:00Z"])
def test_a_time_in_the_far_future_is_refused(capsys: Capture, at: str) -> None:
    complaint = show(capsys, "warm-eni.json", *LARGE, "--at", at).complaint
    assert complaint == f"--at: {at!r} is in the far future; it must be before the year 3000"


def test_a_date_header_in_the_far_future_is_refused(capsys: Capture, tmp_path: Path) -> None:
    text = (NODES / "with-headers.txt").read_text("utf-8")
    file = tmp_path / "late.txt"
    file.write_text(re.sub(r"(?m)^Date: .*$", "Date: Fri, 31 Dec 9999 23:59:59 GMT", text), "utf-8")
    assert f"{file}: its Date header: " in run(capsys, "show", file, *LARGE).complaint


def test_an_absurd_cooldown_is_shown(capsys: Capture) -> None:
    absurd = ("--set", "IP_COOLDOWN_PERIOD=9000000000")
    result = show(capsys, "warm-ip.json", *LARGE, *WARM_IP, *AT, *absurd)
    assert result.code == 0, result.err


@pytest.mark.parametrize("instant", [99999999999999999999999999, -(2**63) - 1])
def test_a_checkpoint_instant_out_of_range(capsys: Capture, tmp_path: Path, instant: int) -> None:
    text = (NODES / "ipam.json").read_text("utf-8")
    whole = json.loads(text)
    whole["allocations"][1]["allocationTimestamp"] = instant
    file = tmp_path / "ipam.json"
    file.write_text(json.dumps(whole, indent=1), "utf-8")
    complaint = run(capsys, "show", file, *LARGE).complaint
    assert re.match(rf"{re.escape(str(file))}:\d+: allocations.1.allocationTimestamp is", complaint)
    assert complaint.endswith("it must be nanoseconds since 1970 in 64 bits")


def test_a_checkpoint_that_no_such_instance_can_have(capsys: Capture) -> None:
    """Eight addresses need three ENIs of three."""
    for enis, code in (("3,4", 0), ("2,4", 1)):
        result = show(capsys, "ipam.json", "--limits", enis, *AT)
        assert result.code == code
        assert ("more than the instance can have" in result.out) == bool(code)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--passes", 3), "--passes goes"),
        (("--passes", 60, "--cordoned"), "--passes, --cordoned go"),
        (("--checkpoint", NODES / "ipam.json"), "--checkpoint goes"),
    ],
)
def test_options_that_say_nothing_of_a_checkpoint(
    capsys: Capture, options: tuple[object, ...], named: str
) -> None:
    complaint = show(capsys, "ipam.json", *LARGE, *options).complaint
    assert complaint == (
        f"{NODES / 'ipam.json'}: a checkpoint file; {named} with introspection output"
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("-", "--checkpoint", "-", *LARGE), "FILE and --checkpoint are both -"),
        (("-", "--manifest", "-", *LARGE), "--manifest is - too"),
        (
            (NODES / "warm-eni.json", "--manifest", "-", "--manifest", "-", *LARGE),
            "--manifest is - more than once",
        ),
    ],
)
def test_the_standard_input_is_read_once(
    capsys: Capture, options: tuple[object, ...], expected: str
) -> None:
    assert run(capsys, "show", *options).complaint.startswith(expected)


def test_the_settings_it_rests_on(capsys: Capture, tmp_path: Path) -> None:
    assumed = "  - the settings are not in the output; taken as shipped"
    plain = show(capsys, "warm-ip.json", *LARGE, *AT).out
    assert "settings: WARM_ENI_TARGET=1 (shipped default)" in plain.splitlines()
    assert assumed in plain
    chosen = show(capsys, "warm-ip.json", *LARGE, *AT, *WARM_IP).out
    assert "settings: WARM_IP_TARGET=2 (--set), MINIMUM_IP_TARGET=5 (--set)" in chosen.splitlines()
    assert assumed not in chosen
    file = tmp_path / "values.yaml"
    file.write_text('env:\n  WARM_IP_TARGET: "3"\n', "utf-8")
    written = show(capsys, "warm-ip.json", *LARGE, *AT, "--manifest", file).out
    assert f"WARM_IP_TARGET=3 ({file}:2)" in written
    assert assumed not in written
    restart = show(capsys, "ipam.json", *LARGE, *AT).out
    assert "settings: WARM_ENI_TARGET=1 (shipped default)" in restart.splitlines()


@pytest.mark.parametrize("name", ["warm-ip.json", "ipam.json"])
def test_quirks_that_are_off_are_named(capsys: Capture, name: str) -> None:
    options = (*LARGE, *AT, "--no-quirk", "R24")
    read_as = show(capsys, name, *options).out.splitlines()[1]
    assert read_as.endswith(", v1.23, without quirk double_decrement (R24)")
    assert document(show(capsys, name, *options, "--json"))["node"]["no_quirks"] == [
        "double_decrement"
    ]


@pytest.mark.parametrize("name", ["warm-ip.json", "ipam.json"])
def test_settings_with_which_no_daemon_starts(capsys: Capture, name: str) -> None:
    """They are told first; the exit code is about the file."""
    refused = show(capsys, name, *LARGE, *AT, "--set", "ENABLE_IPv4=false")
    assert refused.code == 0
    first, *others = refused.out.splitlines()
    assert first.startswith(
        "the node agent does not start with these settings: --set: refused: neither ENABLE_IPv4 "
    )
    assert not [line for line in others if "does not start" in line]
    assert "does not start" not in show(capsys, name, *LARGE, *AT).out


def test_every_type_is_too_many(capsys: Capture) -> None:
    complaint = show(capsys, "warm-ip.json", "--instance-type", "all").complaint
    assert "nodes are described (a1.2xlarge, a1.4xlarge, a1.large, …)" in complaint
    assert "give one --instance-type" in complaint


def test_the_page_names_every_key(capsys: Capture) -> None:
    page = (ROOT / "docs" / "show.md").read_text("utf-8")
    with_file = ("--checkpoint", NODES / "ipam.json", "--json")
    keys = document(show(capsys, "warm-eni.json", *LARGE, *AT, *with_file))
    for found in (keys, document(show(capsys, "ipam.json", *LARGE, *AT, "--json"))):
        for key in (*found, *found["node"], *(found.get("forecast") or {})):
            assert f"`{key}`" in page, key
