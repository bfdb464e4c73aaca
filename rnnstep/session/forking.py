"""Going from the list of forks and patches to where one of them parts from its parent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..simulate.compare import Divergence, first_divergence
from .fork_list import chosen_row, fork_rows, nothing_patched
from .pending import ask
from .selection import select_signal
from .travel import arrive_at

if TYPE_CHECKING:
    from .session import Session


def to_row(session: Session) -> None:
    """Go to where the marked fork parts from its parent."""
    rows = fork_rows(session)
    if not rows:
        session.message = nothing_patched(session)
        return
    row = rows[chosen_row(session)]
    if row.gone is not None:
        session.message = str(row.gone)
        return
    one, other = row.trace, row.parent

    def compute(progress: Callable[[int, int], None]) -> Divergence | None:
        return first_divergence(one, other, progress=progress) if other is not None else None

    def arrive(found: Divergence | None) -> None:
        session.select_lane(row.lane)
        what = "; ".join(map(str, row.patches))
        if found is None:
            same = f"differs nowhere from {row.of}, and is" if row.of else "is"
            arrive_at(session, row.first, f"{row.lane} {same} patched from here: {what}")
            return
        if found.step <= session.seen and found.signal in session.cell(row.lane).graph.signals:
            session.select_unit(found.unit)
            select_signal(session, found.signal)
        numbers = str(found).partition(", ")[2]
        arrive_at(session, found.step, f"{row.lane} and {row.of} part here: {numbers}")

    what = f"searching where {row.lane} and {row.of} part"
    ask(session, ("to parting", one, other), what, compute, arrive)
