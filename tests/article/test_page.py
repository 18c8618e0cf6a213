"""The page about the article is current, complete and true to the recordings."""

import json
from collections import Counter
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve

from ipam_model.config import Version
from tests.shared import shared_dir, trace_files
from tools import make_article
from tools.article import launches, page, search, study
from tools.article.claims import RESERVED, ROWS, Row
from tools.article.study import BOTH, DAEMON_VERSIONS, DEFAULT, IP_ONLY, POLICY, SETTINGS, VERSIONS
from tools.article.wording import EXEMPT, numbers

TEXT: Final = "seed/optimizing-eks-networking-for-scale.txt"
CLAIMS: Final = [f"A{number}" for number in range(1, 12)]

CONTRADICTED: Final = {
    "the pods with which the second block comes: the first number above 10",
    "pods of the burst that the warm pool serves at once",
    "pods of the burst that the pool has to grow for",
    "free addresses after the burst",
}
"""Where no policy can give every number of the article: it contradicts itself."""


def article_text() -> str:
    return (shared_dir() / TEXT).read_text("utf-8")


def unaccounted(text: str, rows: tuple[Row, ...]) -> list[tuple[int, str]]:
    """Numbers of the text that no row mentions, and numbers of rows that the text has not."""
    there = Counter(numbers(text))
    said = Counter(pair for row in rows for pair in row.accounted())
    return sorted(((there - said) + (said - there)).elements())


# -- complete ------------------------------------------------------------------------------------


def test_every_number_of_the_article_is_accounted_for() -> None:
    assert unaccounted(article_text(), ROWS) == []


def test_a_number_without_a_row_and_a_row_without_its_number_are_noticed() -> None:
    text = article_text()
    without = tuple(row for row in ROWS if row.says != "secondary addresses in use then")
    assert unaccounted(text, without) == [(97, "23")]
    assert unaccounted(text.replace("roughly 50", "roughly 51"), ROWS) == [(36, "50"), (36, "51")]


def test_every_exemption_exempts_something() -> None:
    text = article_text()
    usual = list(numbers(text))
    for pattern in EXEMPT:
        found = list(numbers(text, [each for each in EXEMPT if each != pattern]))
        assert len(found) > len(usual), pattern


def test_numbers_are_figures_and_words() -> None:
    text = "four of 60 IPs\n1*29 on m3.2xlarge, EC2\nThird: 10\n"
    found = [(1, "four"), (1, "60"), (2, "1"), (2, "29"), (3, "third"), (3, "10")]
    assert list(numbers(text)) == found


def test_every_claim_has_a_row() -> None:
    assert {row.claim for row in ROWS} == {*CLAIMS, "type", "settings"}


# -- true ----------------------------------------------------------------------------------------


def test_every_difference_is_explained_and_nothing_else_is() -> None:
    for row in ROWS:
        page.verdict(row)


@pytest.mark.parametrize("why", ["", "no reason at all"])
def test_a_missing_or_needless_explanation_is_noticed(why: str) -> None:
    row = next(row for row in ROWS if row.article is not None and bool(row.why) != bool(why))
    with pytest.raises(ValueError, match=row.claim):
        page.verdict(evolve(row, why=why))


def test_the_policy_gives_every_number_that_does_not_contradict_another() -> None:
    missed = {row.says for row in ROWS if row.claim != "A9" and not row.reproduced_by(POLICY)}
    assert missed == CONTRADICTED


def test_the_policy_reserves_what_the_article_says() -> None:
    for setting, said in RESERVED.items():
        for pods, reserved in said.items():
            assert study.at(POLICY, setting, pods).quantities.reserved == reserved


@pytest.mark.parametrize("seed", range(6))
def test_the_policys_numbers_do_not_hang_on_the_order_of_enis(seed: int) -> None:
    for setting in SETTINGS:
        node = study.launched(POLICY, setting.env, seed=seed)
        node.settle()
        stages = [study.add_and_settle(node, more) for more in study.STEPS]
        expected = study.article_story(POLICY, setting)[1:4]
        assert [stage.sizes for stage in stages] == [stage.sizes for stage in expected]


SETTLED: Final = {DEFAULT: (58, 58, 58, 29), BOTH: (13, 28, 33, 10), IP_ONLY: (13, 28, 33, 10)}
"""Secondary addresses at rest with 3, 18, 23 and again 0 pods, as recorded from both daemons."""


@pytest.mark.parametrize("version", DAEMON_VERSIONS, ids=lambda version: version.value)
def test_the_daemons_settle_as_recorded(version: Version) -> None:
    for setting, settled in SETTLED.items():
        stages = study.article_story(version, setting)[1:]
        assert tuple(stage.secondaries for stage in stages) == settled


