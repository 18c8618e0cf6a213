"""Links from a page to a file or folder of the repository lead to a page that shows it.

Sphinx would offer such a file for download, under a name of its own. A reader wants to look at it,
with the line numbers that `file.py#L20` names. A link to a folder leads to the list of its files.
"""

import posixpath
from collections.abc import Iterator
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any, Final

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform

FOLDER: Final = "files"
"""Where these pages lie in the site."""

PICTURES: Final = (".png", ".svg")
"""These are looked at as they are."""

_ROLE: Final = "repository-file"
_STORE: Final = "repository_files"


def register(app: Sphinx) -> None:
    """Connect all parts."""
    app.add_transform(Files)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("missing-reference", _resolve)
    app.connect("html-collect-pages", pages)
    app.connect("html-page-context", _without_contents, priority=100)  # before the theme's own


def linked(env: BuildEnvironment) -> dict[str, set[str]]:
    """By page, the files and folders that it links to, from the root of the repository."""
    if not hasattr(env, _STORE):
        setattr(env, _STORE, {})
    found: dict[str, set[str]] = getattr(env, _STORE)
    return found


class Files(SphinxTransform):
    """Marks links to what is in the repository and no page of the site."""

    default_priority = 5

    def apply(self, **_: Any) -> None:  # noqa: ANN401 - the base class says so
        """Called by Sphinx for each page that is read."""
        for kind in (addnodes.download_reference, addnodes.pending_xref):
            for link in list(self.document.findall(kind)):
                self._mark(link)

    def _mark(self, link: nodes.Element) -> None:
        page = self.env.docname
        target, _, anchor = link.get("reftarget", "").partition("#")
        if not target or link.get("reftype", "myst") != "myst":
            return
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
        where = Path(self.env.srcdir, path)
        if path.startswith("..") or not where.exists() or where.suffix in (".md", *PICTURES):
            return
        linked(self.env).setdefault(page, set()).add(path)
        reference = addnodes.pending_xref(
            "",
            *link.children,
            refdomain="",
            reftype=_ROLE,
            reftarget=path,
            refdoc=page,
            anchor=anchor,
        )
        link.replace_self(reference)


def _forget(_app: Sphinx, env: BuildEnvironment, page: str) -> None:
    linked(env).pop(page, None)


def _merge(_app: Sphinx, env: BuildEnvironment, pages: list[str], other: BuildEnvironment) -> None:
    linked(env).update({page: linked(other)[page] for page in pages if page in linked(other)})


def _resolve(
    app: Sphinx, _env: BuildEnvironment, link: addnodes.pending_xref, _text: nodes.TextElement
) -> nodes.reference | None:
    if link["reftype"] != _ROLE:
        return None
    uri = app.builder.get_relative_uri(link["refdoc"], name_of(link["reftarget"]))
    if link["anchor"]:
        uri = f"{uri}#{link['anchor']}"
    return nodes.reference("", "", *link.children, internal=True, refuri=uri)


def name_of(path: str) -> str:
    """The name of the page that shows a file or folder."""
    return f"{FOLDER}/{path}"


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page for each file that is linked to, and for each folder and the files in it."""
    root = Path(app.srcdir)
    wanted = {path for each in linked(app.env).values() for path in each}
    for folder in {path for path in wanted if (root / path).is_dir()}:
        inside = [each for each in sorted((root / folder).iterdir()) if each.is_file()]
        wanted.update(each.relative_to(root).as_posix() for each in inside)
        yield _page(folder, _listed(folder, [each.name for each in inside]))
    for path in sorted(wanted):
        if (root / path).is_file():
            yield _page(path, shown(path, (root / path).read_text("utf-8")))


def _without_contents(
    _app: Sphinx, name: str, _template: str, context: dict[str, Any], _tree: nodes.document | None
) -> None:
    """The theme reads the contents of the site anew for each page: for hundreds that is slow."""
    if name.startswith(f"{FOLDER}/"):
        context["toctree"] = lambda **_: ""


def _page(path: str, body: str) -> tuple[str, dict[str, Any], str]:
    title = PurePosixPath(path).name
    heading = f"<h1>{escape(title)}</h1><p><code>{escape(path)}</code></p>"
    return name_of(path), {"title": title, "body": f"{heading}\n{body}"}, "page.html"


def _listed(folder: str, names: list[str]) -> str:
    here = PurePosixPath(folder).name
    items = (f'<li><a href="{here}/{escape(name)}.html">{escape(name)}</a></li>' for name in names)
    return f"<ul>{''.join(items)}</ul>"


def shown(path: str, text: str) -> str:
    """The text, highlighted, each line with the anchor that repository browsers give it."""
    try:
        lexer = get_lexer_for_filename(path, text)
    except ClassNotFound:
        lexer = TextLexer()
    lines = highlight(text, lexer, HtmlFormatter(nowrap=True)).splitlines()
    numbered = (
        f'<span id="L{number}"><a class="linenos" href="#L{number}">{number:>4}</a> {line}</span>'
        for number, line in enumerate(lines, 1)
    )
    text = "\n".join(numbered)
    return f'<div class="highlight repository-file"><pre>{text}\n</pre></div>'
