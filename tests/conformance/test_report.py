import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve
from junitparser import Error as JUnitError
from junitparser import Failure as JUnitFailure
from junitparser import JUnitXml, Skipped

from ipam_model.catalogue import catalogue
from ipam_model.conformance.report import (
    PROPERTIES,
    Conclusion,
    ConformanceReport,
    Failure,
    KnownSeen,
    Line,
    Status,
    checked,
    merged,
)
from ipam_model.conformance.report_formats import (
    FORMATS,
    from_json_lines,
    json_lines,
    junit,
    markdown,
    require_writable,
    write_report,
)
from ipam_model.conformance.report_words import headline
from ipam_model.conformance.subject import Capabilities, Feature, Kind
from ipam_model.errors import InputError

CHECKED = checked(
    Capabilities(name="mine", version="1.2", features=frozenset(set(Feature) - {Feature.CORDON})),
    precision="exact",
    address="pkg.mod:Mine",
    seed=7,
)
FAILURE = Failure(
    title="R79 at step 3: too low | or not",
    rules=("R79", "R80"),
    aspect="calls",
    area="growth",
    plan="failures/ab.json",
    text="everything\x00 there is <to> say & more",
    quirks=("R24", "R25"),
)
GOOD = ConformanceReport(
    checked=CHECKED,
    plans={"conforms": 3, "unsupported": 1},
    steps=40,
    fired={"R11": 5, "R116": 4},
    exposed={"R11": 5},
    watched=2,
    areas={"growth": 4},
    seconds=1.5,
)
BAD = evolve(
    GOOD,
    plans={"conforms": 3, "diverges": 2},
    failures=(FAILURE,),
    known=(KnownSeen(id="R24-ipv6", reason="ours", times=2, plan="failures/cd.json"),),
    gone=("R139",),
)
SILENT = evolve(
    GOOD,
    plans={"conforms": 3, "unsupported": 1, "undecided": 3},
    dropped={"directed": 1, "odd": 1},
    left_out=2,
    gone=("R24", "R79"),
    unplayed={
        "R24": {"R24": "eni-1 has no 10.1.0.250", "R63": "the subject lacks restart"},
        "R79": {"R24": "eni-1 has no 10.1.0.250"},
    },
)
NOT_DECIDED = "it is not decided whether mine 1.2 conforms to amazon-vpc-cni-k8s "


def by_id(lines: tuple[Line, ...]) -> dict[str, Line]:
    return {line.id: line for line in lines}


def test_a_property_has_passed_failed_or_says_why_it_was_skipped() -> None:
    good, bad = by_id(GOOD.properties()), by_id(BAD.properties())
    assert list(good) == list(PROPERTIES)
    assert (good["calls"].status, good["calls"].passed) == (Status.PASSED, 40)
    assert (bad["calls"].status, bad["calls"].failed) == (Status.FAILED, 1)
    assert good["known-occurs"].skipped == "nothing is listed as known"
    assert bad["known-occurs"].status is Status.FAILED
    early = evolve(GOOD, failures=(FAILURE,))
    assert by_id(early.properties())["known-occurs"].skipped == "nothing is listed as known"
    listed = by_id(evolve(early, listed=1).properties())["known-occurs"]
    assert listed.skipped.startswith("the search ended before anything was met that is listed")
    store = by_id(evolve(GOOD, checked=evolve(CHECKED, kind=Kind.DATASTORE, calls="")).properties())
    assert store["calls"].skipped == "a datastore asks EC2 for nothing"
    own = by_id(evolve(GOOD, checked=evolve(CHECKED, calls="none")).properties())
    assert own["calls"].skipped == "the subject has an EC2 of its own"
    assert by_id(evolve(GOOD, steps=0).properties())["state"].status is Status.SKIPPED


def test_every_rule_with_code_has_a_line() -> None:
    lines = by_id(BAD.rules())
    coded = {each.id for each in catalogue().values() if each.where and each.id[0] == "R"}
    assert set(lines) == coded | {"R24"}
    assert lines["R11"].status is Status.PASSED
    assert lines["R79"].status is Status.FAILED
    assert lines["R24"].status is Status.KNOWN
    assert "no step of 2 watched plans executed it" in lines["R98"].skipped
    assert "lacks cordon" in lines["R98"].skipped
    assert lines["R116"].status is Status.SKIPPED
    assert lines["R116"].skipped.startswith("executed, but nothing would have shown it broken: ")


def test_conforms_unless_something_failed_or_is_gone() -> None:
    assert GOOD.conforms
    assert not BAD.conforms
    assert not evolve(GOOD, gone=("R139",)).conforms
    assert evolve(BAD, failures=(), gone=()).conforms
    assert headline(GOOD).startswith("mine 1.2 conforms to amazon-vpc-cni-k8s")
    assert "does not conform" in headline(BAD)


