"""What a condition compared: for the message when it fails, and for the reason of a hit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..equations import syntax as s
from ..equations.parse import parse_condition
from ..equations.render import plain_expression
from .condition import Evaluation
from .space import Space
from .truth import TRUTH, WORDS

Array = np.ndarray


@dataclass(frozen=True)
class Side:
    """One side of a comparison and what it was.

    Attributes
    ----------
    text : str
        As it was written.
    value : ndarray
        ``(1, n)``, at the step asked for.
    """

    text: str
    value: Array


def sides(space: Space, text: str, step: int) -> tuple[Side, ...]:
    """The values that a condition compares, at one step, for the message when it fails.

    Numbers that stand in the text themselves are left out.
    """
    evaluation = Evaluation(space, text, step, step + 1)
    found: dict[str, Side] = {}
    todo = [parse_condition(text)]
    while todo:
        node = todo.pop(0)
        if isinstance(node, s.Logic | s.Not):
            todo = [*node.children(), *todo]
        elif isinstance(node, s.Call) and node.function in ("any", "all", "every", "ever"):
            inner = node.arguments[0]
            todo = [*(inner.children() if isinstance(inner, s.Compare) else [inner]), *todo]
        elif isinstance(node, s.Compare):
            todo = [node.first, *node.others, *todo]
        elif not isinstance(node, s.Number | s.Text):
            shown = plain_expression(node)
            found[shown] = Side(shown, evaluation.read(node))
            if isinstance(node, s.Binary | s.Unary):
                todo = [*node.children(), *todo]
    return tuple(found.values())


def shown(value: Array) -> str:
    """The last row of a value, as text: one number, or the first six units in brackets."""
    row = value[-1]
    if row.dtype == object:
        words = ["nothing" if item is None else str(item) for item in row]
    elif row.dtype == TRUTH:
        words = [WORDS[int(item)] for item in row]
    else:
        words = [f"{float(item):.6g}" for item in row]
    more = f", … ({len(words)} units)" if len(words) > 6 else ""
    text = ", ".join(words[:6]) + more
    return text if len(words) == 1 else f"[{text}]"
