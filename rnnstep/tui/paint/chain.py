"""The table of a cell that answers from one: what follows each context, the row in use marked."""

from __future__ import annotations

import numpy as np

from ...cells.chain import Chain, chain_of, context_symbols, stationary
from ...equations.interpret import evaluate
from ...export.text import cell_width
from ...scenario.tape import visible
from ...session.session import Session
from ..frame import Frame, ink
from ..layout import Box
from ..palette import BOLD


def _context_in_use(session: Session, chain: Chain) -> int | None:
    """Which context the active lane reads at the cursor."""
    trace, t = session.trace, session.t
    if t == 0:
        return None
    now = {**trace.lane.params, "x": trace.value("x", t)}
    values = evaluate(chain.context, now, trace.past(t))
    return int(np.argmax(values)) if values.max() > 0 else None


def _share(value: float) -> str:
    """A probability in four columns: .123, or 1."""
    return "1" if value > 0.9995 else f"{value:.3f}".removeprefix("0")


def paint_chain(frame: Frame, session: Session, box: Box, row: int, ascii_only: bool) -> int:
    """Draw the active lane's table from a row on, if it has one; return the row behind it."""
    chain = chain_of(session.cell(session.active))
    stop = box.top + box.height
    if chain is None or row >= stop - 2:
        return row
    tape, table = session.run.scenario.tape, session.trace.lane.params[chain.table]
    answers = [visible(label) for label in tape.labels]
    symbols = [visible(name) for name in tape.names]
    if len(answers) != len(table) or len(symbols) ** chain.order != table.shape[1]:
        return row
    used = _context_in_use(session, chain)
    left, room = box.left + 1, box.width - 2
    what = "the last symbol" if chain.order == 1 else f"the last {chain.order} symbols"
    frame.text(row, left, f"{chain.table}: what follows {what}", ink("dim"), room)
    long_run = session.analysis.ask(
        ("stationary", session.trace), lambda check: (stationary(table, chain.order),)
    )
    shares = long_run[0] if long_run else None
    wide = max(4, *map(cell_width, answers)) + 1
    names = [
        # As one reads: the oldest symbol first.
        "".join(symbols[k] for k in reversed(context_symbols(j, chain.order, len(symbols))))
        for j in range(table.shape[1])
    ]
    label = max(8, *(cell_width(name) + 2 for name in names))
    if label + wide * len(answers) > room:
        after = None if used is None else (f"after {names[used]}", table[:, used])
        return _sorted(frame, box, row + 1, answers, after, shares)
    row += 1
    for k, answer in enumerate(answers):
        column = left + label + wide * (k + 1) - cell_width(answer)
        frame.text(row, column, answer, ink("text", attributes=BOLD))
    row += 1
    room_rows = max(stop - row - (shares is not None), 1)
    first = 0
    if used is not None:
        first = max(0, min(used - room_rows // 2, len(names) - room_rows))
    for j in range(first, min(first + room_rows, len(names))):
        here = j == used
        name, back, mark = ("cursor", "active", ">" if ascii_only else "▸") if here else (
            "text", "default", " "
        )  # fmt: skip
        frame.fill(row, box.left, 1, box.width, ink("text", back))
        frame.text(row, left, f"{mark}{names[j]}", ink(name, back, BOLD * here))
        _shares(frame, row, left + label, wide, table[:, j], "text" if here else "dim", back)
        row += 1
    if shares is not None and row < stop:
        frame.text(row, left, "long run", ink("dim"))
        _shares(frame, row, left + label, wide, shares, "state", "default")
        row += 1
    return row + 1


def _shares(
    frame: Frame, row: int, left: int, wide: int, values: np.ndarray, name: str, back: str
) -> None:
    best = int(np.argmax(values))
    for k, value in enumerate(values.tolist()):
        text = _share(value)
        attributes = BOLD if k == best and back == "active" else 0
        frame.text(row, left + wide * (k + 1) - len(text), text, ink(name, back, attributes))


def _sorted(
    frame: Frame, box: Box, row: int, answers: list[str], after: tuple[str, np.ndarray] | None,
    shares: np.ndarray | None,
) -> int:  # fmt: skip
    """Where the table is too wide: the row in use and the long run, likeliest first."""
    left, room = box.left + 1, box.width - 2
    lines = [] if after is None else [(*after, "cursor", "text")]
    if shares is not None:
        lines.append(("long run", shares, "dim", "state"))
    for head, values, head_name, name in lines[: box.top + box.height - row]:
        order = np.argsort(-values, kind="stable")
        text = "  ".join(f"{answers[k]} {_share(float(values[k]))}" for k in order[:40])
        column = frame.text(row, left, f"{head}  ", ink(head_name))
        frame.text(row, column, text, ink(name), left + room - column)
        row += 1
    return row + 1
