"""`ipam-model simulate`: what it prints, writes and refuses."""

import csv
import io
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from attrs import evolve

from ipam_model.cli import progress as progress_bar
from ipam_model.cli import simulate as command
from ipam_model.cli.progress import Silence, progress
from ipam_model.cli.simulate_output import Task
from ipam_model.cli.simulate_picture import title
from ipam_model.config import ALL_QUIRKS, Quirk
from ipam_model.limits import Catalogue
from ipam_model.nodes import NodeSetup, ample_subnet
from ipam_model.simulation import Choices, Conditions, NodeRun, Rest, Row, over_pods
from ipam_model.simulation import Path as PodPath
from ipam_model.simulation.node import SimulatedNode
from tests.simulation import setups
from tests.trace.command import Result, run

Capture = pytest.CaptureFixture[str]
T3 = ("--instance-type", "t3.small")


def simulate(capsys: Capture, *arguments: object) -> Result:
    return run(capsys, "simulate", *arguments)


def test_over_pods_by_default_from_0_to_max_pods(capsys: Capture) -> None:
    result = simulate(capsys, "--instance-type", "t3.small")
    assert result.code == 0
    assert result.err == ""
    table = result.out.splitlines()
    assert "max pods 11 (assumed: ENIs × (addresses − 1) + 2)" in result.out
    assert "assumed: a subnet with 65,531 free addresses, more than the node can take" in table
    assert "assumed: every call is answered at once" in table
    assert [line.split()[0] for line in table[-12:]] == [str(n) for n in range(12)]