@pytest.mark.parametrize(
    ("report", "conclusion", "told"),
    [
        (GOOD, Conclusion.CONFORMS, "mine 1.2 conforms to amazon-vpc-cni-k8s "),
        (BAD, Conclusion.DIVERGES, "mine 1.2 does not conform to amazon-vpc-cni-k8s "),
        (evolve(BAD, failures=()), Conclusion.GONE, "a known divergence of mine 1.2 from amazon"),
        (evolve(GOOD, plans={"unsupported": 7}), Conclusion.UNDECIDED, NOT_DECIDED),
        (evolve(GOOD, plans={"conforms": 6, "undecided": 1}), Conclusion.UNDECIDED, NOT_DECIDED),
        (evolve(GOOD, plans={}), Conclusion.UNDECIDED, NOT_DECIDED),
        (
            evolve(BAD, plans={"diverges": 2}, failures=(), gone=()),
            Conclusion.CONFORMS,
            "mine 1.2 conforms to amazon-vpc-cni-k8s ",
        ),
    ],
)
def test_every_format_says_the_same_in_the_end(
    report: ConformanceReport, conclusion: Conclusion, told: str
) -> None:
    assert report.conclusion is conclusion
    assert headline(report).startswith(told)
    assert headline(report) in markdown(report)
    end = json.loads(json_lines(report).splitlines()[-1])
    assert end["conclusion"] == conclusion.value
    known = {Conclusion.UNDECIDED: None, Conclusion.CONFORMS: True}
    assert end["conforms"] is known.get(conclusion, False)


@pytest.mark.parametrize("report", [GOOD, BAD])
def test_json_lines_read_back(report: ConformanceReport) -> None:
    text = json_lines(report)
    assert from_json_lines(text) == report
    objects = [json.loads(line) for line in text.splitlines()]
    assert objects[0]["schema"] == "ipam-conformance-report/1"
    assert objects[-1]["conforms"] is report.conforms
    assert {each["status"] for each in objects if "rule" in each} <= {s.value for s in Status}


@pytest.mark.parametrize("text", ["", "{}", "[]\n[]", '{"schema": "x"}\n{}', "no"])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a report"):
        from_json_lines(text)


def test_markdown_says_everything() -> None:
    text = markdown(BAD)
    assert "## Divergence 1: R79 at step 3" in text
    assert "| R79 | failed | 0 | 1 | 0 |" in text
    assert "| R24-ipv6 | 2 plans | ours |" in text
    assert "| R139 | **no longer occurs**" in text
    assert "R98" in text
    widths = {line.count("|") for line in text.splitlines() if line.startswith("| R")}
    assert widths <= {4, 7}


@pytest.mark.parametrize("report", [GOOD, BAD])
def test_junit_is_junit(report: ConformanceReport) -> None:
    """Another reader finds the same."""
    read = JUnitXml.fromstring(junit(report).encode())
    suites = {suite.name: suite for suite in read}
    assert set(suites) == {"properties", "rules", "plans"}
    for name, lines in (("properties", report.properties()), ("rules", report.rules())):
        suite = suites[name]
        cases = {case.name: case for case in suite}
        assert list(cases) == [line.id for line in lines]
        states = [line.status for line in lines]
        assert suite.tests == len(lines)
        assert suite.failures == states.count(Status.FAILED)
        assert suite.skipped == states.count(Status.SKIPPED) + states.count(Status.KNOWN)
        assert suite.errors == 0
        for line in lines:
            kinds = {type(each) for each in cases[line.id].result}
            expected = {
                Status.FAILED: {JUnitFailure},
                Status.PASSED: set(),
                Status.SKIPPED: {Skipped},
                Status.KNOWN: {Skipped},
            }[line.status]
            assert kinds == expected, line
    assert read.tests == sum(suite.tests for suite in suites.values())


