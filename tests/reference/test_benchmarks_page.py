"""The page about benchmarks says what was measured, and against what. No test looks at a time."""

from xml.etree import ElementTree as ET

import pytest

from benchmarks.suite import SUITE
from tools.benchmarks_page import chart, page
from tools.benchmarks_page.__main__ import main
from tools.benchmarks_page.alternatives import ALTERNATIVES, UNANSWERED


def test_page_and_picture_are_current() -> None:
    assert main(["--check"]) == 0, "run python -m tools.benchmarks_page"


def test_every_benchmark_is_on_the_page() -> None:
    data = page.loaded()
    text = page.text(data)
    measured = {each["name"] for each in (*data["results"], *data["skipped"])}
    named = {name for name in SUITE if name != "import"}
    assert named <= measured, "measure again: python -m tools.benchmarks_page --measure"
    for name in measured:
        assert f"`{name}`" in text
    assert data["date"] in text
    assert data["machine"]["processor"] in text


def test_alternatives_are_of_benchmarks_that_there_are() -> None:
    assert {each.benchmark for each in ALTERNATIVES} <= set(SUITE)
    assert {name for _, _, name in UNANSWERED} <= set(SUITE)
    units = {each["name"]: each["unit"] for each in page.loaded()["results"]}
    for each in ALTERNATIVES:
        assert units.get(each.benchmark, each.unit) == each.unit


@pytest.mark.parametrize(
    ("ours", "theirs", "unit", "times"),
    [(200, 100, "events/s", 2.0), (50, 100, "states/s", 0.5), (1, 4, "s", 4.0), (8, 4, "ms", 0.5)],
)
def test_more_is_better_of_rates_and_less_of_durations(
    ours: float, theirs: float, unit: str, times: float
) -> None:
    assert page.times(ours, theirs, unit) == times


def entry(name: str, median: float, by_cpu: float, goal: float) -> page.Json:
    return {
        "name": name,
        "unit": "s",
        "median": median,
        "median_by_cpu": by_cpu,
        "min": median,
        "max": median,
        "yardstick_steps": 1.0,
        "references": [{"kind": "goal", "value": goal, "times_as_fast": 0, "source": ""}],
    }


def test_a_missed_goal_is_named_and_a_busy_machine_is_judged_by_processor_time() -> None:
    machine = {"processor": "some", "load average": "0.1, 0.1, 0.1"}
    results = [entry("traces", 10, 2, 5), entry("simulate-pods", 1, 1, 5)]
    data = {"date": "2026-01-01", "machine": machine, "results": results, "skipped": []}
    text = page.text(data)
    assert "1 of 2 goals are reached. Missed: `traces` (0.50 times its goal)." in text
    assert "busy" not in text
    text = page.text({**data, "machine": {**machine, "load average": "3.0, 1.0, 1.0"}})
    assert "2 of 2 goals are reached." in text
    assert "**The machine was busy**" in text


def test_the_chart_has_a_bar_for_each_goal_even_far_off_the_scale() -> None:
    root = ET.fromstring(chart.draw([("a", 1e-6), ("b", 1.0), ("c", 1e9)], "note"))
    bars = [each for each in root.iter("{http://www.w3.org/2000/svg}rect") if each.get("rx") == "4"]
    assert [each.get("class") for each in bars] == ["bad", "good", "good"]
    for each in bars:
        x, width = float(each.get("x") or 0), float(each.get("width") or 0)
        assert 0 <= x <= x + width <= chart.WIDTH
