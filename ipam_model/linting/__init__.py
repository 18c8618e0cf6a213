"""Linting: what is wrong with a node's settings, each with a run that shows it.

| module | question |
|---|---|
| `finding` | what is said about settings? |
| `subject` | what does a check look at? |
| `checks` | which checks are there? |
| `checks_of_targets`, `checks_of_release`, `checks_of_max_pods` | the checks |
| `remarks` | what do the rules of parsing and precedence say already? |
| `stories`, `trial` | which runs are tried, and what do they show? |
| `search` | which is the smallest run that shows it? |
| `suggesting` | does a change help? |
| `linter` | all of it, for one node |
| `sarif` | the findings for code scanning |
"""

from ipam_model.linting.finding import (
    MAX_PODS,
    CounterExample,
    LintFinding,
    Report,
    Severity,
    Status,
    Suggestion,
)
from ipam_model.linting.linter import lint

__all__ = [
    "MAX_PODS",
    "CounterExample",
    "LintFinding",
    "Report",
    "Severity",
    "Status",
    "Suggestion",
    "lint",
]
