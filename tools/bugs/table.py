"""All 48 rows of the survey of bugs."""

from typing import Final

from tools.bugs.bug import Bug
from tools.bugs.counting import COUNTING
from tools.bugs.growing import GROWING
from tools.bugs.ownership import OWNERSHIP

BUGS: Final[tuple[Bug, ...]] = (*OWNERSHIP, *COUNTING, *GROWING)
"""In the survey's order."""