def test_with_custom_networking_there_is_an_eni_config(capsys: Capture) -> None:
    """Without one the daemon exits; the primary ENI's addresses are not for pods."""
    custom = ("--limits", "3,10", "--set", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG=true")
    result = simulate(capsys, *custom, "--pods", "0..30/10", "--json")
    found = json.loads(result.out)
    assert "the ENIConfig names the node's own subnet" in found["assumed"]
    assert [row["assigned"] for row in found["nodes"][0]["rows"]] == [0, 10, 18, 18]
    usual = json.loads(simulate(capsys, *T3, "--pods", "1", "--json").out)
    assert "the ENIConfig names the node's own subnet" not in usual["assumed"]


def test_governing_settings_and_quirks_are_told(capsys: Capture) -> None:
    given = (*T3, "--set", "WARM_IP_TARGET=2", "--no-quirk", "r139", "--pods", "1")
    result = simulate(capsys, *given, "--set", "MAX_ENI=2")
    assert ", v1.23, without quirk cooling_released (R139)\n" in result.out
    assert "\nWARM_IP_TARGET=2 (--set), MAX_ENI=2 (--set)\n" in result.out
    assert "\nWARM_ENI_TARGET=1 (shipped default)\n" in simulate(capsys, *T3, "--pods", "1").out
    several = simulate(capsys, *given, "--instance-type", "m5.large").out.splitlines()
    assert "WARM_IP_TARGET=2 (--set)" in several
    assert "without quirk cooling_released (R139)" in several
    found = json.loads(simulate(capsys, *given, "--json").out)
    assert found["nodes"][0]["no_quirks"] == ["cooling_released"]
    assert found["nodes"][0]["settings"] == "WARM_IP_TARGET=2 (--set)"


def test_headings_have_no_plural_of_one(capsys: Capture) -> None:
    assert "1x4: 1 ENI × 4 addresses" in simulate(capsys, "--limits", "1,4", "--pods", "1").out


def test_an_ipv6_node_says_that_it_has_no_pool(capsys: Capture) -> None:
    result = simulate(
        capsys, "--instance-type", "m5.large", "--set", "ENABLE_IPv6=true",
        "--set", "ENABLE_IPv4=false", "--set", "ENABLE_PREFIX_DELEGATION=true", "--pods", "0,5",
    )  # fmt: skip
    assert ", v1.23, IPv6: no pool of addresses\nENABLE_IPv6=true (--set)\n" in result.out


def test_few_of_many_nodes_are_named_in_a_remark(capsys: Capture) -> None:
    result = simulate(
        capsys, "--instance-type", "all", "--pods", "1", "--set", "MAX_ENI=3", "--csv"
    )
    assert max(map(len, result.err.splitlines())) < 400
    assert " more]" in result.err


def test_what_is_given_is_not_called_assumed(capsys: Capture) -> None:
    result = simulate(
        capsys, "--limits", "3,10", "--max-pods", "20", "--subnet-free", "200", "--pods", "3"
    )
    assert "max pods 20, subnet-a with 200 free addresses, v1.23" in result.out
    assert "assumed: a subnet" not in result.out


def test_over_time(capsys: Capture) -> None:
    result = simulate(
        capsys, "--instance-type", "m3.2xlarge", "--set", "WARM_IP_TARGET=10",
        "--profile", "burst:3@0,15@60", "--latencies", "typical", "--latency", "AllocENI=4",
        "--duration", "120",
    )  # fmt: skip
    assert result.code == 0
    assert "AllocENI 4 s, AssignPrivateIpAddresses 0.5 s" in result.out
    assert "a refused pod asks again after 10 s (kubelet's back-off)" in result.out
    assert "launch times: 18 of 18 pods got an address" in result.out


def test_json_says_what_was_assumed_and_whether_it_is_complete(capsys: Capture) -> None:
    result = simulate(capsys, "--instance-type", "m5.large", "--pods", "1,60", "--json")
    found = json.loads(result.out)
    assert found["complete"] is True
    assert found["over"] == "pods"
    assert [row["pods"] for row in found["nodes"][0]["rows"]] == [1, 29]
    assert found["nodes"][0]["max_pods_assumed"] is True
    assert found["remarks"] == [
        "counts above max pods are taken as max pods: m5.large (max pods 29)"
    ]
    assert result.err.count("\n") == 1


def test_equal_options_give_equal_output(capsys: Capture) -> None:
    options = ("--instance-type", "m5.large", "--set", "WARM_IP_TARGET=2",
               "--profile", "churn:12,30", "--choices", "random", "--json")  # fmt: skip
    first = simulate(capsys, *options, "--seed", "5").out
    assert first == simulate(capsys, *options, "--seed", "5").out
    assert first != simulate(capsys, *options, "--seed", "6").out


def test_every_type_is_one_row(capsys: Capture) -> None:
    result = simulate(capsys, "--instance-type", "all", "--pods", "2", "--csv")
    assert result.code == 0
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert tuple(row["node"] for row in rows) == Catalogue.bundled().types()
    assert len(rows) == 1391
    assert {row["pods"] for row in rows} == {"2"}


def test_several_nodes_one_count_is_one_table(capsys: Capture) -> None:
    result = simulate(
        capsys, "--instance-type", "m5.large", "--instance-type", "t3.small", "--pods", "5"
    )
    assert "m5.large       29*" in result.out
    assert result.out.endswith("* assumed: ENIs × (addresses − 1) + 2\n")


def test_cut_runs_end_with_exit_code_3(capsys: Capture) -> None:
    result = simulate(
        capsys, "--instance-type", "t3.small", "--set", "WARM_ENI_TARGET=0", "--pods", "3",
        "--most-passes", "30",
    )  # fmt: skip
    assert result.code == 3
    assert "cut after 650 s" in result.out
    assert "cut by --most-passes 30: t3.small" in result.err
    restless = simulate(
        capsys, "--instance-type", "t3.small", "--set", "WARM_ENI_TARGET=0", "--pods", "3"
    )
    assert restless.code == 0
    assert "never rests: the same again every 65 s" in restless.out


def test_settings_without_effect_are_named(capsys: Capture) -> None:
    result = simulate(
        capsys, "--instance-type", "m5.large", "--set", "WARM_IP_TARGET=x", "--pods", "1"
    )
    assert result.code == 0
    assert result.err.startswith("--set: coerced: WARM_IP_TARGET is 'x'")
    found = simulate(capsys, *T3, "--set", "WARM_IP_TARGET=x", "--pods", "1", "--json")
    assert "not-an-integer" in {
        each["code"] for each in json.loads(found.out)["nodes"][0]["diagnostics"]
    }


def test_nobody_is_told_of_shipped_settings_without_effect(capsys: Capture) -> None:
    result = simulate(
        capsys, *T3, "--version", "v1.7", "--pods", "1", "--set", "WARM_PREFIX_TARGET=2"
    )
    assert result.code == 0
    assert result.err.count("\n") == 1
    assert "WARM_PREFIX_TARGET is not known to v1.7" in result.err


def test_a_daemon_that_exits_is_told(capsys: Capture) -> None:
    result = simulate(
        capsys, "--instance-type", "m5.large", "--set", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG=true",
        "--set", "MAX_ENI=1", "--pods", "1",
    )  # fmt: skip
    assert "the daemon exits at its start: EmptyPoolWithCustomNetworking" in result.err


# -- pictures ------------------------------------------------------------------------------------


def test_plot_is_written(capsys: Capture, tmp_path: Path) -> None:
    for name in ("a.svg", "b.PNG"):
        path = tmp_path / name
        path.write_text("old")
        result = simulate(capsys, "--instance-type", "t3.small", "--pods", "0..5", "--plot", path)
        assert result.code == 0
        assert path.stat().st_size > 5_000
    assert "WARM_ENI_TARGET=1" in (tmp_path / "a.svg").read_text()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.svg", "b.PNG"]


def test_the_title_tells_the_settings_that_govern() -> None:
    node = setups.node("t3.small", {"WARM_IP_TARGET": "2"})
    task = Task(setups=(node,), conditions=Conditions(), counts=(1,))
    assert title(task) == (
        "t3.small: addresses at rest\nv1.23 · WARM_IP_TARGET=2 · max pods 11 · path: climb"
    )
    random = Conditions(choices=Choices.RANDOM, seed=7)
    quirks = ALL_QUIRKS - {Quirk.COOLING_RELEASED}
    crowded = evolve(node, subnets=(ample_subnet(50),), quirks=quirks)
    assert title(evolve(task, conditions=random, setups=(crowded,), path=PodPath.DRAIN)).endswith(
        "path: drain · random choices, seed 7 · subnet-a with 50 free addresses · "
        "without quirk cooling_released (R139)"
    )
    mixed = evolve(task, setups=(node, setups.node("t3.small")))
    assert title(mixed).endswith("v1.23 · settings differ from node to node · path: climb")


def test_a_failing_run_leaves_the_old_picture(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.svg"
    path.write_text("old")
    refused = simulate(
        capsys, "--instance-type", "all", "--pods", "0..1", "--max-pods", "1", "--plot", path
    )
    assert "1391 nodes cannot be read" in refused.complaint
    assert path.read_text() == "old"

    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    failed = simulate(capsys, "--instance-type", "t3.small", "--pods", "1", "--plot", path)
    assert failed.complaint == f"--plot {path}: No space left on device"
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.svg"]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("a.pdf", "the name must end in .svg or .png"),
        ("a", "the name must end in .svg or .png"),
        ("absent/a.svg", "there is no folder"),
        ("folder.svg", "not a file"),
    ],
)
def test_bad_plot_names(capsys: Capture, tmp_path: Path, name: str, complaint: str) -> None:
    (tmp_path / "folder.svg").mkdir()
    result = simulate(capsys, "--instance-type", "t3.small", "--plot", tmp_path / name)
    assert complaint in result.complaint
    assert result.out == ""


