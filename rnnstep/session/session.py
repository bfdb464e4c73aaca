"""One sitting with a scenario: where we stand, what is shown, and nothing of how it is drawn.

Rewinding never loses anything: the run is recorded once, and moving only moves the cursor.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..cells import Cell
from ..errors import StepError
from ..scenario.run import Run
from ..simulate import Cursor, Trace
from .analysis import Analysis
from .beside import Beside
from .kept_files import KeptFile
from .line import Line
from .notebook import Notebook
from .prompt import Problem
from .travel import Travel

if TYPE_CHECKING:
    from ..scenario.lesson import Focus
    from ..scenario.scenario import Scenario
    from .sitting import Sitting

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Steps a second when playing."""


class Host(Protocol):
    """What only the app can do for a command."""

    def quit(self) -> None: ...
    def help(self) -> None: ...
    def palette(self) -> None: ...
    def next_theme(self) -> None: ...
    def suspend(self) -> None: ...
    def redraw(self) -> None: ...
    def copy(self, text: str) -> None: ...
    def open_lesson(self, index: int) -> None: ...


@dataclass
class Session:
    """The state behind the screen.

    Attributes
    ----------
    run : Run
    cursor : Cursor
        k counts equations up to the longest lane's; a lane with fewer is done earlier.
    active : str
        The lane that unit keys and the inspector are about.
    units : mapping of str to int
        The selected unit of each lane.
    signals : mapping of str to str
        The selected signal of lanes where one was chosen; see `selection`.
    hidden : set of str
        Lanes that are not shown.
    future : bool
        Whether what lies beyond the cursor is drawn.
    zoom : bool
        Whether the active lane has the whole height.
    inspect : bool
        Whether the inspector takes the place of the maps.
    panel : str
        The panel that is open under the lanes, a key of ``PANELS``; empty for none.
    aspect : int
        Which of the things that the panel can be about it is about.
    analysis : Analysis
        What panels show beyond the recorded run.
    playing : bool
    speed : int
        Index into ``SPEEDS``.
    prompt : str or None
        What has been typed behind ``:``; None while there is no prompt.
    line : Line
        The cursor in it, and the lines before it.
    problem : Problem or None
        What is wrong with it, until the next key.
    message : str
        What the last command has to say.
    diff : bool
        Whether maps show how far lanes are from those beside them, instead of values.
    beside : Beside
        What each lane is compared with, and how the two are aligned.
    travel : Travel
        Breakpoints, forks, marks and the trail.
    notebook : Notebook
        Notes and expectations, and whether what was found is saved.
    base : Scenario
        The scenario as its file has it, without the session's forks.
    sitting : Sitting or None
        The lesson that is open, if the scenario was opened as one. It holds the cursor back before
        a question's step.
    """

    run: Run
    _cursor: Cursor | None = field(init=False, default=None)
    active: str = field(init=False)
    units: dict[str, int] = field(default_factory=dict)
    signals: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    future: bool = False
    zoom: bool = False
    inspect: bool = False
    panel: str = ""
    aspect: int = 0
    analysis: Analysis = field(default_factory=Analysis)
    playing: bool = False
    speed: int = 2
    prompt: str | None = None
    line: Line = field(default_factory=Line)
    problem: Problem | None = None
    message: str = ""
    sitting: Sitting | None = None
    diff: bool = False
    beside: Beside = field(default_factory=Beside)
    travel: Travel = field(default_factory=Travel)
    notebook: Notebook = field(init=False)
    base: Scenario = field(init=False)

    def __post_init__(self) -> None:
        cells = [model.cell for model in self.run.scenario.models.values()]
        equations = max(len(cell.graph.equations) for cell in cells)
        self.cursor = Cursor.begin(self.run.length, equations)
        self.active = next(iter(self.run.traces))
        self.units = dict.fromkeys(self.run.traces, 0)
        broken = [
            f"{name}: {trace.first_nonfinite}"
            for name, trace in self.run.traces.items()
            if trace.first_nonfinite and trace.first_nonfinite.step <= self.seen
        ]
        self.message = "; ".join(broken)
        self.base = self.run.scenario
        self.notebook = Notebook(KeptFile(self.base.path))
        self.travel.breakpoints = [point.text for point in self.base.breakpoints]
        from .snapshot import look, take

        if self.base.view is not None:
            look(self, self.base.view)
        self.notebook.saved = take(self)

    @property
    def cursor(self) -> Cursor:
        """Where we stand."""
        assert self._cursor is not None
        return self._cursor

    @cursor.setter
    def cursor(self, cursor: Cursor) -> None:
        """Move; in a lesson, no further than to the step before a question."""
        if self.sitting is not None:
            held = self.sitting.hold(self._cursor, cursor)
            if held != cursor:
                self.playing = False
                self._look(self.sitting.question.focus)
            cursor = held
        self._cursor = cursor

    def _look(self, focus: Focus) -> None:
        """Turn to what a question is about."""
        from .panels import PANELS

        if focus.lane is not None:
            self.select_lane(focus.lane)
        if focus.unit is not None:
            self.select_unit(focus.unit)
        if focus.panel and not PANELS[focus.panel].needs(self):
            self.panel, self.aspect = focus.panel, 0

    @property
    def modes(self) -> tuple[str, ...]:
        """What keys are about, the first that says something of a key before the others.

        ``contents`` or ``question`` while such a page is open, ``waiting`` while a question of a
        lesson waits for its answer, ``forks`` while these are listed, ``replace`` or ``offer``
        while the reader is asked so.
        """
        if self.notebook.asked is not None:
            return ("replace",)
        if self.notebook.offered is not None:
            return ("offer",)
        covered = self.inspect or self.notebook.left
        listed = ("forks",) if self.panel == "forks" and not covered else ()
        if self.sitting is None:
            return listed
        if self.sitting.climb.contents:
            return ("contents",)
        if self.sitting.page:
            return "question", "waiting"
        return ("waiting", *listed) if self.sitting.unanswered is not None else listed

    @property
    def mode(self) -> str:
        """The first of the modes, or ""."""
        return next(iter(self.modes), "")

    @property
    def t(self) -> int:
        """The step where we stand."""
        return self.cursor.t

    @property
    def seen(self) -> int:
        """The last step of which anything may be shown; in a lesson, where one has been."""
        return self.run.length if self.sitting is None else self.sitting.seen

    @property
    def lanes(self) -> tuple[str, ...]:
        """All lanes, in the order of the file."""
        return tuple(self.run.traces)

    @property
    def shown(self) -> tuple[str, ...]:
        """Lanes that are on the screen."""
        if self.zoom:
            return (self.active,)
        return tuple(name for name in self.lanes if name not in self.hidden)

    @property
    def trace(self) -> Trace:
        """The active lane's trace."""
        return self.run.traces[self.active]

    def cell(self, lane: str) -> Cell:
        return self.run.scenario.models[lane].cell

    def width(self, lane: str) -> int:
        """Units of a lane: those of its output."""
        return self.run.scenario.models[lane].sizes.signals[self.cell(lane).output]

    def known(self, lane: str, signal: str) -> int:
        """The last step at which a signal is computed, given the micro-step."""
        order = list(self.cell(lane).graph.signals)
        if signal not in order or order.index(signal) < self.cursor.k:
            return self.t
        return self.t - 1

    def value(self, lane: str, signal: str) -> np.ndarray:
        """A signal's value where we stand: this step's, or NaN while it is not yet computed."""
        trace = self.run.traces[lane]
        if self.known(lane, signal) < self.t:
            return np.full(self.run.scenario.models[lane].sizes.signals[signal], np.nan)
        return trace.value(signal, self.t)

    def marks(self) -> dict[int, str]:
        """Steps worth a stop, with what they are: named steps, notes, the first NaN."""
        scenario = self.run.scenario
        found: dict[int, str] = {}
        for step, _ in self.remarks():
            found.setdefault(step, "note")
        for name, step in scenario.tape.marks.items():
            found[step] = name
        for name, trace in self.run.traces.items():
            if trace.first_nonfinite and trace.first_nonfinite.step <= self.seen:
                found.setdefault(trace.first_nonfinite.step, f"{name}: first NaN")
        for step in self.travel.marks:
            found.setdefault(step, "marked")
        return dict(sorted(found.items()))

    def note(self) -> tuple[int, str] | None:
        """The script's latest note at or before where we stand: (step, text).

        Before the first of them, what the scenario is about.
        """
        notes = self.notes()
        past = [step for step in notes if step <= self.t]
        return (past[-1], notes[past[-1]]) if past else None

    def notes(self) -> dict[int, str]:
        """All notes by step, in order.

        Step 0 has the first paragraph of the scenario's text, and what was done to the data.
        """
        scenario = self.run.scenario
        first = " ".join(scenario.about.partition("\n\n")[0].split())
        first = " ".join(filter(None, (first, *(f"{remark}." for remark in scenario.remarks))))
        found: dict[int, str] = {0: first} if first else {}
        for step, text in self.remarks():
            found[step] = f"{found[step]} · {text}" if step in found else text
        return dict(sorted(found.items()))

    def remarks(self) -> list[tuple[int, str]]:
        """The script's notes and the reader's own, (step, text)."""
        script = [(note.step, note.text) for note in self.run.scenario.notes]
        return [*script, *self.notebook.notes]

    def jump(self, t: int) -> None:
        """Go to a step; beyond the ends, to the end."""
        self.cursor = self.cursor.jump(max(0, min(t, self.run.length)))

    def next_mark(self, direction: int) -> None:
        """Go to the next mark, or (-1) to the one before."""
        steps = [s for s in self.marks() if (s > self.t if direction > 0 else s < self.t)]
        if not steps:
            self.message = f"no mark {'after' if direction > 0 else 'before'} step {self.t}"
            return
        step = steps[0] if direction > 0 else steps[-1]
        self.jump(step)

    def select_lane(self, name: str) -> None:
        """Make a lane the active one, and show it."""
        self.active = name
        self.hidden.discard(name)

    def select_unit(self, unit: int, lane: str = "") -> None:
        """Select a unit of the active lane, or of another; the nearest that there is."""
        lane = lane or self.active
        self.units[lane] = max(0, min(unit, self.width(lane) - 1))

    def tick(self) -> None:
        """One step of playing; stops at the end."""
        if self.cursor.t >= self.run.length:
            self.playing = False
        else:
            self.cursor = self.cursor.step()

    def toggle_play(self) -> None:
        if not self.playing and self.t >= self.run.length:
            self.jump(0)
        self.playing = not self.playing

    def goto(self, text: str) -> None:
        """Go where a text says: ``17``, ``17.3``, ``+10``, ``-10``, a mark's name, ``33%``.

        With ``.3`` behind a step, inside it, after 3 of its equations.

        Raises
        ------
        StepError
            If it says nothing of the kind.
        """
        word = text.strip()
        if word.endswith("%") and _is_finite(word[:-1]):
            self._jump_to(word, round(float(word[:-1]) / 100 * self.run.length))
            return
        if word[:1] in ("+", "-") and word[1:].isdecimal():
            there = max(0, min(self.t + int(word), self.run.length))
            if there == self.t and int(word):
                raise StepError(f"{word} leads nowhere: this is the {self._end(there)}")
            self._jump_to(word, self.t + int(word))
            return
        scenario, total = self.run.scenario, self.cursor.equations
        step, dot, inside = word.rpartition(".")
        if not (dot and inside.isdecimal()) or word in (*scenario.marks, *scenario.tape.index):
            self.jump(scenario.find_step(word, ("a step", "+10", "-10", "50%", "17.3")))
            return
        found = scenario.find_step(step)
        if found == 0:
            raise StepError(f"{word!r}: the initial state has no equations; steps from 1 on have")
        if not 1 <= int(inside) <= total:
            raise StepError(
                f"{word!r}: there is no equation {int(inside)}; a step has equations 1 to {total},"
                f" as in {step}.{total}"
            )
        self.cursor = replace(self.cursor, t=found, k=int(inside))

    def _jump_to(self, word: str, step: int) -> None:
        """Go to a step; beyond the ends, to the end, which is said."""
        end = max(0, min(step, self.run.length))
        self.jump(end)
        if self.t == end != step:
            self.message = f"this is the {self._end(end)}; {word} leads beyond it"

    def _end(self, step: int) -> str:
        """What the first or the last step is called."""
        return "last step" if step else "initial state"

    def command_line(self) -> str:
        """The command that opens the scenario here again."""
        from .opening import command_line

        return command_line(self)

    def selected_value(self) -> str:
        """The active lane's selected unit, all signals, as text to copy."""
        unit = self.units[self.active]
        rows = [f"{self.active} step {self.t} unit {unit}"]
        for name in self.cell(self.active).graph.signals:
            value = self.value(self.active, name)
            if unit < len(value):
                rows.append(f"{name} = {float(value[unit])!r}")
        return "\n".join(rows)


def _is_finite(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
