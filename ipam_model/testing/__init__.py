"""Random tests of a node with Hypothesis: strategies, a state machine, profiles.

| module | what it is |
|---|---|
| `events` | what happens to a node, as records that read well when shrunk |
| `story`, `telling` | a node with its events, and the runner that lives through them |
| `weighing` | strategies picked by weight |
| `nodes`, `faults`, `happenings`, `stories`, `scenarios` | the strategies |
| `watched_node` | a node whose every step is judged by every property |
| `machine` | a state machine, one rule for each kind of event |
| `failures` | what is printed of a violation |
| `profiles` | how hard Hypothesis tries: `dev`, `ci`, `nightly` |
| `coverage`, `reporting` | how much of the specification a run exercised; a plugin that shows it |

`docs/testing.md` shows how another project uses them.

The only part of the package that needs the extra `testing`.
"""

from ipam_model.extras import missing_extra

try:
    import hypothesis as _hypothesis  # noqa: F401 - asked for once, so that it is missed once
except ModuleNotFoundError:
    raise missing_extra("hypothesis", "testing") from None