# -- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "no instance"),
        (("--instance-type", "m5.lrge"), "m5.large"),
        ((*T3, "--pods", "9..1"), "write 1..9"),
        ((*T3, "--pods", "many"), "--pods is 'many'"),
        ((*T3, "--profile", "flood:3"), "--profile is 'flood:3'"),
        ((*T3, "--profile", "churn:3,5", "--path", "drain"), "--path goes with --pods"),
        ((*T3, "--pods", "3", "--every", "5"), "--every goes with --profile"),
        ((*T3, "--duration", "5"), "--duration goes with --profile"),
        ((*T3, "--profile", "constant:1", "--duration", "0"), "must be at least 0.001 s"),
        (
            (*T3, "--profile", "constant:1", "--duration", "9999999", "--every", "1"),
            "rows; at most",
        ),
        ((*T3, "--latency", "AllocENI"), "CALL=SECONDS"),
        ((*T3, "--latencies", "absent.json"), "absent.json: No such file"),
        ((*T3, "--set", "ENABLE_IPv4=false"), "the node agent does not start with these settings"),
        ((*T3, "--subnet-free", "0"), "--subnet-free 0: "),
        ((*T3, "--profile", "churn:3,5", "--most-passes", "9"), "--most-passes goes with --pods"),
        ((*T3, "--retry", "5"), "--retry goes with --profile"),
        ((*T3, "--leave", "oldest"), "--leave has no effect"),
        ((*T3, "--profile", "constant:1", "--leave", "newest"), "--leave has no effect"),
        ((*T3, "--profile", "churn:3,5", "--leave", "newest"), "--leave has no effect"),
        ((*T3, "--seed", "1"), "--seed has no effect"),
        ((*T3, "--path", "drain", "--leave", "oldest", "--seed", "1"), "--seed has no effect"),
        ((*T3, "--profile", "burst:1@0,-2@5"), "--profile 'burst:1@0,-2@5': 2 pods leave"),
        ((*T3, "--profile", "scenario:absent"), "--profile: "),
        ((*T3, "--latency", "AllocENI=nan"), "--latency AllocENI=nan: "),
        ((*T3, "--plot", "/proc/a.svg"), "--plot /proc/a.svg: nothing can be written there"),
    ],
)
def test_bad_input(capsys: Capture, arguments: tuple[str, ...], complaint: str) -> None:
    result = simulate(capsys, *arguments)
    assert complaint in result.complaint
    assert result.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        (*T3, "--pods", "3", "--profile", "constant:3"),
        (*T3, "--json", "--csv"),
        (*T3, "--retry", "soon"),
        (*T3, "--retry", "0", "--profile", "constant:3"),
        (*T3, "--retry", "3601", "--profile", "constant:3"),
        (*T3, "--most-passes", "0"),
        (*T3, "--duration", "nan", "--profile", "constant:3"),
        (*T3, "--seed", "-1"),
        (*T3, "--choices", "best"),
    ],
)
def test_wrong_usage_is_one_line(capsys: Capture, arguments: tuple[str, ...]) -> None:
    result = simulate(capsys, *arguments)
    assert result.code == 2
    assert result.err.count("\n") == 1
    for option in ("--retry", "--most-passes"):
        assert option in result.err or option not in arguments


