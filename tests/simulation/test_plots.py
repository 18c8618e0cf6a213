"""Pictures: what is in them, and that they are the same again."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence

import pytest
from matplotlib.axes import Axes

from ipam_model.errors import InputError
from ipam_model.simulation import NodeRun, bursts, over_pods, over_time
from ipam_model.simulation.plots import MOST_BARS, MOST_PANELS, SERIES, draw
from tests.shared import ROOT
from tests.simulation.setups import ARTICLE, IPV6, node

PODS = over_pods(node("m5.large"), range(30))
TIME = over_time(node("m3.2xlarge", ARTICLE), bursts([(3, 0), (15, 60_000), (-18, 200_000)]))


def texts(svg: bytes) -> list[str]:
    """Every text of a picture."""
    root = ET.fromstring(svg)
    return [
        "".join(each.itertext()).strip() for each in root.iter("{http://www.w3.org/2000/svg}text")
    ]


def svg(runs: Sequence[NodeRun], over: str = "pods", title: str = "Title\nbelow it") -> list[str]:
    return texts(draw(runs, over="time" if over == "time" else "pods", title=title, kind="svg"))


def test_labels_over_pods() -> None:
    found = svg([PODS])
    for label in ("Title", "below it", "pods", "addresses, pods", "ENIs", "reserved", "owned",
                  "wanted (warm target)", "assigned", "pods waiting", "ENIs attached"):  # fmt: skip
        assert label in found
    assert "cooling" not in found
    nobody_waits = svg([over_pods(node("m5.large"), range(3))])
    assert "addresses" in nobody_waits
    assert "addresses, pods" not in nobody_waits


def test_numbers_of_one_have_no_plural() -> None:
    found = svg([over_pods(node("2x2"), [3])])
    assert "2 ENIs, 1 pod waits" in found
    assert "addresses reserved with 3 pods" in found
    assert "addresses reserved with 1 pod" in svg([over_pods(node("m5.large"), [1])])


def test_many_counts_are_drawn_as_steps_too(monkeypatch: pytest.MonkeyPatch) -> None:
    styles = []
    plain = Axes.plot

    def watched(axes: Axes, *values: object, **how: object) -> object:
        styles.append(how.get("drawstyle"))
        return plain(axes, *values, **how)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(Axes, "plot", watched)
    svg([over_pods(node("m5.large"), range(10)), over_pods(node("m5.xlarge"), range(50))])
    assert {*styles} == {"steps-mid"}


def test_a_long_line_below_the_title_is_wrapped() -> None:
    long = " · ".join(["some setting=1"] * 12)
    found = svg([PODS], title=f"Title\n{long}")
    assert long not in found
    assert " ".join(each for each in found if "setting" in each) == long


def test_an_ipv6_node_is_drawn_without_a_pool() -> None:
    six = over_pods(node("m5.large", IPV6), [0, 5])
    found = svg([six])
    assert not {"owned", "wanted (warm target)", "cooling"} & {*found}
    assert {"reserved", "assigned"} <= {*found}
    assert not any("1e" in each for each in found)
    bar = over_pods(node("m5.large", IPV6), [5])
    assert not {"1e14", "5"} & {*svg([bar])}  # one primary address is reserved, not 1 + 5


def test_labels_over_time() -> None:
    found = svg([TIME], "time")
    for label in ("time since launch (s)", "cooling", "pods waiting", "addresses, pods"):
        assert label in found
    hours = over_time(node("t3.small"), bursts([(1, 0)]), duration=8 * 3600_000, every=600_000)
    assert "time since launch (h)" in svg([hours], "time")


def test_small_multiples_name_their_nodes() -> None:
    names = ["m5.large", "m5.xlarge", "c5.4xlarge", "t3.small"]
    found = svg([over_pods(node(name), range(0, 30, 3)) for name in names])
    assert [each for each in found if each in names] == names
    assert found.count("pods") == 4


def test_bars_for_a_single_count() -> None:
    names = ["m5.large", "t3.small"]
    found = svg([over_pods(node(name), [11]) for name in names])
    for label in (*names, "assigned", "idle", "primary addresses", "3 ENIs, 2 pods wait",
                  "addresses reserved with 11 pods"):  # fmt: skip
        assert label in found


def test_a_node_that_never_rests_is_marked() -> None:
    flapping = over_pods(node("t3.small", {"WARM_ENI_TARGET": "0"}), [2, 3])
    assert "never rests: range" in svg([flapping])
    assert "never rests: range" not in svg([PODS])


def test_every_line_differs_in_colour_and_style() -> None:
    assert len({series.colour for series in SERIES}) == len(SERIES)
    dashed = [series.style for series in SERIES if series.style != "-"]
    assert len(set(dashed)) == len(dashed)
    solid = [series.width for series in SERIES if series.style == "-"]
    assert len(set(solid)) == len(solid)


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_equal_runs_give_equal_bytes(kind: str) -> None:
    program = (
        "import sys; from tests.simulation.test_plots import PODS, draw; "
        f"sys.stdout.buffer.write(draw([PODS], over='pods', title='t', kind='{kind}'))"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True)
        for _ in range(2)
    )
    assert first.stdout == second.stdout
    assert len(first.stdout) > 5_000


def test_no_date_and_no_random_ids() -> None:
    text = draw([PODS], over="pods", title="t", kind="svg").decode()
    assert not re.search(r"<dc:date>|20\d\d-\d\d-\d\d", text)


def test_png_is_a_png() -> None:
    assert draw([TIME], over="time", title="t", kind="png").startswith(b"\x89PNG")


def test_too_many_nodes_are_refused() -> None:
    with pytest.raises(InputError, match=f"at most {MOST_PANELS}"):
        draw([PODS] * (MOST_PANELS + 1), over="pods", title="t", kind="svg")
    one = over_pods(node("m5.large"), [3])
    with pytest.raises(InputError, match=f"at most {MOST_BARS} bars"):
        draw([one] * (MOST_BARS + 1), over="pods", title="t", kind="svg")


def test_nothing_to_draw_is_refused() -> None:
    exited = over_pods(node("m5.large", {"ENABLE_IPv4": "false"}), [3])
    with pytest.raises(InputError, match="nothing to plot"):
        draw([exited], over="pods", title="t", kind="svg")


def test_without_matplotlib_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from ipam_model.cli.main import main\n"
        "sys.exit(main(['simulate', '--instance-type', 'm5.large', '--plot', 'x.svg']))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "pip install 'ipam-model[plots]'" in run.stderr
    assert not (ROOT / "x.svg").exists()
