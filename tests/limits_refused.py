"""JSON to break on purpose, and how it is refused."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from ipam_model.errors import InputError

Json: TypeAlias = dict[str, Any]  # what a test cuts up and breaks on purpose


def refusal(act: Callable[[], object]) -> str:
    """The message of the refusal: one line that any terminal can show."""
    with pytest.raises(InputError) as caught:
        act()
    message = str(caught.value)
    assert message.isascii()
    assert message.isprintable()
    assert len(message) < 400
    return message
