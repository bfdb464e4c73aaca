"""A cell: one step of a model as equations, with its name, its source and its conventions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..equations.graph import Graph, build_graph
from ..equations.history import history_name
from ..equations.render import plain
from ..equations.sizes import Shape, Sizes, infer_sizes
from ..errors import EquationError, SignalError, listed, suggest

Option = str | bool | int | float


@dataclass(frozen=True)
class Readout:
    """How a model answers.

    Attributes
    ----------
    equations : str
        What is appended to a cell; empty if its output is the answer as it stands.
    answers : {"classes", "numbers"}
        What targets it is for.
    """

    equations: str
    answers: str


READOUTS: dict[str, Readout] = {
    "softmax": Readout(
        "logits = V @ {h} + a  # scores\ny = softmax(logits)  # probabilities", "classes"
    ),
    "linear": Readout("y = V @ {h} + a  # prediction", "numbers"),
    "probabilities": Readout("", "classes"),
}
"""Every readout; with ``probabilities`` the cell's own output holds those of the classes."""


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
    readout : {"softmax", "linear", "probabilities"} or None
        How it answers, once that is decided.
    forms : mapping of str to str
        For a model that answers by itself: by readout, its equations, whose answer is ``y``.
        Nothing is appended to them. Empty for a cell that needs a readout to answer.
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
    forms: Mapping[str, str] = field(default_factory=dict)

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
        appended = self.readout is not None and READOUTS[self.readout].equations
        return "y" if self.forms or appended else self.output

    @property
    def readouts(self) -> tuple[str, ...]:
        """Names of the readouts that it can answer with."""
        return tuple(self.forms or READOUTS)

    def readout_for(self, answers: str) -> str | None:
        """The readout for ``classes`` or ``numbers``; None if it cannot answer them."""
        return next((name for name in self.readouts if READOUTS[name].answers == answers), None)

    @property
    def appended(self) -> tuple[str, ...]:
        """The signals that a readout has appended."""
        if self.forms or self.readout is None:
            return ()
        lines = READOUTS[self.readout].equations.splitlines()
        return tuple(line.partition(" = ")[0] for line in lines)

    @property
    def warm_up(self) -> int:
        """Steps at a run's beginning at which a model that answers by itself has no answer yet.

        It follows from how far back its equations read the input: one that reads ``x[t-8]`` can
        answer from step 9 on.
        """
        lags = self.graph.lags
        return max(lags.get(name, 0) for name in self.inputs) if self.forms else 0

    @property
    def window(self) -> int | None:
        """How many inputs an answer depends on at most; None where nothing bounds the past."""
        graph = self.graph
        if graph.states or graph.histories:
            return None
        return 1 + max(graph.lags.get(name, 0) for name in self.inputs)

    def sizes(
        self,
        hidden: int | None = None,
        given: Mapping[str, int | Shape] | None = None,
        steps: int | None = None,
    ) -> Sizes:
        """Infer all sizes; see :func:`rnnstep.equations.sizes.infer_sizes`.

        Parameters
        ----------
        hidden : int, optional
            Size of whatever the others leave open.
        given : mapping
            Sizes by name, ``x`` among them.
        steps : int, optional
            For how many steps a matrix must cover ``history(x)``, unless its shape is given.

        Notes
        -----
        A model that answers by itself answers with as many units as x has, unless something else
        decides it: the next input is what it predicts.
        """
        otherwise = {}
        for name in self.inputs:
            size = (given or {}).get(name)
            if not isinstance(size, int):
                continue
            if self.forms:
                otherwise[self.answer] = size
            if steps and name in self.graph.histories:
                otherwise[history_name(name)] = steps * size
        return infer_sizes(self.graph, hidden, given, otherwise)

    def with_readout(self, kind: str) -> Cell:
        """Append a readout's equations, which are then recorded and shown like all others.

        Parameters
        ----------
        kind : {"softmax", "linear", "probabilities"}
            ``logits = V @ h + a; y = softmax(logits)``, ``y = V @ h + a``, or nothing. A model that
            answers by itself takes its own form of that kind instead.

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
        if kind not in self.readouts:
            raise SignalError(
                f"{self.name} answers by itself, with {listed(self.readouts)}; it has no readout"
                f" {kind}"
            )
        if self.forms:
            return replace(self, text=self.forms[kind], readout=kind)
        if not READOUTS[kind].equations:
            return replace(self, readout=kind)
        added = READOUTS[kind].equations.format(h=self.output)
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
