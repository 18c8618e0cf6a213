"""Bugs that the corpus is made to show: the wrong models and stores, and the suspected bugs."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from attrs import frozen

from ipam_model.config import Quirk
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.datastore_spec import DATASTORE_QUIRKS
from ipam_model.conformance.known import Known
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.subject import Calls, Kind, Subject
from ipam_model.conformance.wrong_datastores import WRONG_DATASTORES
from ipam_model.wrong_models import WRONG_MODELS, WrongModel
from tools.detection.subjects import calls_of, factory_of


@frozen
class Bug:
    """A bug, and the subject that has it."""

    id: str
    kind: Kind
    rules: tuple[str, ...]
    """It breaks them."""
    make: Callable[[], Subject[Any, Any]]
    calls: Calls = Calls.CHANGES
    """Of a daemon."""

    def __str__(self) -> str:
        return self.id


def bug_of(wrong: WrongModel) -> Bug:
    """Of a wrong daemon."""
    make = factory_of(Kind.DAEMON, wrong.id)
    return Bug(wrong.id, Kind.DAEMON, wrong.breaks, make, calls_of(wrong.id))


def daemon_bugs() -> Iterator[Bug]:
    """Every wrong model, and every suspected bug."""
    yield from (bug_of(each) for each in WRONG_MODELS.values())
    for quirk in Quirk:
        make = partial(ReferenceDaemon, quirks=frozenset({quirk}))
        yield Bug(quirk.value, Kind.DAEMON, (Known(quirk.value).rule,), make)


def datastore_bugs() -> Iterator[Bug]:
    """Every wrong store, and every suspected bug that a store can have."""
    for wrong in WRONG_DATASTORES.values():
        make = factory_of(Kind.DATASTORE, wrong.id)
        yield Bug(wrong.id, Kind.DATASTORE, wrong.breaks, make)
    for quirk in DATASTORE_QUIRKS:
        store = partial(ReferenceDatastore, quirks=frozenset({quirk}))
        yield Bug(quirk.value, Kind.DATASTORE, (Known(quirk.value).rule,), store)
