"""The site: every page of Markdown that the repository has for its readers.

`make docs` builds it. The source folder is the root of the repository, so that a link between two
pages, or from a page to a file, is the same here and where the repository is browsed.
"""

import sys
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # for the extension `tools.site`

_PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

project = "ipam_model"
author = "The ipam_model authors"
copyright = f"{author}, Apache-2.0"  # noqa: A001 - the name is Sphinx's
version = release = _PROJECT["version"]
language = "en"

root_doc = "docs/README"
include_patterns = [
    "*.md",
    "docs/*.md",
    "benchmarks/README.md",
    "examples/README.md",
    "ipam_model/vectors/README.md",
    "proofs/README.md",
]
exclude_patterns = [".*", "build", "dist"]

extensions = ["myst_parser", "sphinx_copybutton", "sphinx_external_toc", "tools.site"]
external_toc_path = "docs/contents.yml"

myst_heading_anchors = 6  # as repository browsers make them
nitpicky = True
suppress_warnings = ["etoc.glob"]  # pages of which there may be none yet
highlight_language = "none"  # a block says what it is
copybutton_prompt_text = "$ "
copybutton_line_continuation_character = "\\"

html_theme = "furo"
html_title = "ipam_model"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_additional_pages = {"index": "to_front_page.html"}
templates_path = ["_templates"]
html_copy_source = False
html_show_sphinx = False
html_domain_indices = False
html_use_index = False
html_theme_options = {
    "navigation_with_keys": True,
    "top_of_page_buttons": [],
}
