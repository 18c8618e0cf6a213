"""A node at work: how many ENIs and addresses it holds, by pods or over time.

    from ipam_model.simulation import over_pods, over_time

| module | question it answers |
|---|---|
| `profiles` | when do pods come and go? |
| `latencies`, `choices`, `conditions` | what is assumed besides the node? |
| `node`, `agenda` | the node under observation; with appointments |
| `quiet`, `rest` | what can be skipped? when is nothing going to change? |
| `over_pods`, `over_time` | the two kinds of run |
| `warm_target` | how many addresses does the daemon want? |
| `rows` | what comes out, as records |
| `tables` | ... as text, CSV and JSON |
| `plots` | ... as pictures; needs the extra `plots` and is imported on its own |
"""

from ipam_model.simulation.choices import Choices
from ipam_model.simulation.conditions import Conditions
from ipam_model.simulation.latencies import NONE, TYPICAL, Latencies
from ipam_model.simulation.over_pods import Path, over_pods
from ipam_model.simulation.over_time import over_time
from ipam_model.simulation.profiles import (
    Leave,
    Moment,
    Profile,
    bursts,
    churn,
    constant,
    parse_counts,
    parse_profile,
    ramp,
)
from ipam_model.simulation.rows import Ending, Launch, LaunchTimes, NodeRun, Rest, Row

__all__ = [
    "NONE",
    "TYPICAL",
    "Choices",
    "Conditions",
    "Ending",
    "Latencies",
    "Launch",
    "LaunchTimes",
    "Leave",
    "Moment",
    "NodeRun",
    "Path",
    "Profile",
    "Rest",
    "Row",
    "bursts",
    "churn",
    "constant",
    "over_pods",
    "over_time",
    "parse_counts",
    "parse_profile",
    "ramp",
]
