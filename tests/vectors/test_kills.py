"""No vector is vacuous: for each rule that vectors cover, a daemon that breaks it fails one."""

import json
from typing import cast

import pytest

from ipam_model.vectors.files import MODELS, suite
from ipam_model.wrong_models import WRONG_MODELS
from tools.mutants.catalogue import by_name
from tools.vectors.choosing import shows
from tools.vectors.kills import RECORD, by_rule, judged_steps, killed_by

VERSIONS = tuple(MODELS)
WITHOUT_KILLER = {"v1.23": 25, "v1.7": 30}
"""So many rules, at most, are executed by vectors without a killer on record: not every mutant of
theirs has been tried, nor more than a few vectors."""


def record(version: str) -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", json.loads(RECORD.read_text("utf-8"))[version])


@pytest.mark.parametrize("version", VERSIONS)
def test_the_record_is_of_these_vectors(version: str) -> None:
    covering = by_rule(version)
    assert record(version).keys() == covering.keys()
    for rule, killer in record(version).items():
        assert not killer or killer["vector"] in covering[rule]


@pytest.mark.parametrize("version", VERSIONS)
def test_most_rules_have_a_killer(version: str) -> None:
    left = [rule for rule, killer in record(version).items() if not killer]
    assert len(left) <= WITHOUT_KILLER[version], left


@pytest.mark.parametrize("version", VERSIONS)
def test_wrong_models_fail_the_vectors_on_record(version: str) -> None:
    steps = {str(vector["id"]): found for vector, found in judged_steps(version)}
    wrong = [(rule, killer) for rule, killer in record(version).items() if "wrong model" in killer]
    assert wrong
    for rule, killer in wrong:
        model = WRONG_MODELS[killer["wrong model"]]
        assert rule in model.breaks
        assert shows(steps[killer["vector"]], model), (rule, killer)


def test_mutants_fail_the_vectors_on_record() -> None:
    """A few of them: each needs a copy of the package. `tools.vectors.kills` hunts them all."""
    found = [killer for killer in record("v1.23").values() if "mutant" in killer]
    assert found
    for killer in found[:: max(len(found) // 3, 1)][:3]:
        mutant = by_name()[killer["mutant"]]
        assert killed_by(mutant, "v1.23", [killer["vector"]]) == killer["vector"]


def test_the_model_itself_fails_nothing() -> None:
    from tools.vectors.kills import failing

    for version in VERSIONS:
        ids = [str(each["id"]) for each in suite(version).vectors]
        assert list(failing(version, ids)) == []
