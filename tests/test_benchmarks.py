"""The benchmarks run and measure what they say. No test here looks at a time."""

import json
from pathlib import Path

import pytest
from attrs import evolve

from benchmarks import imports, measuring, simulation, traces, workload, yardstick
from benchmarks.__main__ import main
from benchmarks.measuring import Reference, Result, Run, Skipped
from benchmarks.suite import SUITE
from benchmarks.workload import LOADS, Load, Op, Replay, write_script
from ipam_model.errors import ModelError
from ipam_model.simulation import tables
from tests.shared import ABSENT, ROOT, VARIABLE, trace_files

RUN = Run(wall=2.0, cpu=1.0, yardstick=1000.0)


@pytest.fixture(autouse=True)
def _short_yardstick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yardstick.rate, "__defaults__", (100,))


@pytest.fixture
def no_traces(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, ABSENT)
    monkeypatch.setattr(traces, "BUNDLED", tmp_path)


def load_named(name: str) -> Load:
    return next(load for load in LOADS if load.name == name)


# -- workloads -----------------------------------------------------------------------------------


@pytest.mark.parametrize("load", LOADS, ids=lambda load: load.name)
def test_workload_replays_to_the_same_world(load: Load) -> None:
    script = write_script(load, 150)
    assert len(script.steps) == 150
    assert script == write_script(load, 150)
    assert script.steps != write_script(load, 150, seed=2).steps
    replay = Replay(script)
    for _ in range(2):
        replay.prepare()
        replay.run()
        replay.check()


def test_workload_that_ends_elsewhere_is_noticed() -> None:
    script = write_script(load_named("pods"), 50)
    replay = Replay(evolve(script, steps=script.steps[:-1]))
    replay.run()
    with pytest.raises(ModelError, match="pods"):
        replay.check()


@pytest.mark.parametrize("name", ["pods", "pods-prefix"])
def test_pod_workload_is_pods_only_and_mostly_succeeds(name: str) -> None:
    script = write_script(load_named(name), 1000)
    assert {step.op for step in script.steps} == {Op.ADD, Op.DELETE}
    assert 0.3 < sum(step.op is Op.ADD for step in script.steps) / 1000 < 0.7
    share = script.facts["share of adds refused"]
    assert isinstance(share, float)
    assert share < 0.05


@pytest.mark.parametrize("name", ["mixed", "mixed-prefix"])
def test_mixed_workload_reconciles_grows_and_releases(name: str) -> None:
    script = write_script(load_named(name), 1500)
    facts = script.facts
    pods = sum(step.op in (Op.ADD, Op.DELETE) for step in script.steps)
    assert 0.75 < pods / 1500 < 0.85
    for what in ("ticks", "reconciles", "reconciles due", "growth calls", "release calls"):
        assert facts[what], what
    assert facts["reconciles due"] != facts["reconciles"]


def test_number_of_pods_stays_between_its_bounds() -> None:
    script = write_script(load_named("pods-prefix"), 1000)
    assert script.facts["adds refused"] == 0
    count = workload.PODS_AT_FIRST
    seen = []
    for step in script.steps:
        count += 1 if step.op is Op.ADD else -1
        seen.append(count)
    assert (min(seen), max(seen)) == (workload.FEWEST_PODS, workload.MOST_PODS)


# -- results -------------------------------------------------------------------------------------


def test_rates_and_durations_compare_the_right_way_round() -> None:
    rate = Result(name="r", unit="events/s", amount=300, runs=(RUN,), facts={})
    assert (rate.value(), rate.value_by_cpu()) == (150, 300)
    assert rate.attained(Reference(kind="goal", value=100, source="")) == 1.5
    seconds = evolve(rate, unit="s", amount=1)
    assert seconds.value() == 2
    assert seconds.attained(Reference(kind="goal", value=3, source="")) == 1.5
    assert evolve(seconds, unit="ms").value() == 2000


def test_yardstick_steps_are_counted_per_event_and_per_whole() -> None:
    slower = Run(wall=4.0, cpu=4.0, yardstick=500.0)
    rate = Result(name="r", unit="events/s", amount=200, runs=(RUN, slower), facts={})
    assert rate.steps() == 10  # the machine was half as fast, the cost is the same
    assert evolve(rate, unit="s", amount=1).steps() == 2000


