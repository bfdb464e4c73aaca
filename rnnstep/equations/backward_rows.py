"""Where adjoints live in generated backward code: their arrays, their rows, the factors they meet.

The parts of the code are lists of lines that stand one after another: ``setup``, ``early``,
``factors``, the loop, ``late``.
"""

from __future__ import annotations

from .differentiate import Adjoints
from .nodes import Stage
from .plan import Group, Plan
from .writer import Writer


class AdjointWriter(Writer):
    """Names, arrays and rows of adjoints, for what is done at once and for the loop.

    Attributes
    ----------
    adjoints : Adjoints
        What is written out.
    outside : frozenset of str
        Signals whose adjoints are given.
    with_inputs : bool
        Whether the inputs' gradients are wanted.
    setup : list of str
        Arrays and buffers, made before anything else.
    early, late : list of str
        What is done for all steps at once, before and after the loop.
    factors : list of str
        What the loop multiplies with, for all steps at once, before the loop.
    zipped : dict of str to str
        The loop variables, by what they run over.
    block_of : dict of int to (Group, Block)
        By the root of a group's block: its adjoint stands in the group's array.
    started : set of int
        Nodes whose adjoints have an array of their own that begins with zeros.
    """

    def __init__(
        self, plan: Plan, adjoints: Adjoints, outside: frozenset[str], with_inputs: bool
    ) -> None:
        super().__init__(plan)
        self.adjoints = adjoints
        self.outside = outside
        self.with_inputs = with_inputs
        self.setup: list[str] = []
        self.early: list[str] = []
        self.factors: list[str] = []
        self.late: list[str] = []
        self.zipped: dict[str, str] = {}
        self.block_of = {b.root: (g, b) for g in plan.groups for b in g.blocks}
        self.started: set[int] = set()

    def recorded_already(self, index: int) -> bool:
        return True

    def adjoint_name(self, index: int) -> str:
        return self.names.get(("adjoint", index), f"d_{self.label(index)}")

    def group_name(self, group: Group) -> str:
        """The array of the adjoints of a group's stacked products."""
        return self.names.get(("group", group.name), f"d_{group.name}_products")

    def lag(self, index: int) -> int:
        """How many rows before step 1 an adjoint has: those of a signal that is read later."""
        name = self.signal_of.get(index)
        return self.plan.graph.lags.get(name, 0) if name else 0

    def in_group(self, index: int) -> bool:
        """Whether a node's adjoint stands in a group's array, and nowhere else."""
        return index in self.block_of and index not in self.started

    def allocate(self) -> None:
        """Arrays of inputs' gradients, and of adjoints of signals read later or given outside."""
        for index in self.adjoints.order:
            signal = self.signal_of.get(index)
            if signal is None or not (signal in self.outside or self.lag(index)):
                continue
            name = self.adjoint_name(index)
            self.make_zeros(name, self.dag.sizes[index], self.lag(index))
            if signal in self.outside:
                # Outside adjoints have T+1 rows; row 0 matters only where time 0 is a state.
                self.setup.append(
                    f"{name}[{max(self.lag(index) - 1, 0)}:] += "
                    f'outside["{signal}"]{"" if self.lag(index) else "[1:]"}'
                )
            if self.lag(index):
                self.setup.append(f'adjoint["{signal}"] = {name}')
            self.started.add(index)
        if self.with_inputs:
            for name in self.plan.graph.inputs:
                local = self.names.get(("dx", name), f"d_{name}")
                pad = self.plan.graph.lags.get(name, 0)
                self.make_zeros(local, self.plan.sizes.signals[name], pad)
                self.setup.append(f'dx["{name}"] = {local}')

    def make_zeros(self, name: str, size: int, before: int = 0) -> None:
        """Make an array of zeros, with some rows before step 1."""
        self.setup.append(f'{name} = work("{name}", {size}, {_after(before)})')
        self.setup.append(f"{name}[...] = 0.0")

    def make_own(self, index: int) -> None:
        """Make an array for an adjoint that is written before it is added to."""
        name = self.adjoint_name(index)
        line = f'{name} = work("{name}", {self.dag.sizes[index]}, hi - lo)'
        if line not in self.setup:
            self.setup.append(line)

    def make_group(self, group: Group) -> None:
        """Make a group's array; columns that nothing writes are zero."""
        name = self.group_name(group)
        line = f'{name} = work("{name}", {group.width}, hi - lo)'
        if line not in self.setup:
            self.setup.append(line)
            if any(block.root not in self.adjoints.terms for block in group.blocks):
                self.setup.append(f"{name}[...] = 0.0")

    def alias(self, index: int) -> int:
        """The node whose adjoint this node's equals."""
        while True:
            terms = self.adjoints.terms[index]
            own = index in self.started or index in self.block_of
            plain = len(terms) == 1 and terms[0].kind == "times" and terms[0].factor is None
            if own or not plain or self.dag.sizes[index] != self.dag.sizes[terms[0].source]:
                return index
            index = terms[0].source

    def adjoint_rows(self, index: int) -> str:
        """All rows of an adjoint, steps 1..T."""
        index = self.alias(index)
        if self.in_group(index):
            return self.block_rows(index)
        name = self.adjoint_name(index)
        return f"{name}[{self.lag(index)}:]" if self.lag(index) else name

    def block_rows(self, index: int) -> str:
        """The columns of a block's root in its group's array."""
        group, block = self.block_of[index]
        base = self.group_name(group)
        return base if len(group.blocks) == 1 else f"{base}[..., {block.start}:{block.stop}]"

    def past_rows_of_adjoint(self, index: int) -> str:
        """The rows of a signal's adjoint that a node ``signal[t-lag]`` adds to, steps 1..T."""
        node = self.dag.nodes[index]
        signal = self.dag.signals[node.name]
        first = self.lag(signal) - node.lag
        return f"{self.adjoint_name(signal)}[{first}:{_after(first)}]"

    def input_rows(self, name: str, lag: int) -> str:
        """The rows of an input's gradient that were read ``lag`` steps later."""
        first = self.plan.graph.lags.get(name, 0) - lag
        return f"{self.names.known[('dx', name)]}[{first}:{_after(first)}]"

    def row(self, text: str, wanted: str) -> str:
        """The loop variable over the rows of an array, last step first."""
        key = f"{text}[::-1]" if not text.endswith("]") else f"({text})[::-1]"
        if key not in self.zipped:
            self.zipped[key] = self.names.get(("row", key), wanted)
        return self.zipped[key]

    def adjoint_row(self, index: int) -> str:
        """The loop variable over the rows of an adjoint."""
        index = self.alias(index)
        return self.row(self.adjoint_rows(index), f"d_{self.label(index)}_t")

    def factor(self, index: int, size: int) -> str:
        """All rows of a factor (or one array, if parameters alone decide it)."""
        if self.plan.stage[index] == Stage.CONST:
            return self.const_node(index, size)
        return self.block_node(index, self.factors, size)

    def factor_row(self, index: int, size: int) -> str:
        """A factor inside the loop."""
        rows = self.factor(index, size)
        return rows if self.plan.stage[index] == Stage.CONST else self.row(rows, f"{rows}_t")

    def put(self, lines: list[str], *more: str) -> None:
        """Add lines to ``early`` or ``late``; what early lines read must stand before them."""
        if lines is self.early:
            self.early += self.factors
            self.factors.clear()
        lines += more


def _after(rows: int) -> str:
    """How many rows there are up to the last step, behind some more."""
    return f"hi - lo + {rows}" if rows else "hi - lo"
