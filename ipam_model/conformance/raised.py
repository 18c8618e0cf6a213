"""What code of the user's raised, in words.

`SystemExit` is no `Exception`, and would end the check as if it had gone well; who calls a subject
takes it for any other error.
"""

import traceback
from pathlib import Path
from typing import Final

RAISED: Final = (Exception, SystemExit)
"""What is caught of a subject; an interrupt from the keyboard is not its own."""


def raised_words(error: BaseException) -> str:
    """Its kind, and its text if it has one."""
    kind = type(error).__name__
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{kind}: {text}" if text else kind


def raised_place(error: BaseException) -> str:
    """File and line; empty if it was raised where it was caught, as of a call that does not fit."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        return f"{Path(error.filename).name}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or frames[-1].filename == frames[0].filename:
        return ""
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}"
