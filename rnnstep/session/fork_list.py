"""The list of forks and patches: of which lane, what is patched, where they part, what is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..scenario.forks import own_patches
from ..scenario.run import Run
from ..simulate import Patch, Trace
from ..simulate.compare import Divergence, first_divergence
from .sleeping import Sleep

if TYPE_CHECKING:
    from .session import Session


@dataclass(frozen=True, eq=False)
class Row:
    """One fork, or one lane that is patched without being a fork.

    Attributes
    ----------
    lane : str
    of : str
        The lane that it is a fork of; empty for none.
    patches : tuple of Patch
        Its own, not those of the lane that it is a fork of.
    trace : Trace
    parent : Trace or None
    gone : Sleep or None
        How to have it again, if it was dropped or taken back.
    """

    lane: str
    of: str
    patches: tuple[Patch, ...]
    trace: Trace
    parent: Trace | None
    gone: Sleep | None = None

    @property
    def first(self) -> int:
        """The first step that is patched."""
        return min(patch.first for patch in self.patches)


def fork_rows(session: Session) -> tuple[Row, ...]:
    """Every fork and every patched lane in the order of the lanes; behind them those that are gone,
    the latest first."""
    found = _rows(session.run)
    listed = {row.trace for row in found}
    travel = session.travel
    for key, runs in (("u", travel.done), ("ctrl+r", travel.undone)):
        for presses, run in enumerate(reversed(runs), 1):
            for row in _rows(run, key, presses):
                if row.trace not in listed:
                    listed.add(row.trace)
                    found.append(row)
    return tuple(found)


def _rows(run: Run, key: str = "", presses: int = 1) -> list[Row]:
    """The forks and patched lanes of a run; of an earlier one, with the key that brings it back."""
    found = []
    for lane, model in run.scenario.models.items():
        patches = own_patches(run.scenario, lane)
        if patches:
            parent = run[model.fork_of] if model.fork_of else None
            gone = Sleep((lane,), key, presses) if key else None
            found.append(Row(lane, model.fork_of, patches, run[lane], parent, gone))
    return found


def fork_names(session: Session) -> tuple[str, ...]:
    """The lanes of the list, those that are gone with a word to tell them from others."""
    return tuple(f"{row.lane} (gone)" if row.gone else row.lane for row in fork_rows(session))


def nothing_patched(session: Session) -> str:
    """Why there is no list."""
    return "" if fork_rows(session) else "nothing is patched; e patches what is selected"


def chosen_row(session: Session) -> int:
    """The number of the row that is marked."""
    return session.aspect % max(len(fork_rows(session)), 1)


def next_row(session: Session, direction: int) -> None:
    """Mark the next row, or (-1) the one before."""
    session.aspect = (chosen_row(session) + direction) % max(len(fork_rows(session)), 1)


def parting(session: Session, row: Row) -> tuple[Divergence | None] | None:
    """Ask where a fork parts from its parent, in a tuple; None while that is computed."""
    one, other = row.trace, row.parent
    if other is None:
        return (None,)

    def compute(check: Callable[[], None]) -> tuple[Divergence | None]:
        return (first_divergence(one, other, progress=lambda *_: check()),)

    return session.analysis.ask(("parting of", one, other), compute)


def parting_forms(session: Session, row: Row) -> tuple[str, str]:
    """Where a fork parts from its parent, or how to have it again if it is gone: long and short."""
    if row.gone is not None:
        how = str(row.gone).partition("; ")[2]
        return how, how.partition(" brings")[0].partition(" makes")[0]
    if row.parent is None:
        return f"patched from step {row.first}", f"from {row.first}"
    found = parting(session, row)
    if found is None:
        return "computing …", "…"
    if found[0] is None:
        return "differs nowhere", "nowhere"
    step, value = found[0].step, f"{found[0].signal}[{found[0].unit}]"
    if step > session.seen:
        return "parts later", "later"
    return f"parts at step {step}, {value}", f"at {step}, {value}"
