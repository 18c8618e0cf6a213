"""`--manifest` and `ipam-model settings`: what is shown, and where a remark says it comes from."""

import io
import json
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.cli.node_options import add_node_options, nodes
from ipam_model.cli.remarks import print_remarks, remarks_as_json
from ipam_model.cli.settings import FIELDS
from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.limits import Catalogue
from ipam_model.manifests.environment import remark
from ipam_model.nodes import NodeSetup
from ipam_model.settings import ALLOCATION_VARIABLES, CODE, SHIPPED, Origin, Settings, Severity
from tests.manifests.texts import CLUSTER, config_map, daemon_set
from tests.shared import ROOT, shared_dir
from tests.trace.command import Result, run

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, so that messages name files without one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def setups(*arguments: str) -> tuple[NodeSetup, ...]:
    parser = ArgumentParser()
    add_node_options(parser)
    return nodes(parser.parse_args(arguments))


def settings(capsys: Capture, *arguments: str) -> Result:
    return run(capsys, "settings", *arguments)


def printed(*arguments: str, everything: bool = False) -> list[str]:
    stream = io.StringIO()
    print_remarks(setups(*arguments), everything=everything, stream=stream)
    return stream.getvalue().splitlines()


def row(result: Result, variable: str) -> list[str]:
    (found,) = [line.split() for line in result.out.splitlines() if line.startswith(f"{variable} ")]
    return found[1:]


# -- nodes ---------------------------------------------------------------------------------------


def test_without_a_manifest_everything_is_as_shipped() -> None:
    (node,) = setups("--instance-type", "m5.large", "--set", "MAX_ENI=2")
    assert node.name == "m5.large"
    assert node.origins["WARM_ENI_TARGET"] == SHIPPED
    assert str(node.origins["MAX_ENI"]) == "--set"
    assert "WARM_IP_TARGET" not in node.origins
    assert not node.remarks


def test_names_tell_group_and_type(here: Path) -> None:
    (here / "c.yaml").write_text(CLUSTER, encoding="utf-8")
    found = setups("--manifest", "c.yaml")
    assert [node.name for node in found] == [
        "small/t3.medium",
        "big/m5.4xlarge",
        "big/m5a.4xlarge",
        "mixed/c5.large",
    ]
    assert [(node.max_pods, node.max_pods_assumed) for node in found] == [
        (17, True),
        (110, False),
        (110, False),
        (20, False),
    ]
    (made,) = setups("--manifest", "c.yaml", "--limits", "3,10", "--node-group", "big")
    assert (made.name, made.limits.max_enis, made.max_pods) == ("big/3x10", 3, 110)
    assert {node.max_pods for node in setups("--manifest", "c.yaml", "--max-pods", "9")} == {9}


def test_set_is_stronger_and_says_so(here: Path) -> None:
    (here / "d.yaml").write_text(daemon_set({"ENABLE_IPv4": "true", "MAX_ENI": "3"}), "utf-8")
    options = ("--manifest", "d.yaml", "--instance-type", "m5.large", "--set")
    (node,) = setups(*options, "MAX_ENI=2")
    assert node.env["MAX_ENI"] == "2"
    assert str(node.origins["MAX_ENI"]) == "--set"
    (said,) = node.remarks
    assert str(said) == "d.yaml:16: ignored: MAX_ENI is '3' here, but --set gives '2'"
    assert not setups(*options, "MAX_ENI=3")[0].remarks
    assert not setups(*options, "WARM_IP_TARGET=3")[0].remarks


def test_set_makes_an_unknown_value_known(here: Path) -> None:
    text = daemon_set({"ENABLE_IPv4": "true"}, container="").rstrip()
    text += "\n          - {name: MAX_ENI, valueFrom: {secretKeyRef: {name: x, key: y}}}\n"
    (here / "d.yaml").write_text(text, "utf-8")
    options = ("--manifest", "d.yaml", "--instance-type", "m5.large")
    (unknown,) = setups(*options)
    assert "MAX_ENI" not in unknown.env
    assert [str(each) for each in unknown.placed_diagnostics()] == [
        (
            "d.yaml:16: coerced: the value of MAX_ENI (from secretKeyRef x) is not known here: it "
            "counts as not set; give it with --set MAX_ENI=VALUE"
        )
    ]
    assert not setups(*options, "--set", "MAX_ENI=2")[0].placed_diagnostics()


