"""What a run reads from outside, as its segments read it.

The rows before step 1 stand in front of the input where an equation reads them, and the history of
an input is all of it in one row, newest first: step t's is what remains behind the later values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..errors import SizeError
from . import syntax as s
from .functions import Array, history
from .graph import Graph
from .history import history_name, history_of
from .interpret import initial_rows
from .sizes import Sizes


@dataclass(frozen=True)
class InputRows:
    """How the input of a cell is padded, cut and changed."""

    graph: Graph
    sizes: Sizes

    @property
    def lag(self) -> int:
        """How many rows before step 1 are read."""
        return self.graph.lags.get("x", 0)

    def pad(self, x: Array, initial: Mapping[str, Array]) -> dict[str, Array]:
        """The input with the rows before step 1 in front, and its history, where they are read.

        Raises
        ------
        SizeError
            If the run is longer than the matrices of a history.
        """
        inputs = {history_name(name): history(x) for name in self.graph.histories}
        for name, values in inputs.items():
            self._check_cover(name, values.shape[-1], x.shape[-1])
        if not self.lag:
            return {**inputs, "x": x}
        rows = initial_rows(initial.get("x"), self.lag, x.shape[1:], x.dtype)
        return {**inputs, "x": np.concatenate([rows, x])}

    def part(self, inputs: Mapping[str, Array], lo: int, hi: int) -> dict[str, Array]:
        """What steps lo+1..hi read of padded inputs, as if step lo were the beginning.

        A history is kept from step ``hi`` back to the very first value: that of step lo+1 is not
        the beginning's.
        """
        part = {"x": inputs["x"][lo : hi + self.lag]}
        after = (len(inputs["x"]) - self.lag - hi) * self.sizes.signals["x"]
        for name in map(history_name, self.graph.histories):
            part[name] = inputs[name][..., after:]
        return part

    def put(self, inputs: Mapping[str, Array], t: int, value: Array) -> None:
        """Change what step t reads, in padded inputs (of a run of its own)."""
        size = self.sizes.signals["x"]
        inputs["x"][t - 1 + self.lag] = value
        at = (len(inputs["x"]) - self.lag - t) * size
        for name in map(history_name, self.graph.histories):
            inputs[name][..., at : at + size] = value

    def _check_cover(self, name: str, numbers: int, size: int) -> None:
        cover = self.sizes.signals[name]
        if numbers <= cover:
            return
        found = next(
            (node.left.id, equation)
            for equation in self.graph.equations
            for node in equation.expression.walk()
            if isinstance(node, s.Binary) and isinstance(node.left, s.Name)
            and history_name(history_of(node.right) or "") == name
        )  # fmt: skip
        raise SizeError(
            f"{found[0]} covers {name} for {cover // size} steps ({cover} columns), and the input"
            f" has {numbers // size}: line {found[1].line}, {found[1].text!r}"
        )
