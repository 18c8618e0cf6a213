"""Runs as text, CSV and JSON."""

import csv
import io
import json

from attrs import evolve

from ipam_model.nodes import ample_subnet
from ipam_model.simulation import Conditions, bursts, over_pods, over_time
from ipam_model.simulation.tables import (
    COLUMNS,
    CSV_HEADINGS,
    csv_headings,
    csv_rows,
    launch_text,
    node_table,
    one_count_table,
    run_as_json,
)
from tests.simulation.setups import ARTICLE, IPV6, PREFIXES, node

BURST = over_time(node("m3.2xlarge", ARTICLE), bursts([(3, 0), (15, 60_000)]), duration=100_000)
FLAPPING = over_pods(node("t3.small", {"WARM_ENI_TARGET": "0"}), [2, 3])


def test_table_over_pods() -> None:
    assert node_table(over_pods(node("m5.large"), [0, 9, 10, 29]), "pods").splitlines() == [
        "pods  waiting  ENIs  reserved  owned  wanted  assigned  idle  EC2 calls",
        "   0        0     1        10      9       9         0     9          4",
        "   9        0     2        20     18      18         9     9          6",
        "  10        0     3        30     27      19        10    17          8",
        "  29        2     3        30     27      36        27     0          8",
    ]


def test_an_ipv6_node_has_no_pool_to_tell_of() -> None:
    six = over_pods(node("m5.large", IPV6), [0, 5])
    assert node_table(six, "pods").splitlines() == [
        "pods  ENIs  reserved  prefixes  assigned  EC2 calls",
        "   0     1         1         1         0          6",
        "   5     1         1         1         5          6",
    ]
    (row, *_) = csv.DictReader(io.StringIO(f"{csv_headings()}\n{csv_rows(six)}"))
    assert [row[name] for name in ("owned", "wanted", "idle", "available")] == ["0"] * 4
    beside = one_count_table([over_pods(node("m5.large", each), [5]) for each in (IPV6, PREFIXES)])
    assert [line.split()[3:] for line in beside.splitlines()[1:]] == [
        ["1", "1", "0", "1", "0", "5", "0", "6"],
        ["1", "33", "32", "2", "32", "5", "27", "5"],
    ]


def test_a_node_that_never_rests_shows_its_range() -> None:
    last = node_table(FLAPPING, "pods").splitlines()[-1].split("  ")
    assert [cell.strip() for cell in last if cell.strip()] == [
        "3", "1–2", "4–8", "3–6", "4", "3", "0–3", "40",
        "never rests: the same again every 65 s",
    ]  # fmt: skip


def test_table_over_time_leaves_unchanged_rows_out() -> None:
    lines = node_table(BURST, "time").splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [
        ["0", "3", "0"],
        ["5", "3", "0"],
        ["60", "18", "5"],
        ["65", "18", "5"],
        ["70", "18", "0"],
        ["75", "18", "0"],
        ["100", "18", "0"],
    ]
    assert len(BURST.rows) == 21


def test_one_row_per_node() -> None:
    runs = [over_pods(node(each), [20]) for each in ("m5.large", "p3dn.24xlarge")]
    assert one_count_table(runs).splitlines() == [
        "node           max pods  pods  ENIs  reserved  owned  wanted  assigned  idle  EC2 calls",
        "m5.large             29    20     3        30     27      29        20     7          8",
        "p3dn.24xlarge       737    20     2       100     98      69        20    78          6",
    ]


def test_launch_times_in_words() -> None:
    assert launch_text(BURST.launches) == (
        "launch times: 18 of 18 pods got an address; from arrival to address "
        "median 0 s, p95 10 s, max 10 s"
    )
    crowded = over_time(node("t3.small"), bursts([(11, 0), (-1, 9_000)]), duration=20_000)
    assert launch_text(crowded.launches).splitlines()[1:] == [
        "without an address at the end: p10",
        "left without ever having had one: p11",
    ]
    nobody = over_time(node("t3.small"), bursts([]), duration=5_000)
    assert launch_text(nobody.launches) == "launch times: 0 of 0 pods got an address"


def test_numbers_keep_their_digits() -> None:
    run = over_time(node("t3.small"), bursts([(1, 0)]), duration=100_000_001, every=100_000_001)
    assert node_table(run, "time").splitlines()[-1].split()[0] == "100000.001"
    (column,) = [each for each in COLUMNS["pods"] if each.heading == "EC2 calls"]
    row = evolve(run.rows[0], quantities=evolve(run.rows[0].quantities, ec2_calls=12_345_678))
    assert column.text(row) == "12345678"


def test_csv_reads_back() -> None:
    rows = list(
        csv.DictReader(
            io.StringIO("\n".join([csv_headings(), csv_rows(BURST), csv_rows(FLAPPING)]))
        )
    )
    assert len(rows) == len(BURST.rows) + 2
    assert all(tuple(row) == CSV_HEADINGS for row in rows)
    for row, source in zip(rows, [*BURST.rows, *FLAPPING.rows], strict=True):
        assert int(row["reserved"]) == source.quantities.reserved
        assert int(row["wanted"]) == source.warm_target
        assert float(row["time_s"]) == source.at
    assert (rows[-1]["ending"], rows[-1]["period_s"]) == ("restless", "65.0")
    assert (rows[0]["ending"], rows[0]["period_s"]) == ("", "")


def test_json_reads_back() -> None:
    found = json.loads(json.dumps(run_as_json(BURST), allow_nan=False))
    assert [row["ec2_calls"] for row in found["rows"]] == [
        sum(row["ec2_calls_by_kind"].values()) for row in found["rows"]
    ]
    assert found["rows"][-1]["ec2_calls_by_kind"]["AssignPrivateIpAddresses"] == 4
    assert found["launches"]["p95_s"] == 10
    assert len(found["launches"]["pods"]) == 18
    flapping = json.loads(json.dumps(run_as_json(FLAPPING)))["rows"][1]["rest"]
    assert flapping["lowest"]["enis"] == 1
    assert flapping["highest"]["enis"] == 2


def test_growth_in_vain_is_not_called_swinging() -> None:
    setup = evolve(node("m5.large"), subnets=(ample_subnet(3),))
    (row,) = over_pods(setup, [1]).rows
    assert row.rest is not None
    assert row.rest.lowest == row.rest.highest
    shown = node_table(over_pods(setup, [1]), "pods")
    assert "asks EC2 in vain for ever: the same again every" in shown


def test_a_cut_row_says_so() -> None:
    cut = over_pods(node("t3.small", {"WARM_ENI_TARGET": "0"}), [3], Conditions(most_passes=30))
    assert "cut after 650 s" in node_table(cut, "pods")
