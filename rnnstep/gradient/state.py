"""The whole state as one vector: where each state, and each of its older values, stands in it.

A signal that is read up to k > 1 steps back is there with its k last values, newest first, so that
one step is a function of the vector before it (the companion form of a recurrence).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..equations.graph import Graph
from ..equations.sizes import Sizes
from ..errors import SignalError, listed, suggest

ALL = "all"
"""The name of the whole state vector, beside those of the states."""


@dataclass(frozen=True)
class Block:
    """One value in the state vector: a state, ``age`` steps before the vector's own step."""

    name: str
    age: int
    at: slice

    @property
    def size(self) -> int:
        """Units."""
        return int(self.at.stop - self.at.start)


@dataclass(frozen=True)
class Layout:
    """Where everything stands in the state vector.

    Attributes
    ----------
    blocks : tuple of Block
        In the order of the equations, each state's newest value first.
    size : int
        S, the units of all blocks.
    """

    blocks: tuple[Block, ...]
    size: int

    @property
    def names(self) -> tuple[str, ...]:
        """The states, and ``all`` for the whole vector."""
        return (*dict.fromkeys(block.name for block in self.blocks), ALL)

    def where(self, name: str, lane: str) -> slice:
        """The newest value of a state, or everything.

        Raises
        ------
        SignalError
            If there is no such state.
        """
        if name == ALL and self.blocks:
            return slice(0, self.size)
        for block in self.blocks:
            if block.name == name:
                return block.at
        states = self.names if self.blocks else ()
        raise SignalError(
            f"{lane} has no state {name!r}{suggest(name, states)}; its states are {listed(states)}"
        )


def state_layout(graph: Graph, sizes: Sizes) -> Layout:
    """Lay out the state vector of a cell."""
    blocks, at = [], 0
    for name in graph.states:
        size = sizes.signals[name]
        for age in range(graph.lags[name]):
            blocks.append(Block(name, age, slice(at, at + size)))
            at += size
    return Layout(tuple(blocks), at)
