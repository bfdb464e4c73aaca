"""The compiler's plan as data: what is hoisted, what is stacked, where everything is recorded.

``planner`` decides it; ``emit`` and the other writers turn it into code.

Index convention of storage: frame t of a signal stands at row ``t + base`` of its array.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .graph import Graph
from .nodes import Dag, Stage
from .sizes import Sizes

CLASSES = ("plain", "tanh", "sigmoid")
"""Kinds of blocks, in the order in which a group's columns have them."""


@dataclass
class Block:
    """One matrix of a group.

    Attributes
    ----------
    param : str
        The matrix.
    product : int
        The matvec node.
    root : int
        The sum that it belongs to, or the product itself.
    hoisted : tuple of int
        Summands that do not depend on the state: added before anything else.
    extras : tuple of int
        Summands that do.
    kind : {"plain", "tanh", "sigmoid"}
        Whether the group applies the activation.
    result : int
        The node whose value the group leaves behind: the activation, or the root.
    start, stop : int
        Columns in the stacked product.
    """

    param: str
    product: int
    root: int
    hoisted: tuple[int, ...]
    extras: tuple[int, ...]
    kind: str
    result: int
    start: int = 0
    stop: int = 0


@dataclass
class Group:
    """All products with one vector in the loop, stacked: ``[plain | tanh | sigmoid]``."""

    name: str
    vector: int
    blocks: list[Block]

    @property
    def width(self) -> int:
        return self.blocks[-1].stop

    def first(self, kind: str) -> int:
        """First column whose block is of ``kind`` or a later class."""
        wanted = CLASSES.index(kind)
        for block in self.blocks:
            if CLASSES.index(block.kind) >= wanted:
                return block.start
        return self.width

    @property
    def adds(self) -> bool:
        """Whether anything is added before the loop."""
        return any(block.hoisted for block in self.blocks)


@dataclass(frozen=True)
class Store:
    """Where a node of the loop is recorded: columns of an array, frame t at row t + base."""

    array: str
    start: int
    stop: int
    base: int


@dataclass
class ArraySpec:
    """One recording array: its columns, and how many rows it has beyond the run's length."""

    name: str
    width: int
    extra: int


@dataclass(frozen=True)
class Pair:
    """``signal = f * signal[t-1] + i * g`` as one product of adjacent columns."""

    signal: str
    past: tuple[int, int]
    gates: tuple[int, int]
    group: str


@dataclass
class Plan:
    """Everything that a backend needs to write the code.

    Attributes
    ----------
    dag, graph, sizes
        The operations.
    stage : list of Stage
        Of every node.
    groups : list of Group
    stores : dict of int to Store
        Where nodes are recorded; every signal is, and activations of packed groups are.
    arrays : dict of str to ArraySpec
    schedule : list
        The loop in order: ("group", Group), ("finish", Block), ("pair", Pair), ("op", node).
    """

    dag: Dag
    graph: Graph
    sizes: Sizes
    stage: list[Stage]
    groups: list[Group] = field(default_factory=list)
    stores: dict[int, Store] = field(default_factory=dict)
    arrays: dict[str, ArraySpec] = field(default_factory=dict)
    schedule: list[tuple[str, object]] = field(default_factory=list)

    def signal_store(self, name: str) -> Store:
        """Where a signal is recorded."""
        return self.stores[self.dag.signals[name]]
