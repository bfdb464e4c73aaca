"""The loop of generated backward code: one step after another, the last step first.

All that it does is multiply, add, and take one stacked product a group: whatever does not depend
on the adjoint of a later step is known for all steps before it begins.
"""

from __future__ import annotations

from .backward_rows import AdjointWriter
from .differentiate import Term


class BackwardLoop:
    """Writes the adjoints that need those of later steps."""

    def __init__(self, code: AdjointWriter) -> None:
        self.code = code
        self.group_of_product = {
            block.product: group for group in code.plan.groups for block in group.blocks
        }

    def node(self, index: int, known: set[int]) -> list[str]:
        """The lines of one node's adjoint; terms from ``known`` nodes are in it already."""
        code, node = self.code, self.code.dag.nodes[index]
        if node.op == "past":
            lag = str(node.lag) if node.lag > 1 else ""
            out = code.row(code.past_rows_of_adjoint(index), f"d_{node.name}_past{lag}")
            fresh = False
        elif code.alias(index) != index:
            return []
        else:
            if code.in_group(index):
                code.make_group(code.block_of[index][0])
            elif index not in code.started:
                code.make_own(index)
            out = code.adjoint_row(index)
            fresh = index not in code.started
        lines: list[str] = []
        groups: set[str] = set()
        for term in code.adjoints.terms[index]:
            if term.source in known and node.op != "past":
                continue
            if term.kind == "matrix" and term.source in self.group_of_product:
                group = self.group_of_product[term.source]
                if group.name in groups:
                    continue
                groups.add(group.name)
            lines += self.term(term, out, fresh, code.dag.sizes[index])
            fresh = False
        if index in code.started and index in code.block_of:
            # A product that is a signal too: the group's columns get a copy.
            group, block = code.block_of[index]
            code.make_group(group)
            base = code.group_name(group)
            rows = f"{base}[..., {block.start}:{block.stop}]"
            lines.append(f"copyto({code.row(rows, f'd_{block.param}_t')}, {out})")
        return lines

    def term(self, term: Term, out: str, fresh: bool, size: int) -> list[str]:
        """One contribution, written to (if ``fresh``) or added to ``out``."""
        code = self.code
        source_size = code.dag.sizes[term.source]
        if term.kind == "matrix":
            value = self.buffer(size)
            source, matrix = self.product(term.source)
            return [f"dot({source}, {matrix}, out={value})", _put(value, out, fresh)]
        source = code.adjoint_row(term.source)
        if term.kind == "slice":
            return [_put(f"{source}[..., {term.start}:{term.stop}]", out, fresh)]
        if term.kind == "softmax":
            rows = code.block_node(term.source, code.factors)
            value = code.row(rows, f"{rows}_t")
            return [_put(f"softmax_adjoint({value}, {source})", out, fresh)]
        if term.kind in ("left", "right"):
            assert term.factor is not None
            other = code.factor_row(term.factor, code.dag.sizes[term.factor])
            return [_put(f'outer_adjoint({source}, {other}, "{term.kind}")', out, fresh)]
        lines = []
        if term.factor is not None:
            factor = code.factor_row(term.factor, source_size)
            straight = fresh and term.kind != "sum"
            value = out if straight else self.buffer(max(source_size, size))
            lines.append(f"multiply({source}, {factor}, out={value})")
            if straight:
                return lines
            source = value
        if term.kind == "sum":
            source = f"columns_sum({source})"
        return [*lines, _put(source, out, fresh)]

    def product(self, index: int) -> tuple[str, str]:
        """The row and the matrix that carry the adjoint of a product, or of its whole group."""
        code = self.code
        group = self.group_of_product.get(index)
        if group is None:
            matrix = code.matrix(code.dag.nodes[index].name, transposed=False)
            return code.adjoint_row(index), matrix
        stacked = code.names.get(("S", group.name), f"U_{group.name}")
        parts = ", ".join(f'p["{block.param}"]' for block in group.blocks)
        code.prepared[stacked] = f"stack([{parts}])"
        return code.row(code.group_name(group), f"d_{group.name}_products_t"), stacked

    def buffer(self, size: int) -> str:
        """A row for what is added next, shared by all of its size."""
        code = self.code
        name = code.names.get(("buffer", size), f"t_{size}")
        line = f'{name} = work("{name}", {size})'
        if line not in code.setup:
            code.setup.append(line)
        return name


def _put(value: str, out: str, fresh: bool) -> str:
    return f"copyto({out}, {value})" if fresh else f"add({out}, {value}, out={out})"