def test_the_daemon_is_named_with_its_machine_and_every_reference_has_a_benchmark() -> None:
    kinds = [each.kind for each in measuring.references("pods")]
    assert kinds == ["goal", "daemon"]
    assert "ANOTHER machine" in measuring.references("mixed")[0].source
    modules = {f"import {module}" for module in imports.MODULES}
    assert {*measuring._GOALS, *measuring._DAEMON, *measuring._ELSEWHERE} <= {*SUITE, *modules}


# -- traces and imports ----------------------------------------------------------------------------


def test_traces_are_counted_by_verdict(tmp_path: Path) -> None:
    good = trace_files("sip_default")[0]
    junk = tmp_path / "junk.jsonl"
    junk.write_text("not a trace\n")
    task = traces.TraceCheck([good, junk])
    (run,) = measuring.timed(task, 1)
    assert run.yardstick > 0
    counts = task.counts()
    assert (counts["traces"], counts["accepted"], counts["unreadable"]) == (2, 1, 1)
    assert counts[traces.EVENTS] > 0


def test_changed_verdicts_are_noticed(tmp_path: Path) -> None:
    task = traces.TraceCheck([tmp_path / "absent.jsonl"])
    task.counts()
    assert task.expected is not None
    task.expected["accepted"] += 1
    with pytest.raises(ModelError):
        measuring.timed(task, 1)


@pytest.mark.usefixtures("no_traces")
def test_without_traces_their_benchmarks_say_why() -> None:
    for outcome in (traces.all_traces(1), traces.big_trace(1)):
        assert isinstance(outcome, Skipped)
        assert VARIABLE in outcome.reason


@pytest.mark.usefixtures("no_traces")
def test_without_shared_traces_the_bundled_ones_are_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "one.jsonl").touch()
    monkeypatch.setattr(traces, "BUNDLED", tmp_path)
    origin, paths = traces.find_traces()
    assert "bundled" in origin
    assert paths == [tmp_path / "one.jsonl"]
    outcome = traces.all_traces(1)
    assert isinstance(outcome, Result)
    assert not outcome.references  # the goal is for all of them


# -- simulations -----------------------------------------------------------------------------------


def test_a_simulation_is_run_and_compared_with_the_first() -> None:
    setups = [simulation.setup(name) for name in ("t3.small", "m5.large")]
    task = simulation.Runs(simulation.Simulation(setups, [5], tables.one_count_table))
    measuring.timed(task, 2)
    assert task.expected is not None
    assert task.expected.splitlines()[1].split()[:3] == ["t3.small", "11", "5"]
    task.expected = "another table"
    with pytest.raises(ModelError, match="different tables"):
        measuring.timed(task, 1)


def test_the_simulations_are_those_of_the_goals() -> None:
    outcome = simulation.one_type(1)
    assert isinstance(outcome, Result)
    assert outcome.facts == {"type": "m5.4xlarge", "pod counts": 111}
    assert simulation.setup(simulation.ONE_TYPE).max_pods >= 110


# -- the command -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_traces")
def test_command_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mixed", "import", "explain", "--runs", "1", "--events", "20", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    names = [entry["name"] for entry in document["results"]]
    assert names == ["mixed", "import ipam_model", "import ipam_model.world"]
    mixed = document["results"][0]
    assert mixed["min"] == mixed["median"] == mixed["max"] > 0
    assert len(mixed["runs"]) == 1
    assert mixed["references"][0]["value"] == 53_400
    assert [entry["name"] for entry in document["skipped"]] == ["explain"]


@pytest.mark.usefixtures("no_traces")
def test_command_prints_a_table_with_goal_daemon_yardstick_and_reasons(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["pods", "traces", "--runs", "1", "--events", "20"]) == 0
    text = capsys.readouterr().out
    for part in ("min – max", "60,000", "58,900", "yardstick", "share of adds refused"):
        assert part in text
    assert "traces: skipped, " in text


@pytest.mark.parametrize("wrong", [["nonsense"], ["pods", "--runs", "0"], ["--events", "few"]])
def test_bad_input_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(wrong)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("python -m benchmarks: error: ")


def test_readme_names_every_benchmark() -> None:
    text = (ROOT / "benchmarks" / "README.md").read_text()
    assert not [name for name in SUITE if f"`{name}`" not in text]
