"""The daemon's settings: environment variables in, parsed values and diagnostics out.

| module | question |
|---|---|
| `go_text` | what number or boolean does Go read in this text? |
| `diagnostics` | how is it said that a setting does not do what it seems to? |
| `origin` | where was a setting written? |
| `variables` | which variables exist, and which of them are shipped set? |
| `values` | what does the daemon hold after parsing? |
| `parse` | how does each variable get there? |
| `precedence` | which of the values are then not read at all? |
| `spelling` | which variable was probably meant? |
| `v1_7` | what of all this did v1.7 know? |
| `article` | what does the article's policy make of it? |
| `start` | does the node agent start with this, and in which mode? |

All values are read once, when the process starts: another environment means a restart (R35).
"""

from ipam_model.settings.article import parse_settings_article
from ipam_model.settings.diagnostics import Diagnostic, Severity, refused
from ipam_model.settings.origin import CODE, SHIPPED, Origin, PlacedDiagnostic
from ipam_model.settings.parse import ParsedSettings, parse_settings
from ipam_model.settings.precedence import INEFFECTIVE, max_eni_diagnostics
from ipam_model.settings.start import Mode, effective_mode, entry_gate, start_refusals
from ipam_model.settings.v1_7 import parse_settings_v1_7
from ipam_model.settings.values import DEFAULT_BACKING_STORE, Settings
from ipam_model.settings.variables import ALLOCATION_VARIABLES, shipped_defaults

__all__ = [
    "ALLOCATION_VARIABLES",
    "CODE",
    "DEFAULT_BACKING_STORE",
    "INEFFECTIVE",
    "SHIPPED",
    "Diagnostic",
    "Mode",
    "Origin",
    "ParsedSettings",
    "PlacedDiagnostic",
    "Settings",
    "Severity",
    "effective_mode",
    "entry_gate",
    "max_eni_diagnostics",
    "parse_settings",
    "parse_settings_article",
    "parse_settings_v1_7",
    "refused",
    "shipped_defaults",
    "start_refusals",
]
