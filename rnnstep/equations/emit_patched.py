"""The code of a plan with a call behind each patched signal's equation.

Everything else is line by line the code of ``emit``, in the same order and the same shapes: what a
patch does not change has the same bits with the calls and without them. A signal is patched in its
recorded row, before anything reads it: in the loop step by step, outside of it for all steps of a
segment at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from .emit import Forward
from .functions import Array
from .nodes import Stage
from .plan import Block, Group, Pair, Plan


class Hooks(Protocol):
    """What is called behind the equations of patched signals; see ``emit_patched``."""

    def row(self, signal: str, row: Array, t: int) -> None:
        """Change a signal's value at time ``t`` of the arrays, in place."""
        ...

    def rows(self, signal: str, rows: Array, lo: int) -> None:
        """Change a signal's values at times lo+1 and later, in place."""
        ...


def emit_patched(plan: Plan, patched: frozenset[str]) -> str:
    """Write ``prepare`` and ``segment`` of a plan, the latter with two more arguments.

    ``patch(signal, row, t)`` and ``patch_rows(signal, rows, lo)`` may change a signal's row of time
    ``t``, or its rows of times lo+1 and later, in place; times are those of the arrays.
    """
    return _Patched(plan, patched).source()


class _Patched(Forward):
    parameters = "s, inputs, a, lo, hi, work, patch, patch_rows"

    def __init__(self, plan: Plan, patched: frozenset[str]) -> None:
        super().__init__(plan)
        self.patched = patched

    def item(self, what: object) -> list[str]:
        lines = super().item(what)
        for index in self.results(what):
            name = self.signal_of.get(index)
            if name in self.patched:
                t = self.row("range(lo + 1, hi + 1)", "t")
                row = self.operand(index, self.dag.sizes[index])
                lines.append(f'patch("{name}", {row}, {t})')
        return lines

    def results(self, what: object) -> Iterator[int]:
        """The nodes that an item of the schedule leaves whole."""
        if isinstance(what, Group):
            for block in what.blocks:
                if block.kind != "plain":
                    yield block.result
                elif not block.extras:
                    yield block.root
        elif isinstance(what, Block):
            yield what.root
        elif isinstance(what, Pair):
            yield self.dag.signals[what.signal]
        elif isinstance(what, int):
            yield what

    def block_node(self, index: int, lines: list[str], size: int = 0) -> str:
        fresh = ("rows", index) not in self.names.known
        rows = super().block_node(index, lines, size)
        name = self.signal_of.get(index)
        outside = self.plan.stage[index] in (Stage.BEFORE, Stage.AFTER)
        if fresh and outside and name in self.patched:
            lines.append(f'patch_rows("{name}", {rows}, lo)')
        return rows