def test_what_no_variable_sets_is_placed_at_the_daemon_set(here: Path) -> None:
    (here / "d.yaml").write_text("# a remark\n" + daemon_set({}), "utf-8")
    (node,) = setups("--manifest", "d.yaml", "--limits", "3,10")
    (refusal,) = node.refusals()
    assert str(refusal).startswith("d.yaml:2: refused: neither ENABLE_IPv4 nor ENABLE_IPv6 is on")


def test_max_eni_without_effect_is_said_of_the_types_concerned() -> None:
    types = ("--instance-type", "m5.large", "--instance-type", "t3.2xlarge")
    (line,) = printed(*types, "--set", "MAX_ENI=3")
    assert line == (
        "--set: ignored: MAX_ENI is 3, but the instance's limit is 3 already; only a smaller "
        "value changes anything (R3) [m5.large]"
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--node-group", "a", "--limits", "3,10"), "--node-group chooses from a manifest; give"),
        (("--instance-type", "m5.large", "--limits", "3,10"), "both say what the instance is"),
        ((), "no instance: give --instance-type, e.g. m5.large, or --limits, e.g. 3,10, or a"),
        (
            ("--manifest", "v.yaml"),
            "v.yaml:1: nothing here names an instance type; give --instance",
        ),
        (("--manifest", "v.yaml", "--node-group", "a"), "v.yaml: no node group is called 'a'; "),
        (("--manifest", "c.yaml", "--node-group", "a"), "there are: small, big, mixed"),
        (("--manifest", "t.yaml"), "t.yaml:13: unknown instance type 't3.medum': the nearest are"),
        (("--manifest", "v.yaml", "--instance-type", "m5.lage"), "unknown instance type 'm5.lage'"),
        (("--instance-type", "m5.lage"), "m5d.large; give --limits ENIS,ADDRESSES"),
        (("--manifest", "t.yaml"), "t2.medium; give --limits ENIS,ADDRESSES"),
        (("--manifest", "absent.yaml"), "absent.yaml: cannot be read: No such file or directory"),
        (
            ("--limits", "3"),
            "--limits is '3'; it must be two whole numbers, ENIs",
        ),
        (
            ("--limits", "0,10"),
            "--limits 0,10: max_enis of network card 0 is 0; it must be a whole",
        ),
        (("--limits", "3,10", "--set", "A"), "--set is 'A'; it must be NAME=VALUE, e.g. WARM_IP"),
        (("--limits", "3,10", "--no-quirk", "R1"), "--no-quirk is 'R1'; there are: double_decre"),
        (
            ("--limits", "3,10", "--version", "v1.7", "--no-quirk", "R94"),
            "--no-quirk is 'R94', which v1.7 does not have; it has: stale_addresses_adopted",
        ),
        (("--manifest", "."), ".: cannot be read: Is a directory; give a file"),
    ],
)
def test_wrong_options(
    here: Path, capsys: Capture, arguments: tuple[str, ...], expected: str
) -> None:
    (here / "v.yaml").write_text("env: {}\n", "utf-8")
    (here / "c.yaml").write_text(CLUSTER, "utf-8")
    (here / "t.yaml").write_text(CLUSTER.replace("t3.medium", "t3.medum"), "utf-8")
    assert expected in settings(capsys, *arguments).complaint


def test_another_version_of_the_image(here: Path) -> None:
    image = "image: 602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.18.5-eksbuild.1"
    text = daemon_set({"ENABLE_IPv4": "true"}, container=image)
    (here / "d.yaml").write_text(text, "utf-8")
    (here / "v.yaml").write_text("image:\n  tag: v1.18.5\nenv: {}\n", "utf-8")
    (here / "same.yaml").write_text(text.replace("v1.18", "v1.23"), "utf-8")
    (line,) = printed("--manifest", "d.yaml", "--limits", "3,10")
    assert line.startswith("d.yaml:14: info: the image is of v1.18, and what follows is the beha")
    (line,) = printed("--manifest", "v.yaml", "--limits", "3,10")
    assert line.startswith("v.yaml:2: info: the image is of v1.18")
    assert not printed("--manifest", "same.yaml", "--limits", "3,10")


