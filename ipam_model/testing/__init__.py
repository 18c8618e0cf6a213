"""Random tests of a node with Hypothesis: strategies, a state machine, profiles.

| module | what it is |
|---|---|
| `events` | what happens to a node, as records that read well when shrunk |
| `story`, `telling` | a node with its events, and the runner that lives through them |
| `weighing` | strategies picked by weight |
| `nodes`, `faults`, `happenings`, `stories` | the strategies |

The only part of the package that needs the extra `testing`.
"""

from ipam_model.extras import missing_extra

try:
    import hypothesis as _hypothesis  # noqa: F401 - asked for once, so that it is missed once
except ModuleNotFoundError:
    raise missing_extra("hypothesis", "testing") from None
