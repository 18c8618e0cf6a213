"""Upstream bugs that no wrong model of the catalogue has, and why.

The issues are those of the survey of bugs on which the properties P-S1 to P-L7 rest; `docs/bugs.md`
has all of them.
"""

from collections.abc import Mapping
from typing import Final

AS_IT_IS: Final = "the daemon as specified does it: a finding, no wrong model"

WITHOUT_MODEL: Final[Mapping[str, str]] = {
    "#1127": f"{AS_IT_IS} (a restart forgets cooldowns, R62)",
    "#2896": f"{AS_IT_IS} (cooling addresses count as available, R84)",
    "#2650": f"{AS_IT_IS} (MINIMUM_IP_TARGET alone is a ceiling, R110)",
    "#3685": f"{AS_IT_IS} (the same in prefix mode, R110)",
    "#1775": f"{AS_IT_IS} (WARM_ENI_TARGET=0 attaches and frees for ever, R82)",
    "#2309": "a wrong row of the table of instance limits: data, not the daemon",
    "#890": "the max-pods formula of the node's bootstrap, which the daemon only reads",
    "#2294": "what the default warm ENI costs: intended, and a question of bounds",
    "#2749": "a fragmented subnet: EC2 has no prefix to give, whatever the daemon does",
    "#420": "how many ENIs a minute EC2 attaches: no property speaks of seconds per call",
    "#405": "many nodes at once: the model has one",
    "#41": "how many calls describe what is there: no property counts calls",
}
"""By issue, the first of its row."""