def test_ipv6_cluster(here: Path) -> None:
    network = "kubernetesNetworkConfig: {ipFamily: IPv6}\n"
    (here / "c.yaml").write_text(CLUSTER + network, "utf-8")
    options = ("--manifest", "c.yaml", "--node-group", "small")
    (line,) = printed(*options)
    assert line.startswith("c.yaml:27: coerced: the cluster is one of IPv6")
    v6 = ("ENABLE_IPv4=false", "ENABLE_IPv6=true", "ENABLE_PREFIX_DELEGATION=true")
    told = printed(*options, *(part for each in v6 for part in ("--set", each)))
    assert not [line for line in told if "one of IPv6" in line]
    addon = CLUSTER.replace("      WARM_IP", '      ENABLE_IPv6: "true"\n      WARM_IP')
    (here / "c.yaml").write_text(addon + network, "utf-8")
    assert not [line for line in printed(*options) if "one of IPv6" in line]


def test_quirks_of_v1_7_are_switched_off() -> None:
    (node,) = setups("--limits", "3,10", "--version", "v1.7", "--no-quirk", "R139")
    assert not node.config.quirk(Quirk.COOLING_RELEASED)
    assert node.config.quirk(Quirk.RECENT_FORGOTTEN)


def test_all_stands_for_every_type(here: Path) -> None:
    known = tuple(Catalogue.bundled().types())
    assert tuple(node.name for node in setups("--instance-type", "all")) == known
    more = ("--instance-type", "m5.large", "--instance-type", "all")
    assert len(setups(*more)) == len(known)
    (here / "v.yaml").write_text("env: {}\n", "utf-8")
    assert len(setups("--manifest", "v.yaml", "--instance-type", "all")) == len(known)


def test_quirks_are_switched_off_by_name_or_rule() -> None:
    (node,) = setups("--limits", "3,10", "--no-quirk", "R24", "--no-quirk", "cleanup-drift")
    assert ALL_QUIRKS - node.quirks == {Quirk.DOUBLE_DECREMENT, Quirk.CLEANUP_DRIFT}
    (node,) = setups("--limits", "3,10", "--no-quirk", "R24-ipv6")
    assert ALL_QUIRKS - node.quirks == {Quirk.IPV6_NEVER_SUBTRACTED}


# -- remarks -------------------------------------------------------------------------------------

PREFIXES = ("--set", "ENABLE_PREFIX_DELEGATION=true", "--set", "WARM_ENI_TARGET=2")


def test_remarks_are_printed_once_and_name_the_nodes_concerned() -> None:
    types = (
        "--instance-type",
        "m5.large",
        "--instance-type",
        "m4.large",
        "--instance-type",
        "c5.large",
    )
    lines = printed(*types, *PREFIXES)
    assert lines == [
        (
            "--set: ignored: WARM_ENI_TARGET is never read in prefix mode; use WARM_PREFIX_TARGET, "
            "WARM_IP_TARGET or MINIMUM_IP_TARGET (R38) [m5.large, c5.large]"
        ),
        (
            "--set: coerced: this instance type is neither nitro nor bare metal and cannot "
            "delegate prefixes: single secondary addresses are used, and WARM_PREFIX_TARGET is "
            "not; use a nitro type, or turn ENABLE_PREFIX_DELEGATION off (R45) [m4.large]"
        ),
    ]


def test_what_nobody_chose_is_left_out_unless_asked_for() -> None:
    assert printed("--limits", "3,10") == []
    (line,) = printed("--limits", "3,10", everything=True)
    assert line.startswith("shipped default: info: WARM_PREFIX_TARGET has no effect without")
    assert len(remarks_as_json(setups("--limits", "3,10")[0])) == 1


def test_what_v17_does_not_know_of_the_shipped_settings_is_left_out() -> None:
    assert printed("--limits", "3,10", "--version", "v1.7") == []
    assert len(printed("--limits", "3,10", "--version", "v1.7", everything=True)) > 5
    (line,) = printed("--limits", "3,10", "--version", "v1.7", "--set", "WARM_PREFIX_TARGET=2")
    assert line.startswith("--set: ignored: WARM_PREFIX_TARGET is not known to v1.7")


