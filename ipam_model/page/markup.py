"""Text as HTML and JSON in which nothing breaks out of its place."""

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from typing import Final

from ipam_model.strict_json import JsonValue

_NOT_IN_HTML: Final = dict.fromkeys(
    {*range(32), *range(0xD800, 0xE000)} - {ord("\t"), ord("\n")}, "\N{REPLACEMENT CHARACTER}"
)
"""Controls, and halves of surrogate pairs, which no file in UTF-8 may hold."""


def text(value: str) -> str:
    """Text between tags, or in an attribute: marks of HTML are escaped."""
    return html.escape(value.translate(_NOT_IN_HTML), quote=True)


def element(name: str, *inner: str, **attributes: str | None) -> str:
    """An element around HTML that is ready; attributes of `None` are left out.

    `class_` stands for `class`, and an underscore in a name for a hyphen.
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{shown}>{''.join(inner)}</{name}>"


def several(name: str, texts: Iterable[str], **attributes: str | None) -> str:
    """An element around each of some texts."""
    return "".join(element(name, text(each), **attributes) for each in texts)


def json_inside_script(value: Mapping[str, JsonValue]) -> str:
    """JSON for a `<script>` that holds data: no text in it can end the element, or open a comment.

    Inside a script HTML escapes mean nothing, so the marks are written as JSON escapes.
    """
    shown = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return shown.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def hash_source(inline: str) -> str:
    """The source expression under which a policy lets an inline script or style pass."""
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    return f"'sha256-{digest}'"
