"""A cell: one step of a model as equations, with its name, its source and its conventions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..equations.graph import Graph, build_graph
from ..equations.render import plain
from ..equations.sizes import Shape, Sizes, infer_sizes
from ..errors import EquationError, SignalError, listed, suggest

Option = str | bool | int | float

READOUTS: dict[str, tuple[str, str]] = {
    "softmax": ("logits = V @ {h} + a  # scores\ny = softmax(logits)  # probabilities", "y"),
    "linear": ("y = V @ {h} + a  # prediction", "y"),
}
"""Equations that a readout appends to a cell, and the signal that holds its answer."""


@dataclass(frozen=True)
class Cell:
    """One step of a model.

    Attributes
    ----------
    name : str
        Short name, as in ``cell: lstm``.
    title : str
        The name in words.
    text : str
        The equations, one a line, with the signals' roles as comments.
    output : str
        The signal that is the cell's output (for a readout, or the next layer).
    source : str
        Paper and equation, or library.
    notes : str
        Departures from the source and conventions, in a sentence or two.
    options : mapping
        The options that it was made with.
    inputs : tuple of str
        Names given from outside at every step.
    readout : {"softmax", "linear"} or None
        Which readout has been appended.
    """

    name: str
    title: str
    text: str
    output: str = "h"
    source: str = ""
    notes: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)
    inputs: tuple[str, ...] = ("x",)
    readout: str | None = None

    @cached_property
    def graph(self) -> Graph:
        """What the equations imply.

        Raises
        ------
        EquationError
            If they are wrong.
        """
        graph = build_graph(self.text, self.inputs)
        if self.output not in graph.signals:
            raise EquationError(
                f"the output {self.output!r} has no equation"
                f"{suggest(self.output, graph.signals)}; there are {listed(graph.signals)}"
            )
        return graph

    @property
    def answer(self) -> str:
        """The signal that holds what the model answers: the readout's, or else the output."""
        return READOUTS[self.readout][1] if self.readout else self.output

    def sizes(
        self, hidden: int | None = None, given: Mapping[str, int | Shape] | None = None
    ) -> Sizes:
        """Infer all sizes; see :func:`rnnstep.equations.sizes.infer_sizes`."""
        return infer_sizes(self.graph, hidden, given)

    def with_readout(self, kind: str) -> Cell:
        """Append a readout's equations, which are then recorded and shown like all others.

        Parameters
        ----------
        kind : {"softmax", "linear"}
            ``logits = V @ h + a; y = softmax(logits)``, or ``y = V @ h + a``.

        Raises
        ------
        SignalError
            If there is no such readout, or the cell already has a signal of its names.
        """
        if kind not in READOUTS:
            raise SignalError(
                f"there is no readout {kind!r}{suggest(kind, READOUTS)}; there are"
                f" {listed(READOUTS)}"
            )
        added = READOUTS[kind][0].format(h=self.output)
        taken = {*self.graph.signals, *self.graph.params, *self.inputs}
        clash = taken & {"logits", "y", "V", "a"}
        if clash:
            raise SignalError(
                f"the cell {self.name} already uses {listed(sorted(clash))}, which the readout"
                " needs; write the readout as equations of the cell, or rename"
            )
        return replace(self, text=f"{self.text.rstrip()}\n{added}\n", readout=kind)

    def equations_text(self) -> str:
        """Return the equations in the language, aligned, with their roles."""
        rows = [(plain(e), e.role) for e in self.graph.equations]
        width = max(len(text) for text, _ in rows)
        return "\n".join(f"{text:<{width}}  # {role}" if role else text for text, role in rows)