def test_a_node_is_named_once_per_remark() -> None:
    (plain,) = setups("--limits", "3,10")
    about = remark("x", Severity.IGNORED, "MAX_ENI", "1", "said twice", Origin("f.yaml", 3, 1))
    twice = evolve(plain, name="twice", remarks=(about, about))
    stream = io.StringIO()
    print_remarks([plain, twice], stream=stream)
    assert stream.getvalue() == "f.yaml:3: ignored: said twice [twice]\n"


def test_standard_error_is_the_default(capsys: Capture) -> None:
    print_remarks(setups("--limits", "3,10", "--set", "MAX_ENI=x"))
    shown = capsys.readouterr()
    assert not shown.out
    assert shown.err.startswith("--set: coerced: MAX_ENI is 'x', which is not a decimal integer")


def test_every_severity_but_info_is_always_printed() -> None:
    (node,) = setups("--limits", "3,10", "--set", "IP_COOLDOWN_PERIOD=-1", "--set", "MAX_ENI=0")
    loud = [
        str(each)
        for each in node.placed_diagnostics()
        if each.diagnostic.severity is not Severity.INFO
    ]
    assert len(loud) == 2
    lines = printed("--limits", "3,10", "--set", "IP_COOLDOWN_PERIOD=-1", "--set", "MAX_ENI=0")
    assert set(loud) <= set(lines)


# -- the command ---------------------------------------------------------------------------------


def test_fields_name_every_variable_and_setting() -> None:
    assert list(FIELDS) == list(ALLOCATION_VARIABLES)
    assert set(FIELDS.values()) == {each.name for each in Settings.__attrs_attrs__}


def test_table(here: Path, capsys: Capture) -> None:
    (here / "d.yaml").write_text(
        daemon_set({"ENABLE_IPv4": "true", "WARM_IP_TARGET": "5", "WARM_ENI_TARGET": "2"}), "utf-8"
    )
    result = settings(capsys, "--manifest", "d.yaml", "--instance-type", "m5.large")
    assert result.code == 0
    assert not result.err
    first, head, *_, last = result.out.splitlines()
    assert first == (
        "aws-node/m5.large: 3 ENIs × 10 addresses, max pods 29 (assumed), mode secondary-ip"
    )
    assert head.split() == ["variable", "text", "value", "from"]
    assert row(result, "WARM_IP_TARGET") == ["'5'", "5", "d.yaml:16"]
    assert row(result, "WARM_ENI_TARGET") == ["'2'", "2,", "no", "effect", "d.yaml:17"]
    assert row(result, "MAX_ENI") == ["-", "none", "code", "default"]
    assert row(result, "MANAGE_UNTAGGED_ENI") == ["-", "true", "code", "default"]
    assert last == (
        "d.yaml:17: ignored: WARM_ENI_TARGET has no effect: WARM_IP_TARGET or MINIMUM_IP_TARGET is "
        "in force; leave those out to use it (R37)"
    )


def test_nothing_to_remark(here: Path, capsys: Capture) -> None:
    (here / "d.yaml").write_text(daemon_set({"ENABLE_IPv4": "true"}), "utf-8")
    result = settings(capsys, "--manifest", "d.yaml", "--limits", "3,10")
    assert result.out.endswith("\nnothing to remark\n")


def test_a_node_that_does_not_start(here: Path, capsys: Capture) -> None:
    (here / "d.yaml").write_text(
        daemon_set({"ENABLE_IPv4": "true", "ENABLE_IPv6": "true"}), "utf-8"
    )
    result = settings(capsys, "--manifest", "d.yaml", "--limits", "3,10")
    assert result.code == 1
    assert result.out.splitlines()[0].endswith("max pods 29 (assumed), does not start")
    assert "d.yaml:16: refused: ENABLE_IPv4 and ENABLE_IPv6 are both on" in result.out


def test_unknown_values_are_marked(here: Path, capsys: Capture) -> None:
    text = daemon_set({"ENABLE_IPv4": "true"})
    text += "          - {name: MAX_ENI, valueFrom: {secretKeyRef: {name: x, key: y}}}\n"
    (here / "d.yaml").write_text(text, "utf-8")
    result = settings(capsys, "--manifest", "d.yaml", "--limits", "3,10")
    assert row(result, "MAX_ENI") == ["?", "none", "d.yaml:16"]