FORM: Final[Mapping[str, tuple[set[str], set[str], set[str]]]] = {
    "testsuites": (set(), {"name", "tests", "failures", "errors", "time"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"skipped", "time", "timestamp", "hostname", "id", "package", "group"}
        | {"file", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": (
        {"name"},
        {"classname", "time", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "skipped": (set(), {"message", "type"}, set()),
    "error": (set(), {"message", "type"}, set()),
    "failure": (set(), {"message", "type"}, set()),
}
"""Attributes that an element must and may have, and its children, by `junit-10.xsd` of Jenkins'
xUnit plugin (jenkinsci/xunit-plugin), but for its elements for tests that were run again."""


@pytest.mark.parametrize("report", [GOOD, BAD, SILENT])
def test_junit_has_the_form_of_junit(report: ConformanceReport) -> None:
    for each in ET.fromstring(junit(report)).iter():
        needed, allowed, children = FORM[each.tag]
        assert needed <= set(each.keys()) <= needed | allowed, each.tag
        assert {child.tag for child in each} <= children, each.tag


@pytest.mark.parametrize("report", [GOOD, BAD, SILENT])
def test_junit_counts_the_time_once(report: ConformanceReport) -> None:
    read = JUnitXml.fromstring(junit(report).encode())
    assert read.time == sum(suite.time for suite in read) == report.seconds


@pytest.mark.parametrize(
    ("report", "kinds"),
    [
        (GOOD, []),
        (BAD, [JUnitFailure]),
        (evolve(GOOD, gone=("R139",)), [JUnitFailure]),
        (evolve(GOOD, plans={"unsupported": 7}), [JUnitError]),
        (evolve(GOOD, plans={"conforms": 6, "undecided": 1}), [JUnitError]),
    ],
)
def test_junit_is_green_only_if_the_subject_conforms(
    report: ConformanceReport, kinds: list[type]
) -> None:
    read = JUnitXml.fromstring(junit(report).encode())
    plans = next(each for each in read if each.name == "plans")
    case = next(each for each in plans if each.name == "conclusion")
    assert [type(each) for each in case.result] == kinds
    assert [each.message for each in case.result] == [headline(report) for _ in kinds]
    assert (plans.failures, plans.errors) == (kinds.count(JUnitFailure), kinds.count(JUnitError))
    assert read.errors == plans.errors
    assert (read.failures + read.errors == 0) is (report.conclusion is Conclusion.CONFORMS)


def test_junit_shows_the_plans_that_say_nothing_as_skipped() -> None:
    assert skipped_plans(evolve(GOOD, plans={"conforms": 3})) == {}
    assert skipped_plans(SILENT) == {
        "plans left out": "2 directed plans; the subject lacks something that is needed",
        "plans dropped": "2 plans (directed 1, odd 1); an event made no sense once the subject "
        "had chosen, so that nothing is said of it",
        "plans unsupported": "1 plan; the subject does not support all that happens there",
        "plans undecided": "3 plans; more states explain what was seen than are followed",
        "directed R24": "not played: eni-1 has no 10.1.0.250; might show R24, R79",
        "directed R63": "not played: the subject lacks restart; might show R24",
    }


def skipped_plans(report: ConformanceReport) -> dict[str, str]:
    """Why each entry about plans is skipped, all but the conclusion."""
    read = JUnitXml.fromstring(junit(report).encode())
    suite = next(each for each in read if each.name == "plans")
    first, *cases = suite
    assert first.name == "conclusion"
    why = {case.name: " ".join(each.message for each in case.result) for case in cases}
    assert all(why.values())
    assert (suite.tests, suite.skipped) == (len(cases) + 1, len(cases))
    assert len(why) == len(cases), "each has a name of its own"
    return why


def test_junit_has_one_entry_for_a_plan_that_was_not_played_for_several_reasons() -> None:
    unplayed = {"R24": {"R24": "dropped"}, "R79": {"R24": "lacks restart", "R63": "dropped"}}
    shown = skipped_plans(evolve(GOOD, plans={}, gone=("R24", "R79"), unplayed=unplayed))
    assert shown == {
        "directed R24": "not played: dropped; lacks restart; might show R24, R79",
        "directed R63": "not played: dropped; might show R79",
    }


def test_junit_says_what_to_do_about_what_no_longer_occurs() -> None:
    root = ET.fromstring(junit(SILENT))
    failure = root.find("./testsuite[@name='properties']/testcase[@name='known-occurs']/failure")
    assert failure is not None
    assert failure.get("message") == "no longer occurs: R24, R79"
    assert (failure.text or "").startswith("known divergence R24 no longer occurs: strike it off")
    assert "were not played: R24 (eni-1 has no 10.1.0.250), R63 (the subj" in (failure.text or "")


def test_reports_merge() -> None:
    both = merged([GOOD, BAD, BAD])
    assert both.steps == 120
    assert both.plans == {"conforms": 9, "unsupported": 1, "diverges": 4}
    assert both.fired == {"R11": 15, "R116": 12}
    assert both.exposed == {"R11": 15}
    assert both.failures == (FAILURE,)
    assert [each.times for each in both.known] == [4]
    assert both.gone == ("R139",)
    with pytest.raises(ValueError, match="no report"):
        merged([])


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_suffix_says_the_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "deep" / f"report{suffix}"
    write_report(BAD, path)
    assert path.read_text("utf-8") == FORMATS[suffix](BAD)


def test_another_suffix_or_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"one of \.jsonl, \.md, \.xml"):
        write_report(BAD, tmp_path / "report.txt")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        write_report(BAD, tmp_path / "file" / "report.md")


@pytest.mark.parametrize("before", [None, "kept"])
def test_a_target_is_tried_and_left_as_it_was(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / "deep" / "report.md"
    if before is not None:
        path.parent.mkdir()
        path.write_text(before, "utf-8")
    require_writable(path)
    assert (path.read_text("utf-8") if path.exists() else None) == before


def test_a_target_that_cannot_be_written_is_told_before(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.md").mkdir()
    for path in (tmp_path / "file" / "report.md", tmp_path / "folder.md"):
        with pytest.raises(InputError, match=r"report file .*\.md: cannot be written: "):
            require_writable(path)
    with pytest.raises(InputError, match=r"one of \.jsonl, \.md, \.xml"):
        require_writable(tmp_path / "report.txt")


def test_a_pipe_is_not_opened_before_there_is_a_report(tmp_path: Path) -> None:
    """Nobody reads it yet: to open it would wait for ever."""
    pipe = tmp_path / "report.md"
    os.mkfifo(pipe)
    require_writable(pipe)
    assert pipe.is_fifo()
