"""A cell as text: its equations, roles, sizes, parameters and source; LaTeX; compiled code."""

from __future__ import annotations

import math

from ..cells import Cell
from ..equations.compiled import compile_cell
from ..equations.parts import parts_of
from ..equations.render import latex, unicode
from ..equations.sizes import Sizes

WIDTH = 96
"""Columns that an equation may take before it goes on in the next line."""


def explain_cell(cell: Cell, sizes: Sizes, steps: int = 100) -> str:
    """Everything about a cell at given sizes.

    Parameters
    ----------
    cell : Cell
    sizes : Sizes
    steps : int
        The steps T of a whole history, for which shapes and counts are given.
    """
    graph = cell.graph
    options = ", ".join(f"{key}: {_yaml(value)}" for key, value in cell.options.items())
    rows = [f"{cell.name}: {cell.title}", f"  source   {cell.source}"]
    if cell.notes:
        rows.append(f"  notes    {cell.notes}")
    if options:
        rows.append(f"  options  {options}")
    rows += ["", "Equations"]
    for line in cell.equations_text().splitlines():
        rows += _folded(line)
    rows.append("")
    parts = parts_of(graph)
    for equation in graph.equations:
        rows += _folded(unicode(equation))
        rows += [
            f"    {part.label} {part.words}: {part.symbols}"
            for part in sorted(parts.get(equation.name, ()), key=lambda part: part.label)
        ]
    units = {sizes.signals[name] for name in graph.states}
    sizes_shown = [f"H = {size}" for size in units if len(units) == 1]
    sizes_shown += [f"D = {sizes.signals[name]}" for name in cell.inputs if name in sizes.signals]
    sizes_shown += [f"T = {steps}"] * bool(graph.histories)
    rows += ["", f"Signals ({', '.join(sizes_shown)})"]
    for name, signal in graph.signals.items():
        kind = "state" if signal.is_state else ""
        rows.append(
            f"  {name:<7} {signal.role:<16} {sizes.signals[name]:>5} units"
            f"  {_range(signal.low, signal.high):<12} {kind}".rstrip()
        )
    rows += ["", "Parameters"]
    for name, shape in sizes.params.items():
        used = ", ".join(graph.params[name].used_in)
        shown = " × ".join(str(n) for n in shape)
        rows.append(f"  {name:<7} {shown:<12} {math.prod(shape):>8}  in {used}")
    rows.append(f"  {'total':<20} {sizes.count:>8}")
    return "\n".join(rows)


def explain_latex(cell: Cell) -> str:
    """The equations for LaTeX, as one ``align*``."""
    steps = frozenset({*cell.inputs, *cell.graph.signals})
    lines = [latex(equation, steps).replace(" = ", " &= ", 1) for equation in cell.graph.equations]
    body = " \\\\\n  ".join(lines)
    return f"\\begin{{align*}}\n  {body}\n\\end{{align*}}"


def explain_code(cell: Cell, sizes: Sizes) -> str:
    """The compiled forward pass as it runs."""
    return compile_cell(cell.graph, sizes).source


def _folded(equation: str) -> list[str]:
    """An equation in lines that fit, broken before a plus and indented behind the equals sign."""
    indent = " " * (2 + equation.index("=") + 2)
    rows = [""]
    for number, term in enumerate(equation.split(" + ")):
        piece = f" + {term}" if number else term
        if number and len(rows[-1]) + len(piece) > WIDTH - len(indent):
            rows.append(piece.lstrip())
        else:
            rows[-1] += piece
    return [f"  {rows[0]}", *(f"{indent}{row}" for row in rows[1:])]


def _range(low: float, high: float) -> str:
    if math.isinf(low) and math.isinf(high):
        return "unbounded"
    left = "-∞" if math.isinf(low) else f"{low:g}"
    right = "∞" if math.isinf(high) else f"{high:g}"
    return f"{left} … {right}"


def _yaml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
