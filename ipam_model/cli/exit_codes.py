"""What every command tells the shell."""

from typing import Final

ACCEPTED: Final = 0
"""What was asked for holds, or was done."""
REJECTED: Final = 1
"""Something was checked and does not hold."""
BAD_INPUT: Final = 2
"""A file or an option makes no sense, or nothing can be printed."""
INCONCLUSIVE: Final = 3
"""Some answer was given up."""
INTERRUPTED: Final = 130
"""What a shell shows for a program that was interrupted."""
BROKEN_PIPE: Final = 141
"""What a shell shows for a program whose reader went away."""