FOLDERS: Final = {Version.V1_23: "traces", Version.V1_7: "traces-v1.7"}


def settled_in(path: Path) -> tuple[int, ...]:
    """Secondary addresses in EC2 at the end of each number of pods, and of the recording."""
    last: dict[int, int] = {}
    pods, attached, leaving = 0, dict[str, int](), False
    for line in path.read_text("utf-8").splitlines()[1:]:
        record = json.loads(line)
        if record["event"]["kind"] == "pod_add":
            pods += record["reply"]["success"]
        leaving = leaving or record["event"]["kind"] == "pod_del"
        if "attached" in record["state"]:
            attached = {
                eni: attached[eni] if what == "same" else len(what["ips"])
                for eni, what in record["state"]["attached"].items()
            }
        last[0 if leaving else pods] = sum(attached.values())
    return tuple(last[number] for number in (3, 18, 23, 0))


@pytest.mark.parametrize("version", DAEMON_VERSIONS, ids=lambda version: version.value)
def test_the_recordings_of_the_article_settle_like_the_page(version: Version) -> None:
    recorded = {}
    for path in trace_files("article", folder=FOLDERS[version]):
        env = json.loads(path.read_text("utf-8").splitlines()[0])["env"]
        name = tuple(env.get(each) for each in ("WARM_ENI_TARGET", "WARM_IP_TARGET"))
        recorded[name] = settled_in(path)
    for setting, settled in SETTLED.items():
        key = (setting.env["WARM_ENI_TARGET"], setting.env.get("WARM_IP_TARGET"))
        assert recorded[key] == settled


# -- launch times --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.value)
def test_what_the_page_concludes_about_launch_times(version: Version) -> None:
    longest, retry = launches.SPREADS[-1], launches.CONDITIONS.retry
    at_once = launches.waits(version, IP_ONLY, more=False, spread=0)
    assert at_once.refused[0] > 0
    assert at_once.last == (retry, retry)
    assert launches.waits(version, IP_ONLY, more=False, spread=longest).last == (0, 0)
    assert launches.waits(version, IP_ONLY, more=True, spread=0).last == (0, 0)
    assert launches.waits(version, DEFAULT, more=False, spread=0).last == (0, 0)


# -- the search ----------------------------------------------------------------------------------


def test_scenarios_come_in_order_of_size_and_once() -> None:
    every = list(search.scenarios())
    assert len(every) == len(set(every)) > 500
    assert [each.size for each in every] == sorted(each.size for each in every)


def test_the_smallest_difference_is_what_it_says() -> None:
    found = search.smallest_difference(POLICY, Version.V1_23, search.both, search.everything)
    assert found.scenario is not None
    smaller = [each for each in search.scenarios() if search.both(each)][: found.tried - 1]
    for scenario in smaller:
        assert search.outcome(POLICY, scenario) == search.outcome(Version.V1_23, scenario)
    ends = [search.outcomes(version, found.scenario) for version in (POLICY, Version.V1_23)]
    assert ends[0].isdisjoint(ends[1])


def test_a_version_does_not_differ_from_itself() -> None:
    scenario = search.Scenario(2, 4, 0, 2, 2)
    assert not search.differ(POLICY, POLICY, scenario, search.everything)


# -- current -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(make_article.built())


def test_the_page_is_current(files: dict[str, bytes]) -> None:
    for name, wanted in files.items():
        assert make_article.current(make_article.DOCS / name, wanted), (
            f"{name}: run python -m tools.make_article"
        )


def test_every_version_has_its_column_and_its_line(files: dict[str, bytes]) -> None:
    text = files[make_article.PAGE].decode()
    head = next(line for line in text.splitlines() if line.startswith("| claim |"))
    for version in VERSIONS:
        assert f"| {version.value} |" in head
        assert f"- `{version.value}`: " in text


def test_what_is_out_of_date_is_noticed(files: dict[str, bytes], tmp_path: Path) -> None:
    picture = files[page.TIME_PICTURE]
    path = tmp_path / "picture.svg"
    assert not make_article.current(path, picture)
    path.write_bytes(picture)
    assert make_article.current(path, picture)
    path.write_bytes(picture.replace(b"stroke", b"strike", 1))
    assert not make_article.current(path, picture)
    # Another matplotlib draws other bytes of the same data.
    other = picture.replace(b"Matplotlib v", b"Matplotlib v0.")
    path.write_bytes(other)
    assert make_article.current(path, picture)
    path.write_bytes(other.replace(b"data ", b"data 0", 1))
    assert not make_article.current(path, picture)
