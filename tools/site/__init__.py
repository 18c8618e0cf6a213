"""What the site needs beyond Sphinx's own: pages for the files that pages link to."""

from typing import TYPE_CHECKING

from tools.site import sources

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Sphinx's hook for an extension."""
    sources.register(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
