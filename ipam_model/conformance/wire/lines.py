"""A message as a line of text: JSON, UTF-8, a line feed."""

import json

from ipam_model.conformance.wire.errors import BrokenProtocolError
from ipam_model.strict_json import JsonValue, RefusedError, decode, whole_if_so

_SHOWN = 120


def encode_line(message: dict[str, JsonValue]) -> bytes:
    """The line of a message."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode_line(line: bytes) -> dict[str, JsonValue]:
    """The message of a line, whose line feed may be missing.

    Raises `BrokenProtocolError`: what the line is instead, with its beginning.
    """
    try:
        value = decode(line.decode("utf-8"), parse_float=whole_if_so)
    except UnicodeDecodeError as error:
        raise BrokenProtocolError(
            f"a line that is not UTF-8 (byte {error.start + 1}): {shown(line)}"
        ) from None
    except json.JSONDecodeError as error:
        what = "an empty line" if not line.strip() else "a line that is not JSON"
        raise BrokenProtocolError(
            f"{what} ({error.msg} at column {error.colno}): {shown(line)}"
        ) from None
    except RefusedError as error:
        raise BrokenProtocolError(f"a line that is no good JSON ({error}): {shown(line)}") from None
    if not isinstance(value, dict):
        raise BrokenProtocolError(f"a line that is no JSON object: {shown(line)}")
    return value


def shown(line: bytes | bytearray) -> str:
    """The beginning of a line, whatever is in it, quoted."""
    text = line[:_SHOWN].rstrip(b"\r\n").decode("utf-8", "backslashreplace")
    return json.dumps(text, ensure_ascii=False) + ("…" if len(line) > _SHOWN else "")