@pytest.mark.parametrize(
    "arguments",
    [
        ("--choices", "random", "--seed", "2", "--pods", "1"),
        ("--path", "drain", "--leave", "random", "--seed", "2", "--pods", "1"),
        ("--profile", "burst:2@0,-1@5", "--leave", "random", "--seed", "2", "--retry", "5"),
        ("--profile", "churn:3,5", "--seed", "2"),
        ("--most-passes", "500", "--pods", "1"),
    ],
)
def test_options_that_have_an_effect_are_taken(capsys: Capture, arguments: tuple[str, ...]) -> None:
    assert simulate(capsys, *T3, *arguments).code == 0


def test_an_interval_is_rounded_down_to_milliseconds(capsys: Capture) -> None:
    result = simulate(
        capsys, *T3, "--profile", "constant:1", "--duration", "0.0039", "--every", "0.0019", "--csv"
    )
    rows = csv.DictReader(io.StringIO(result.out))
    assert [row["time_s"] for row in rows] == ["0.0", "0.001", "0.002", "0.003"]
    exact = simulate(capsys, *T3, "--profile", "constant:1", "--duration", "1.001")
    assert "constant:1, 1.001 s, a row every 5 s" in exact.out


# -- interruptions -------------------------------------------------------------------------------


def interrupted_at(monkeypatch: pytest.MonkeyPatch, row: int) -> None:
    """Somebody presses Ctrl-C while a row is computed."""
    plain = SimulatedNode.row
    made = []

    def row_or_interrupt(
        runner: SimulatedNode, *, at: int | None = None, rest: Rest | None = None
    ) -> Row:
        made.append(1)
        if len(made) == row:
            raise KeyboardInterrupt
        return plain(runner, at=at, rest=rest)

    monkeypatch.setattr(SimulatedNode, "row", row_or_interrupt)


def test_an_interrupted_run_prints_what_it_found(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    interrupted_at(monkeypatch, 4)
    result = simulate(capsys, *T3, "--pods", "0..9", "--plot", tmp_path / "a.svg")
    assert result.code == 130
    assert [line.split()[0] for line in result.out.splitlines()[-3:]] == ["0", "1", "2"]
    assert result.err == "ipam-model: interrupted after 3 of 10 rows\n"
    assert not [*tmp_path.iterdir()]


def test_interrupted_json_is_whole_and_says_so(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_at(monkeypatch, 13)
    result = simulate(capsys, *T3, "--instance-type", "t3.micro", "--json")
    found = json.loads(result.out)
    assert result.code == 130
    assert found["complete"] is False
    assert [(each["interrupted"], len(each["rows"])) for each in found["nodes"]] == [
        (False, 12), (True, 0),
    ]  # fmt: skip


def test_a_node_is_printed_before_the_next_one_is_run(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def watched(
        setup: NodeSetup,
        counts: Sequence[int],
        conditions: Conditions,
        *,
        path: PodPath,
        on_row: Callable[[Row], object],
        make: Callable[[NodeSetup, Conditions], SimulatedNode],
    ) -> NodeRun:
        seen.append(capsys.readouterr().out)
        return over_pods(setup, counts, conditions, path=path, on_row=on_row, make=make)

    monkeypatch.setattr(command, "over_pods", watched)
    simulate(capsys, *T3, "--instance-type", "t3.micro", "--pods", "1,2", "--csv")
    assert [line.split(",")[0] for line in seen[1].splitlines()] == ["t3.small"] * 2


# -- progress ------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with progress(3, "row") as bar:
        assert isinstance(bar, Silence)
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with progress(3, "row") as bar:
        assert not isinstance(bar, Silence)
        bar.update(1)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with progress(3, "row") as bar:
        assert isinstance(bar, Silence)
        bar.update(1)
    assert "progress" not in screen.getvalue()
    monkeypatch.setattr(progress_bar, "PATIENCE", 0.0)
    with progress(3, "row"):
        deadline = time.monotonic() + 10
        while "ipam-model[progress]" not in screen.getvalue():
            assert time.monotonic() < deadline
            time.sleep(0.01)
