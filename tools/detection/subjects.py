"""Wrong subjects by kind and id, in this process and by wire."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.reference import ReferenceDaemon
from ipam_model.conformance.subject import Calls, Kind, Subject
from ipam_model.conformance.wire.remote_subject import RemoteSubject
from ipam_model.conformance.wrong_datastores import WRONG_DATASTORES
from ipam_model.errors import InputError
from ipam_model.wrong_models import WRONG_MODELS, WrongModel

Factory: TypeAlias = Callable[[], Subject[Any, Any]]

CATALOGUES: Final[Mapping[Kind, Mapping[str, WrongModel]]] = {
    Kind.DAEMON: WRONG_MODELS,
    Kind.DATASTORE: WRONG_DATASTORES,
}
RIGHT: Final = "none"
"""Instead of an id: no bug."""
IN_THE_AWS_LAYER: Final = frozenset(
    {
        "excluded-subnet-chosen",
        "created-eni-left-behind",
    }
)
"""Wrong where the kit's EC2 stands in: the choice of a subnet, creating, attaching. Such a daemon
is one with an EC2 of its own here."""


def wrong_of(kind: Kind, bug: str) -> WrongModel | None:
    """By id; `None` for the right one."""
    if bug == RIGHT:
        return None
    wrong = CATALOGUES[kind].get(bug)
    if wrong is None:
        raise InputError(f"no wrong {kind.value} is called {bug}")
    return wrong


def factory_of(kind: Kind, bug: str) -> Factory:
    """Makes it in this process."""
    wrong = wrong_of(kind, bug)
    if kind is Kind.DATASTORE:
        return partial(ReferenceDatastore, wrong_model=wrong)
    return partial(ReferenceDaemon, calls=calls_of(bug), wrong_model=wrong)


def calls_of(bug: str) -> Calls:
    """Whether a wrong daemon asks the kit for EC2."""
    return Calls.NONE if bug in IN_THE_AWS_LAYER else Calls.CHANGES


def program_of(kind: Kind, bug: str) -> Factory:
    """Makes it behind the protocol."""
    command = [sys.executable, "-m", "tools.detection.served", kind.value, bug]
    return partial(RemoteSubject, command, timeout=60.0)