def test_json(here: Path, capsys: Capture) -> None:
    (here / "c.yaml").write_text(CLUSTER, "utf-8")
    result = settings(capsys, "--manifest", "c.yaml", "--json", "--set", "ENABLE_IPv4=no")
    assert result.code == 1
    document = json.loads(result.out)
    assert [node["name"] for node in document["nodes"]][:2] == ["small/t3.medium", "big/m5.4xlarge"]
    node = document["nodes"][1]
    assert (node["instance_type"], node["max_pods"], node["max_pods_assumed"]) == (
        "m5.4xlarge",
        110,
        False,
    )
    assert (node["starts"], node["mode"]) == (False, None)
    variables = {each["variable"]: each for each in node["variables"]}
    assert list(variables) == list(ALLOCATION_VARIABLES)
    assert variables["WARM_IP_TARGET"] == {
        "variable": "WARM_IP_TARGET",
        "text": "5",
        "value": 5,
        "has_effect": True,
        "source": "c.yaml",
        "line": 10,
        "column": 23,
    }
    assert variables["MAX_ENI"]["source"] == CODE.source
    refused = [each for each in node["diagnostics"] if each["severity"] == "refused"]
    assert [(each["code"], each["rule"], each["source"]) for each in refused] == [
        ("no-address-family", "R43", "--set")
    ]


def test_a_manifest_on_standard_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ipam_model", "settings", "--manifest", "-", "--limits", "3,10"],
        input=daemon_set({"ENABLE_IPv4": "yes"}).encode(),
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"<stdin>:15" in done.stdout


def test_without_pyyaml_the_extra_is_named(here: Path) -> None:
    code = (
        "import sys; sys.modules['yaml'] = None\n"
        "from ipam_model.cli.main import main\n"
        "sys.exit(main(['settings', '--manifest', 'v.yaml', '--limits', '3,10']))"
    )
    (here / "v.yaml").write_text("env: {}\n", "utf-8")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "it comes with the extra `yaml`" in done.stderr


def test_config_map_in_another_file(here: Path) -> None:
    source = "envFrom: [{configMapRef: {name: tuning}}]"
    (here / "d.yaml").write_text(daemon_set({}, container=source), "utf-8")
    (here / "m.yaml").write_text(config_map({"ENABLE_IPv4": "true"}), "utf-8")
    (node,) = setups("--manifest", "d.yaml", "--manifest", "m.yaml", "--limits", "3,10")
    assert str(node.origins["ENABLE_IPv4"]) == "m.yaml:5"
    assert not node.placed_diagnostics()


# -- real files ----------------------------------------------------------------------------------


def test_the_manifest_of_the_project(capsys: Capture) -> None:
    path = shared_dir() / "data" / "manifests" / "aws-k8s-cni.yaml"
    result = settings(capsys, "--manifest", str(path), "--instance-type", "m5.large", "--json")
    assert result.code == 0
    (node,) = json.loads(result.out)["nodes"]
    assert node["name"] == "aws-node/m5.large"
    places = {each["variable"]: each["line"] for each in node["variables"]}
    assert places["ENABLE_IPv6"] == 270
    assert places["WARM_PREFIX_TARGET"] == 286
    assert places["MAX_ENI"] is None


def test_the_values_of_the_chart(capsys: Capture) -> None:
    path = shared_dir() / "data" / "manifests" / "helm-values.yaml"
    text = path.read_text("utf-8").splitlines()
    result = settings(capsys, "--manifest", str(path), "--instance-type", "m5.large", "--json")
    assert result.code == 0
    (node,) = json.loads(result.out)["nodes"]
    for each in node["variables"]:
        if each["source"] == str(path):
            line = text[each["line"] - 1]
            assert line == f'  {each["variable"]}: "{each["text"]}"'
    assert sum(each["source"] == str(path) for each in node["variables"]) == 11


def test_both_set_what_is_said_to_be_shipped() -> None:
    for name in ("aws-k8s-cni.yaml", "helm-values.yaml"):
        path = shared_dir() / "data" / "manifests" / name
        (node,) = setups("--manifest", str(path), "--limits", "3,10")
        (plain,) = setups("--limits", "3,10")
        relevant = {key: text for key, text in node.env.items() if key in ALLOCATION_VARIABLES}
        assert relevant == plain.env
