"""The part of generated backward code that takes all steps at once, before and after the loop."""

from __future__ import annotations

from .backward_matrices import MatrixGradients
from .backward_rows import AdjointWriter
from .differentiate import Term


class WholeArrays:
    """Writes adjoints, and gradients by parameters and inputs, for all steps at once."""

    def __init__(self, code: AdjointWriter) -> None:
        self.code = code
        self.matrices = MatrixGradients(code)

    def node(self, index: int, lines: list[str]) -> None:
        """Write a node's adjoint, and the gradient that follows from it."""
        code, node = self.code, self.code.dag.nodes[index]
        if node.op in ("input", "history"):
            if code.with_inputs:
                self.input_gradient(index, lines)
            return
        if node.op == "past" and node.name in code.dag.signals:
            rows = code.past_rows_of_adjoint(index)
            total = self.total(code.adjoints.terms[index])
            code.put(lines, f"{rows} += {total}")
            return
        terms = code.adjoints.terms[index]
        if code.alias(index) == index and not (index in code.started and not terms):
            self.adjoint(index, lines)
        if node.op == "param":
            lines.append(f'grad["{node.name}"] = over_steps({code.adjoint_rows(index)})')
        if node.op == "matvec":
            self.matrices.write(index, lines)

    def adjoint(self, index: int, lines: list[str]) -> None:
        """Write an adjoint that is no other's alias."""
        code = self.code
        terms, size = code.adjoints.terms[index], code.dag.sizes[index]
        total = self.total(terms)
        code.put(lines)
        if index in code.started:
            lines.append(f"{code.adjoint_rows(index)}[...] += {total}")
            return
        if index in code.block_of:
            code.make_group(code.block_of[index][0])
            lines.append(f"{code.adjoint_rows(index)}[...] = {total}")
            return
        name = code.adjoint_rows(index)
        if all(code.dag.sizes[t.source] < size and t.kind == "times" for t in terms):
            # Every unit gets the adjoint of the single number that it went into.
            lines.append(f'{name} = work("{name}", {size}, hi - lo)')
            lines.append(f"{name}[...] = {total}")
        else:
            lines.append(f"{name} = {total}")

    def known_part(self, index: int, known: set[int]) -> None:
        """Add, before the loop, what a looping adjoint gets from those known already."""
        code = self.code
        terms = tuple(term for term in code.adjoints.terms[index] if term.source in known)
        if not terms or code.dag.nodes[index].op == "past":
            return
        total = self.total(terms)
        code.put(code.early)
        if index not in code.started:
            code.make_zeros(code.adjoint_name(index), code.dag.sizes[index])
            code.started.add(index)
        code.early.append(f"{code.adjoint_rows(index)}[...] += {total}")

    def total(self, terms: tuple[Term, ...]) -> str:
        return " + ".join(self.term(term) for term in terms)

    def term(self, term: Term) -> str:
        """One contribution."""
        code = self.code
        source = code.adjoint_rows(term.source)
        if term.kind == "matrix":
            matrix = code.matrix(code.dag.nodes[term.source].name, transposed=False)
            return f"product({source}, {matrix})"
        if term.kind == "slice":
            return f"{source}[..., {term.start}:{term.stop}]"
        if term.kind == "softmax":
            return f"softmax_adjoint({code.block_node(term.source, code.factors)}, {source})"
        if term.kind in ("left", "right"):
            assert term.factor is not None
            other = code.factor(term.factor, code.dag.sizes[term.factor])
            return f'outer_adjoint({source}, {other}, "{term.kind}")'
        if term.factor is not None:
            source = f"{source} * {code.factor(term.factor, code.dag.sizes[term.source])}"
        return f"columns_sum({source})" if term.kind == "sum" else source

    def input_gradient(self, index: int, lines: list[str]) -> None:
        """Add to an input's gradient, at the steps that it was read from."""
        code, node = self.code, self.code.dag.nodes[index]
        if node.op == "input":
            rows = code.input_rows(node.name, node.lag)
            for term in code.adjoints.terms[index]:
                total = self.term(term)
                code.put(lines, f"{rows} += {total}")
            return
        # A history was read by its own step and by all later ones.
        pad = code.plan.graph.lags.get(node.name, 0)
        rows = f"{code.names.known[('dx', node.name)]}[{pad or ''}:]"
        size = code.plan.sizes.signals[node.name]
        for term in code.adjoints.terms[index]:
            matrix = code.matrix(code.dag.nodes[term.source].name, transposed=False)
            adjoint = code.adjoint_rows(term.source)
            lines.append(f"{rows} += history_adjoint({adjoint}, {matrix}, {size})")
