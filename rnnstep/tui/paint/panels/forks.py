"""The list of forks and patches: a row each, or two where there is little room."""

from __future__ import annotations

from ....export.text import cell_width, cut
from ....session.fork_list import chosen_row, fork_rows, nothing_patched, parting_forms
from ....session.session import Session
from ...frame import ink
from ...palette import BOLD
from ..text import shortened
from .view import View

_ROOMY = 60  # Columns from which on a fork has one row.
_NAME, _PATCH = 12, 20  # Columns that names and patches have at least, if they need them.


def paint(view: View) -> None:
    """Draw the panel; what is gone stands in grey, with the key that brings it back."""
    session, frame, width = view.session, view.frame, view.box.width
    rows, marked = fork_rows(session), chosen_row(session)
    _header(view, sum(row.gone is None for row in rows), len(rows))
    names = [f"{row.lane} of {row.of}" if row.of else row.lane for row in rows]
    patches = ["; ".join(map(str, row.patches)) for row in rows]
    forms = [parting_forms(session, row) for row in rows]
    widest = max(map(cell_width, names), default=0)
    lines = 1 if width >= _ROOMY else 2
    whole = max((cell_width(p) for p in patches), default=0) * (lines == 1) + widest + 7
    fits = whole + max((cell_width(long) for long, _ in forms), default=0) <= width
    parts = [long if fits else short for long, short in forms]
    told = max(map(cell_width, parts), default=0)
    patched = min(max(map(cell_width, patches), default=0), _PATCH) + 2 if lines == 1 else 0
    widest = min(widest, max(width - 5 - told - patched, _NAME))
    left = 6 + widest + told
    fit = max(view.rows // lines, 1)
    first = max(0, min(marked - fit // 2, len(rows) - fit))
    for number in range(first, min(first + fit, len(rows))):
        top, gone = view.top + (number - first) * lines, rows[number].gone is not None
        back = "active" if number == marked else "default"
        frame.fill(top, 0, min(lines, view.rows), width, ink("text", back))
        if number == marked:
            frame.text(top, 0, ">" if view.plain else "▸", ink("cursor", back, BOLD))
        name = names[number]
        if cell_width(name) > widest:
            name = f"{cut(name, widest - 1).rstrip()}…"
        frame.text(top, 2, name, ink("dim" if gone else "text", back, BOLD * (not gone)))
        how = ink("dim" if gone else "text", back)
        part = shortened(parts[number], width - widest - 5)
        frame.text(top, 4 + widest, part, how)
        how = ink("dim" if gone else "state", back)
        if lines == 1:
            frame.text(top, left, shortened(patches[number], width - left - 1), how)
        elif view.rows >= lines:
            frame.text(top + 1, 4, shortened(patches[number], width - 5), how)


def _header(view: View, there: int, count: int) -> None:
    gone = f", {count - there} gone" if count > there else ""
    told = f"{there} patched lane{'s' * (there != 1)}{gone}"
    keys = "enter goes there, ↑↓ marks, :name names"
    nothing = nothing_patched(view.session)
    if nothing:
        view.header("forks", nothing, "nothing is patched")
    else:
        view.header("forks", f"{told} · {keys}", told, f"{there} patched{gone}", f"{there} patched")


def wanted_rows(session: Session, width: int) -> int:
    """Rows that show everything, the header among them."""
    return 1 + len(fork_rows(session)) * (1 if width >= _ROOMY else 2)
