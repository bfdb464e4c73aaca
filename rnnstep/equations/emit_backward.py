"""The derivative of a cell written out as NumPy source, for whole batches of sequences.

Three parts: factors and everything known for all steps at once; the loop backwards in time, which
only multiplies, adds and takes one stacked product a group; parameters and inputs, for all steps
at once again, each matrix's gradient being one product over steps and sequences.
"""

from __future__ import annotations

from .differentiate import Adjoints, Term, differentiate
from .nodes import Stage
from .plan import Group, Plan
from .writer import Writer


def emit_backward(plan: Plan, outside: frozenset[str], with_inputs: bool) -> str:
    """Write ``prepare`` and ``backward`` for given outside adjoints.

    Parameters
    ----------
    plan : Plan
        Made for this purpose: it is changed.
    outside : frozenset of str
        Signals whose adjoints are given.
    with_inputs : bool
        Whether the inputs' gradients are wanted.
    """
    return _Backward(plan, differentiate(plan, outside), outside, with_inputs).source()


class _Backward(Writer):
    def __init__(
        self, plan: Plan, adjoints: Adjoints, outside: frozenset[str], with_inputs: bool
    ) -> None:
        super().__init__(plan)
        self.adjoints = adjoints
        self.outside = outside
        self.with_inputs = with_inputs
        self.setup: list[str] = []
        self.factors: list[str] = []
        self.early: list[str] = []
        self.late: list[str] = []
        self.zipped: dict[str, str] = {}
        self.block_of = {b.root: (g, b) for g in plan.groups for b in g.blocks}
        self.group_of_product = {b.product: g for g in plan.groups for b in g.blocks}
        self.started: set[int] = set()
        self.collected: set[int] = set()

    def recorded_already(self, index: int) -> bool:
        return True

    def source(self) -> str:
        self.allocate()
        early = set(self.adjoints.early)
        for index in self.adjoints.early:
            self.whole_node(index, self.early)
        for index in self.adjoints.looping:
            self.known_part(index, early)
        loop: list[str] = []
        for index in self.adjoints.looping:
            loop += self.loop_node(index, early)
        for index in self.adjoints.looping:
            if self.dag.nodes[index].op == "matvec":
                self.matrix_gradient(index, self.late)
        for index in self.adjoints.late:
            self.whole_node(index, self.late)
        body = [*self.setup, *self.early, *self.factors]
        if loop:
            heads, tails = list(self.zipped.values()), list(self.zipped)
            body.append(f"for {', '.join(heads)}{',' * (len(heads) == 1)} in zip(")
            body += [f"    {tail}," for tail in tails]
            body.append("):")
            body += [f"    {line}" for line in loop]
        body += self.late
        return "\n".join(
            [
                "def prepare(p, constant):",
                '    """Arrange the parameters, once a call."""',
                *(f"    {name} = {text}" for name, text in self.prepared.items()),
                f"    return {{{', '.join(f'{n!r}: {n}' for n in self.prepared)}}}",
                "",
                "",
                "def backward(s, inputs, a, outside, lo, hi, work):",
                '    """Gradients of parameters (grad), inputs (dx) and states at time 0."""',
                "    grad, dx, adjoint = {}, {}, {}",
                *(f'    {name} = s["{name}"]' for name in self.prepared),
                *(f"    {line}" for line in body),
                "    return grad, dx, adjoint",
                "",
            ]
        )

    # --- where adjoints live -------------------------------------------------------------------

    def lag(self, index: int) -> int:
        """How many rows before step 1 an adjoint has: those of a signal that is read later."""
        name = self.signal_of.get(index)
        return self.plan.graph.lags.get(name, 0) if name else 0

    def allocate(self) -> None:
        """Arrays of the adjoints of signals that are read later or given from outside."""
        for index in self.adjoints.order:
            signal = self.signal_of.get(index)
            if signal is None or not (signal in self.outside or self.lag(index)):
                continue
            name = self.names.get(("adjoint", index), f"d_{signal}")
            rows = f"hi - lo + {self.lag(index)}" if self.lag(index) else "hi - lo"
            self.setup.append(f'{name} = work("{name}", {self.dag.sizes[index]}, {rows})')
            self.setup.append(f"{name}[...] = 0.0")
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
                rows = f"hi - lo + {pad}" if pad else "hi - lo"
                size = self.plan.sizes.signals[name]
                self.setup.append(f'{local} = work("{local}", {size}, {rows})')
                self.setup.append(f"{local}[...] = 0.0")
                self.setup.append(f'dx["{name}"] = {local}')

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
        if index in self.block_of and index not in self.started:
            group, block = self.block_of[index]
            base = self.names.get(("group", group.name), f"d_{group.name}_products")
            if len(group.blocks) == 1:
                return base
            return f"{base}[..., {block.start}:{block.stop}]"
        name = self.names.get(("adjoint", index), f"d_{self.label(index)}")
        return f"{name}[{self.lag(index)}:]" if self.lag(index) else name

    def row(self, text: str, wanted: str) -> str:
        """The loop variable over the rows of an array, last step first."""
        key = f"{text}[::-1]" if not text.endswith("]") else f"({text})[::-1]"
        if key not in self.zipped:
            self.zipped[key] = self.names.get(("row", key), wanted)
        return self.zipped[key]

    def adjoint_row(self, index: int) -> str:
        index = self.alias(index)
        return self.row(self.adjoint_rows(index), f"d_{self.label(index)}_t")

    # --- factors -------------------------------------------------------------------------------

    def factor(self, index: int, size: int) -> str:
        """All rows of a factor (or one array, if parameters alone decide it)."""
        if self.plan.stage[index] == Stage.CONST:
            return self.const_node(index, size)
        return self.block_node(index, self.factors, size)

    # --- whole arrays: early and late ----------------------------------------------------------

    def whole_term(self, term: Term) -> str:
        """One contribution, for all steps at once."""
        source = self.adjoint_rows(term.source)
        if term.kind == "matrix":
            matrix = self.matrix(self.dag.nodes[term.source].name, transposed=False)
            return f"product({source}, {matrix})"
        if term.kind == "slice":
            return f"{source}[..., {term.start}:{term.stop}]"
        if term.kind == "softmax":
            return f"softmax_adjoint({self.block_node(term.source, self.factors)}, {source})"
        if term.kind in ("left", "right"):
            assert term.factor is not None
            other = self.factor(term.factor, self.dag.sizes[term.factor])
            return self.outer_term(term, source, other)
        if term.factor is not None:
            source = f"{source} * {self.factor(term.factor, self.dag.sizes[term.source])}"
        return f"columns_sum({source})" if term.kind == "sum" else source

    def outer_term(self, term: Term, source: str, other: str) -> str:
        """What one argument of an outer product gets from its adjoint."""
        return f'outer_adjoint({source}, {other}, "{term.kind}")'

    def whole_node(self, index: int, lines: list[str]) -> None:
        node = self.dag.nodes[index]
        terms = self.adjoints.terms[index]
        if node.op == "input":
            if self.with_inputs:
                self.input_node(index, lines)
            return
        if node.op == "history":
            if self.with_inputs:
                self.history_node(index, lines)
            return
        if node.op == "past" and node.name in self.dag.signals:
            base, first = self.past_adjoint(index)
            total = " + ".join(self.whole_term(term) for term in terms)
            if lines is self.early:
                self.flush()
            lines.append(f"{base}[{first}:{_plus(first)}] += {total}")
            return
        if self.alias(index) == index and not (index in self.started and not terms):
            values = [self.whole_term(term) for term in terms]
            if lines is self.early:
                self.flush()
            total = " + ".join(values)
            size = self.dag.sizes[index]
            if index in self.started:
                lines.append(f"{self.adjoint_rows(index)}[...] += {total}")
            elif index in self.block_of:
                self.own_group(self.block_of[index][0])
                lines.append(f"{self.adjoint_rows(index)}[...] = {total}")
            else:
                name = self.adjoint_rows(index)
                widen = all(self.dag.sizes[t.source] < size and t.kind == "times" for t in terms)
                if widen:
                    lines.append(f'{name} = work("{name}", {size}, hi - lo)')
                    lines.append(f"{name}[...] = {total}")
                else:
                    lines.append(f"{name} = {total}")
        if node.op == "param":
            lines.append(f'grad["{node.name}"] = over_steps({self.adjoint_rows(index)})')
        if node.op == "matvec":
            self.matrix_gradient(index, lines)

    def past_adjoint(self, index: int) -> tuple[str, int]:
        """The array of the signal that a past value belongs to, and its first row read so."""
        node = self.dag.nodes[index]
        signal = self.dag.signals[node.name]
        name = self.names.get(("adjoint", signal), f"d_{node.name}")
        return name, self.lag(signal) - node.lag

    def own_group(self, group: Group) -> None:
        name = self.names.get(("group", group.name), f"d_{group.name}_products")
        line = f'{name} = work("{name}", {group.width}, hi - lo)'
        if line not in self.setup:
            self.setup.append(line)
            if any(block.root not in self.adjoints.terms for block in group.blocks):
                self.setup.append(f"{name}[...] = 0.0")

    def flush(self) -> None:
        """Write the factors asked for so far: what they need is known before the loop."""
        self.early += self.factors
        self.factors.clear()

    def input_node(self, index: int, lines: list[str]) -> None:
        """Add to an input's gradient, at the steps that it was read from."""
        node = self.dag.nodes[index]
        local = self.names.known[("dx", node.name)]
        pad = self.plan.graph.lags.get(node.name, 0)
        rows = f"{local}[{pad - node.lag}:{_plus(pad - node.lag)}]"
        for term in self.adjoints.terms[index]:
            total = self.whole_term(term)
            if lines is self.early:
                self.flush()
            lines.append(f"{rows} += {total}")

    def history_node(self, index: int, lines: list[str]) -> None:
        """Add to an input's gradient what all later steps made of it."""
        name = self.dag.nodes[index].name
        pad = self.plan.graph.lags.get(name, 0)
        rows = f"{self.names.known[('dx', name)]}[{pad or ''}:]"
        size = self.plan.sizes.signals[name]
        for term in self.adjoints.terms[index]:
            matrix = self.matrix(self.dag.nodes[term.source].name, transposed=False)
            adjoint = self.adjoint_rows(term.source)
            lines.append(f"{rows} += history_adjoint({adjoint}, {matrix}, {size})")

    def matrix_gradient(self, index: int, lines: list[str]) -> None:
        """dM = Σ adjoint · vectorᵀ over steps and sequences; one product for adjacent columns."""
        if index in self.collected:
            return
        vector = self.dag.nodes[index].args[0]
        if self.dag.nodes[vector].op == "history":
            self.collected.add(index)
            self.history_gradient(index, lines)
            return
        run = self.neighbours(index)
        self.collected.update(product for product, _, _ in run)
        rows = self.block_node(vector, self.factors, self.dag.sizes[vector])
        if lines is self.early:
            self.flush()
        if len(run) == 1:
            name = self.dag.nodes[index].name
            self.collect(name, f"weight_gradient({self.adjoint_rows(index)}, {rows})", lines)
            return
        group, _ = self.block_of[self.alias(index)]
        first, last = run[0][1], run[-1][2]
        base = self.names.get(("group", group.name), f"d_{group.name}_products")
        columns = "" if (first, last) == (0, group.width) else f"[..., {first}:{last}]"
        stacked = self.names.get(("stacked", index), f"d_by_{self.label(vector)}")
        lines.append(f"{stacked} = weight_gradient({base}{columns}, {rows})")
        for product, start, stop in run:
            part = f"{stacked}[{start - first}:{stop - first}]"
            self.collect(self.dag.nodes[product].name, part, lines)

    def history_gradient(self, index: int, lines: list[str]) -> None:
        """The gradient of a matrix that met whole histories."""
        node = self.dag.nodes[index]
        name = self.dag.nodes[node.args[0]].name
        size, columns = self.plan.sizes.signals[name], self.plan.sizes.params[node.name][1]
        values = f"{self.adjoint_rows(index)}, {self.history(name)}"
        self.collect(node.name, f"history_gradient({values}, {size}, {columns})", lines)

    def neighbours(self, index: int) -> list[tuple[int, int, int]]:
        """Products with the same vector whose adjoints stand side by side: (node, start, stop)."""
        alias = self.alias(index)
        if alias not in self.block_of or alias in self.started:
            return [(index, 0, 0)]
        group, own = self.block_of[alias]
        vector = self.dag.nodes[index].args
        found = {}
        for other in self.adjoints.order:
            node = self.dag.nodes[other]
            if node.op != "matvec" or node.args != vector or other in self.collected:
                continue
            root = self.alias(other)
            if root in self.block_of and root not in self.started:
                its_group, block = self.block_of[root]
                if its_group is group and block.start not in found:
                    found[block.start] = (other, block.start, block.stop)
        run = [(index, own.start, own.stop)]
        while run[-1][2] in found:
            run.append(found[run[-1][2]])
        by_stop = {stop: (product, start, stop) for product, start, stop in found.values()}
        while run[0][1] in by_stop:
            run.insert(0, by_stop[run[0][1]])
        return run

    def collect(self, param: str, value: str, lines: list[str]) -> None:
        """Add to the gradient of a matrix, which several products may share."""
        key = ("collected", param)
        if key in self.names.known:
            lines.append(f'grad["{param}"] = grad["{param}"] + {value}')
        else:
            self.names.known[key] = param
            lines.append(f'grad["{param}"] = {value}')

    # --- the loop ------------------------------------------------------------------------------

    def buffer(self, size: int) -> str:
        name = self.names.get(("buffer", size), f"t_{size}")
        line = f'{name} = work("{name}", {size})'
        if line not in self.setup:
            self.setup.append(line)
        return name

    def known_part(self, index: int, early: set[int]) -> None:
        """Add, before the loop, what a looping adjoint gets from those known already."""
        terms = [term for term in self.adjoints.terms[index] if term.source in early]
        if not terms or self.dag.nodes[index].op == "past":
            return
        total = " + ".join(self.whole_term(term) for term in terms)
        self.flush()
        if index not in self.started:
            name = self.names.get(("adjoint", index), f"d_{self.label(index)}")
            self.setup.append(f'{name} = work("{name}", {self.dag.sizes[index]}, hi - lo)')
            self.setup.append(f"{name}[...] = 0.0")
            self.started.add(index)
        self.early.append(f"{self.adjoint_rows(index)}[...] += {total}")

    def loop_node(self, index: int, early: set[int]) -> list[str]:
        node = self.dag.nodes[index]
        lines: list[str] = []
        if node.op == "past":
            base, first = self.past_adjoint(index)
            out = self.row(
                f"{base}[{first}:{_plus(first)}]",
                f"d_{node.name}_past" + (str(node.lag) if node.lag > 1 else ""),
            )
            fresh = False
        elif self.alias(index) != index:
            return []
        else:
            if index in self.block_of and index not in self.started:
                self.own_group(self.block_of[index][0])
            elif index not in self.started:
                name = self.names.get(("adjoint", index), f"d_{self.label(index)}")
                line = f'{name} = work("{name}", {self.dag.sizes[index]}, hi - lo)'
                if line not in self.setup:
                    self.setup.append(line)
            out = self.adjoint_row(index)
            fresh = index not in self.started
        groups: set[str] = set()
        for term in self.adjoints.terms[index]:
            if term.source in early and node.op != "past":
                continue
            if term.kind == "matrix" and term.source in self.group_of_product:
                group = self.group_of_product[term.source]
                if group.name in groups:
                    continue
                groups.add(group.name)
            lines += self.loop_term(term, out, fresh, self.dag.sizes[index])
            fresh = False
        if index in self.started and index in self.block_of:
            # A product that is a signal too: the group's columns get a copy.
            group, block = self.block_of[index]
            self.own_group(group)
            base = self.names.get(("group", group.name), f"d_{group.name}_products")
            rows = f"{base}[..., {block.start}:{block.stop}]"
            lines.append(f"copyto({self.row(rows, f'd_{block.param}_t')}, {out})")
        return lines

    def loop_term(self, term: Term, out: str, fresh: bool, size: int) -> list[str]:
        """One contribution in the loop, written to or added to ``out``."""
        source_size = self.dag.sizes[term.source]
        if term.kind == "matrix":
            value = self.buffer(size)
            group = self.group_of_product.get(term.source)
            if group:
                stacked = self.names.get(("S", group.name), f"U_{group.name}")
                parts = ", ".join(f'p["{b.param}"]' for b in group.blocks)
                self.prepared[stacked] = f"stack([{parts}])"
                base = self.names.get(("group", group.name), f"d_{group.name}_products")
                source = self.row(base, f"d_{group.name}_products_t")
            else:
                stacked = self.matrix(self.dag.nodes[term.source].name, transposed=False)
                source = self.adjoint_row(term.source)
            lines = [f"dot({source}, {stacked}, out={value})"]
            return [
                *lines,
                f"copyto({out}, {value})" if fresh else f"add({out}, {value}, out={out})",
            ]
        source = self.adjoint_row(term.source)
        if term.kind == "slice":
            source = f"{source}[..., {term.start}:{term.stop}]"
        elif term.kind == "softmax":
            rows = self.block_node(term.source, self.factors)
            source = f"softmax_adjoint({self.row(rows, f'{rows}_t')}, {source})"
        elif term.kind in ("left", "right"):
            assert term.factor is not None
            rows = self.factor(term.factor, self.dag.sizes[term.factor])
            const = self.plan.stage[term.factor] == Stage.CONST
            source = self.outer_term(term, source, rows if const else self.row(rows, f"{rows}_t"))
        if term.kind in ("slice", "softmax", "left", "right") or (
            term.factor is None and term.kind != "sum"
        ):
            return [f"copyto({out}, {source})" if fresh else f"add({out}, {source}, out={out})"]
        lines = []
        if term.factor is not None:
            rows = self.factor(term.factor, source_size)
            const = self.plan.stage[term.factor] == Stage.CONST
            factor = rows if const else self.row(rows, f"{rows}_t")
            wide = max(source_size, size)
            value = out if fresh and term.kind != "sum" else self.buffer(wide)
            lines.append(f"multiply({source}, {factor}, out={value})")
            source = value
        if term.kind == "sum":
            source = f"columns_sum({source})"
            return [
                *lines,
                f"copyto({out}, {source})" if fresh else f"add({out}, {source}, out={out})",
            ]
        return lines if fresh else [*lines, f"add({out}, {source}, out={out})"]


def _plus(count: int) -> str:
    return f"hi - lo + {count}" if count else "hi - lo"
