"""Plans as documents, of either kind.

That of a daemon is a scenario, `ipam-scenario/1`, which `ipam-model replay` takes as well; that of
a data store is an `ipam-datastore/1` (`datastore_document`). A file says by its `schema` which it
is. Reading needs the extra `scenarios`.
"""

import json
from pathlib import Path

from ipam_model.conformance.plan import DaemonPlan, DatastorePlan, Plan, plan_of
from ipam_model.errors import InputError
from ipam_model.scenario.writing import write_scenario
from ipam_model.strict_json import RefusedError, decode


def write_plan(plan: Plan, title: str = "") -> str:
    """The canonical text, with a line feed at its end."""
    from ipam_model.conformance.datastore_document import write_datastore_plan

    if isinstance(plan, DaemonPlan):
        return write_scenario(plan.scenario(title))
    return write_datastore_plan(plan, title)


def read_plan(path: Path) -> Plan:
    """The plan of a file.

    Raises `InputError`: which file and place, what is wrong, and what would be right.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8 text; a plan is JSON") from None
    return parse_plan(text, str(path))


def parse_plan(text: str, name: str = "<text>") -> Plan:
    """The plan of a text; `InputError` as `read_plan`."""
    return _of_store(text, name) if _is_of_store(text) else _of_daemon(text, name)


def _is_of_store(text: str) -> bool:
    """Whether it says so; what is no JSON at all is for the reader of scenarios to refuse."""
    try:
        value = decode(text)
    except (json.JSONDecodeError, RefusedError):
        return '"ipam-datastore/' in text
    return isinstance(value, dict) and str(value.get("schema")).startswith("ipam-datastore/")


def _of_store(text: str, name: str) -> DatastorePlan:
    from ipam_model.conformance.datastore_document import parse_datastore_plan

    return parse_datastore_plan(text, name)


def _of_daemon(text: str, name: str) -> DaemonPlan:
    from ipam_model.scenario.reading import parse_scenario

    scenario, _ = parse_scenario(text, name)
    try:
        return plan_of(scenario)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
