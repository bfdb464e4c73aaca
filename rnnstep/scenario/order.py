"""In which order lanes can be made: each behind those that it takes something from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..errors import RnnstepError, listed

if TYPE_CHECKING:
    from .scenario import Model


class CircleError(RnnstepError, ValueError):
    """Lanes need each other in a circle; ``circle`` has their names, from the first on."""

    def __init__(self, circle: tuple[str, ...]) -> None:
        self.circle = circle
        super().__init__(f"{listed(circle)} take their values from each other")


def in_order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """Names so that each stands behind those that it needs, and else as they are given.

    Parameters
    ----------
    needs : mapping of str to names
        What each name needs; names that are no keys are there already.

    Raises
    ------
    CircleError
        If names need each other.
    """
    found: list[str] = []
    begun: list[str] = []

    def place(name: str) -> None:
        if name in found or name not in needs:
            return
        if name in begun:
            raise CircleError(tuple(begun[begun.index(name) :]))
        begun.append(name)
        for other in needs[name]:
            place(other)
        found.append(begun.pop())

    for name in needs:
        place(name)
    return found


def lanes_in_order(models: Mapping[str, Model]) -> list[str]:
    """The lanes of a scenario in an order in which they can be run, whatever the file's is.

    Raises
    ------
    CircleError
        If lanes take values from each other.
    """
    return in_order({name: taken_from(models, name) for name in models})


def taken_from(models: Mapping[str, Model], name: str) -> list[str]:
    """The lanes that a lane needs: its parent, and those that its own patches take values from.

    What its parent takes, a fork shares with it.
    """
    model = models[name]
    parent = [model.fork_of] if model.fork_of else []
    shared = len(models[model.fork_of].patches) if parent else 0
    return [*parent, *(patch.lane for patch in model.patches[shared:] if patch.lane)]
