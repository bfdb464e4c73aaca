"""Gradients of matrices in generated backward code: one product over steps and sequences each.

Matrices that met the same vector, and whose adjoints stand side by side, share one product.
"""

from __future__ import annotations

from .backward_rows import AdjointWriter


class MatrixGradients:
    """Writes the gradient of every matrix, once."""

    def __init__(self, code: AdjointWriter) -> None:
        self.code = code
        self.done: set[int] = set()
        self.begun: set[str] = set()

    def write(self, index: int, lines: list[str]) -> None:
        """dM = Σ adjoint · vectorᵀ over steps and sequences, for a product and its neighbours."""
        if index in self.done:
            return
        code, nodes = self.code, self.code.dag.nodes
        vector = nodes[index].args[0]
        if nodes[vector].op == "history":
            self.done.add(index)
            self.write_history(index, lines)
            return
        run = self.neighbours(index)
        self.done.update(product for product, _, _ in run)
        rows = code.block_node(vector, code.factors, code.dag.sizes[vector])
        code.put(lines)
        if len(run) == 1:
            value = f"weight_gradient({code.adjoint_rows(index)}, {rows})"
            self.collect(nodes[index].name, value, lines)
            return
        group, _ = code.block_of[code.alias(index)]
        first, last = run[0][1], run[-1][2]
        columns = "" if (first, last) == (0, group.width) else f"[..., {first}:{last}]"
        base = code.group_name(group)
        stacked = code.names.get(("stacked", index), f"d_by_{code.label(vector)}")
        lines.append(f"{stacked} = weight_gradient({base}{columns}, {rows})")
        for product, start, stop in run:
            part = f"{stacked}[{start - first}:{stop - first}]"
            self.collect(nodes[product].name, part, lines)

    def write_history(self, index: int, lines: list[str]) -> None:
        """The gradient of a matrix that met whole histories."""
        code = self.code
        node = code.dag.nodes[index]
        name = code.dag.nodes[node.args[0]].name
        size, columns = code.plan.sizes.signals[name], code.plan.sizes.params[node.name][1]
        values = f"{code.adjoint_rows(index)}, {code.history(name)}"
        self.collect(node.name, f"history_gradient({values}, {size}, {columns})", lines)

    def neighbours(self, index: int) -> list[tuple[int, int, int]]:
        """Products with the same vector whose adjoints stand side by side: (node, start, stop)."""
        code = self.code
        alias = code.alias(index)
        if not code.in_group(alias):
            return [(index, 0, 0)]
        group, own = code.block_of[alias]
        vector = code.dag.nodes[index].args
        found = {}
        for other in code.adjoints.order:
            node = code.dag.nodes[other]
            if node.op != "matvec" or node.args != vector or other in self.done:
                continue
            root = code.alias(other)
            if code.in_group(root):
                its_group, block = code.block_of[root]
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
        if param in self.begun:
            lines.append(f'grad["{param}"] = grad["{param}"] + {value}')
        else:
            self.begun.add(param)
            lines.append(f'grad["{param}"] = {value}')
