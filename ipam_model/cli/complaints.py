"""How every command complains: one line on the standard error."""

import sys


def complain(message: str) -> None:
    """Print a message as one line that names the program.

    What has been printed before is shown first, so that both stand in their order.
    """
    if sys.stdout is not None:
        sys.stdout.flush()
    print(f"ipam-model: {' '.join(message.split())}", file=sys.stderr)
