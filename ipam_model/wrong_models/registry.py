"""The registry of wrong models: daemons with one bug each, by id."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from attrs import frozen

from ipam_model.errors import ModelError
from ipam_model.wrong_models.replacing import Replacing

Break = Callable[[Replacing], None]
"""Replaces functions of the daemon by wrong ones."""


@frozen(kw_only=True)
class WrongModel:
    """A daemon with one bug."""

    id: str
    """In kebab case, as a command takes it."""
    family: str
    """The family of rules, as the module that states it."""
    statement: str
    """What the broken daemon does."""
    breaks: tuple[str, ...]
    """Ids of the rules it does not follow."""
    upstream: tuple[str, ...]
    """Issues in which such a daemon was reported, as `#1775`; empty for an edit of a rule."""
    survives: str
    """Why no property notices, if none does: it behaves as the model, or where it shows."""
    break_daemon: Break
    """How it is made."""

    def __str__(self) -> str:
        return self.id


WRONG_MODELS: Final[dict[str, WrongModel]] = {}
"""Every wrong model by id, in the order of the catalogue."""


def wrong_model(
    *,
    breaks: tuple[str, ...],
    upstream: tuple[str, ...] = (),
    survives: str = "",
    among: dict[str, WrongModel] = WRONG_MODELS,
) -> Callable[[Break], WrongModel]:
    """Register the decorated breakage: its docstring is the statement of the wrong model.

    The wrong model is called like the function, and is put `among` others of its registry. Raises
    `ModelError` if the name is taken there.
    """

    def register(break_daemon: Break) -> WrongModel:
        model = WrongModel(
            id=break_daemon.__name__.replace("_", "-"),
            family=break_daemon.__module__.rpartition(".")[2],
            statement=" ".join((break_daemon.__doc__ or "").split()),
            breaks=breaks,
            upstream=upstream,
            survives=survives,
            break_daemon=break_daemon,
        )
        if model.id in among:
            raise ModelError(f"two wrong models are called {model.id}")
        among[model.id] = model
        return model

    return register


_in_force: list[WrongModel] = []


@contextmanager
def wrong(model: WrongModel) -> Iterator[WrongModel]:
    """Run every daemon of this process with the bug, until the block is left.

    Raises `ModelError` inside another such block: one daemon has one bug. Not for threads that
    are to run different daemons.
    """
    if _in_force:
        raise ModelError(f"{model.id}: the daemon already has the bug {_in_force[0].id}")
    replacing = Replacing()
    _in_force.append(model)
    try:
        model.break_daemon(replacing)
        yield model
    finally:
        replacing.restore()
        _in_force.clear()
