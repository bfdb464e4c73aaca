"""What was left out of a session, or why it could not be saved: one thing under the other."""

from __future__ import annotations

from ....export.text import wrap
from ...frame import ink
from .view import View


def paint(view: View) -> None:
    """Draw the panel: each thing with its reason, wrapped; what finds no room is counted."""
    left = view.session.notebook.left
    view.header("what does not fit", "esc closes the list")
    lines: list[tuple[str, str]] = []
    mark = "-" if view.plain else "·"
    for text in left:
        first, *more = wrap(text, max(view.box.width - 5, 10))
        lines += [(mark, first), *((" ", line) for line in more)]
    shown = lines if len(lines) <= view.rows else lines[: view.rows - 1]
    for number, (sign, line) in enumerate(shown):
        view.frame.text(view.top + number, 1, sign, ink("dim"))
        view.frame.text(view.top + number, 3, line, ink("text"), max(view.box.width - 4, 0))
    if len(lines) > view.rows:
        rest = sum(sign != " " for sign, _ in lines[len(shown) :])
        text = f"and {rest} more" if rest else "…"
        view.frame.text(view.top + view.rows - 1, 3, text, ink("dim"))
