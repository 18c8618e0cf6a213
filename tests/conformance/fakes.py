"""Subjects that are not what they should be."""

import itertools
from typing import ClassVar

from attrs import evolve

from ipam_model.config import Quirk
from ipam_model.conformance.datastore_events import (
    Assign,
    DatastoreEvent,
    DatastorePart,
    DelCidr,
    Freeable,
    RemoveEni,
)
from ipam_model.conformance.datastore_reference import ReferenceDatastore
from ipam_model.conformance.observation import Observation
from ipam_model.conformance.subject import Capabilities, Feature, Kind, Reply, UnsupportedError


class Good(ReferenceDatastore):
    """Conforms."""


class Real(ReferenceDatastore):
    """With two suspected bugs of the real one."""

    def __init__(self) -> None:
        super().__init__(quirks=frozenset({Quirk("R24"), Quirk("R25")}))


class Wrapped:
    """A store that is changed a little by those that derive from it."""

    features: ClassVar[frozenset[Feature]] = frozenset(Feature)

    def __init__(self) -> None:
        self._inner = ReferenceDatastore()

    @property
    def capabilities(self) -> Capabilities:
        return evolve(
            self._inner.capabilities, name=type(self).__name__, version="1", features=self.features
        )

    def reset(self, setup: DatastorePart) -> None:
        self._inner.reset(setup)

    def apply(self, event: DatastoreEvent) -> Reply:
        return self._inner.apply(event)

    def observe(self) -> Observation:
        return self._inner.observe()


class WrongDevice(Wrapped):
    """Says another device number to whoever asks for an address."""

    def apply(self, event: DatastoreEvent) -> Reply:
        reply = super().apply(event)
        if isinstance(event, Assign) and reply["success"]:
            return reply | {"device": 99}
        return reply


class WrongDeviceAndRefuses(WrongDevice):
    """Also says that it did not remove what it removed."""

    def apply(self, event: DatastoreEvent) -> Reply:
        reply = super().apply(event)
        return {"success": False} if isinstance(event, RemoveEni | DelCidr) else reply


class Forgetful(Wrapped):
    """Loses a pod's address now and then, whatever the plan: every seventh of its life."""

    count: ClassVar["itertools.count[int]"] = itertools.count(1)

    def apply(self, event: DatastoreEvent) -> Reply:
        if isinstance(event, Assign) and next(self.count) % 7 == 0:
            return {"success": False, "error": "lost"}
        return super().apply(event)


class Crashing(Wrapped):
    """Raises where a question is asked that it did not think of."""

    def apply(self, event: DatastoreEvent) -> Reply:
        if isinstance(event, Freeable):
            raise ZeroDivisionError("oops")
        return super().apply(event)


class Unsupporting(Wrapped):
    """Supports nothing."""

    features = frozenset()

    def apply(self, event: DatastoreEvent) -> Reply:
        raise UnsupportedError(f"no {event.kind} yet")


class NoCapabilities(Wrapped):
    """Says something else."""

    @property
    def capabilities(self) -> Capabilities:
        return Kind.DATASTORE  # type: ignore[return-value]  # that is wrong with it


class Closing(Wrapped):
    """Counts those that are open."""

    alive: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        Closing.alive += 1

    def close(self) -> None:
        Closing.alive -= 1
