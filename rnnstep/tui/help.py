"""The help screen, made from the table of commands."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from ..session.commands import COMMANDS, key_name
from ..session.panels import PANELS
from ..session.session import Session
from .paint.timeline import GLYPHS

_READING = """\
How to read the screen

The tape runs along the top; its columns are those of the maps below, one step each. Each lane is \
one model. Its header says what it would answer now and how sure it is, and with how many seeds \
training reached its goal. Below stand its signals, the states first: they are all that the next \
step still knows of the past.

Signed values: {signed}.
Gates, 0 to 1: {gates}.

A row that stands for several units shows the strongest of signed values, the mean of gates. The \
marked row holds the selected unit; its value stands left of the map, its equations in the \
inspector. Beyond the cursor nothing is drawn until you step there, or press f.
"""
_SIGNS = {
    "blocks": ("blue is negative, orange positive, the background zero",
               "from the background (shut) to bright (open)"),
    "unicode": ("▼ ▾ negative, · near zero, ▴ ▲ positive", "▁ (shut) to █ (open)"),
    "ascii": ("= - negative, . near zero, + # positive", "0 (shut) to 9 (open)"),
}  # fmt: skip
_TIMELINE = """
On the timeline, the line above the last one: {here} where you stand, {mark} marks and notes, \
{breakpoint} hits of breakpoints, {find} hits of what was found with /, {both} hits where there \
is a mark or note too, {finding} findings, which are the steps that show a unit of the active lane \
that does not work, while the panel health is open, {beside} the step that is compared with this \
one, where it is another.
"""
_FLOW = """
In the panel flow a curve stands at 1 where a change of a past step reaches this one whole. \
"gradient vanishing: ÷2 every 3 steps back" says that what reaches this step halves with every 3 \
steps that it comes from further back; "exploding: ×2" that it doubles; steady that it changes by \
less than a factor of 10. This is what training feels of the past. It is another matter than the \
answer: a lane can answer right while its gradient explodes, and wrong while it is steady.
"""
_FAMILIES = {
    "lane": ("1 … 9", "show or hide a lane; :hide NAME does it for any"),
    "answer": ("1 … 5", "answer with a choice"),
    "lesson": ("1 … 9", "open a lesson"),
}
"""Commands that differ by a number have one line: keys and title, by what stands before it."""


def help_text(keymap: dict[str, str], glyphs: str, about: str = "") -> str:
    """All of the help; ``about`` is the text of the scenario with its notes."""
    signed, gates = _SIGNS[glyphs]
    lines = [_READING.format(signed=signed, gates=gates)]
    keys: dict[str, list[str]] = {}
    for place, name in keymap.items():
        mode = COMMANDS[name].mode
        keys.setdefault(name, []).append(key_name(place.removeprefix(f"{mode}:")))
    lines.append("\nv opens a panel under the lanes, in line with the tape, then the next one:")
    lines += [f"  {panel.id:<18}{panel.title}" for panel in PANELS.values()]
    lines.append("The prompt has each by name (:unit); a goes on to what else it can be about.")
    lines.append(_FLOW.rstrip())
    signs = {kind: both[glyphs == "ascii"] for kind, both in GLYPHS.items()}
    lines.append(_TIMELINE.format(both=signs["marked hit"], **signs).rstrip())
    group = ""
    for command in COMMANDS.values():
        if command.group != group:
            group = command.group
            lines.append(f"\n{group}")
        family, _, number = command.id.rpartition("-")
        if (family in _FAMILIES and number.isdigit() and number != "1") or not command.keys:
            continue
        shown, title = "  ".join(keys.get(command.id, [])), command.title
        if family in _FAMILIES and number == "1":
            shown, title = _FAMILIES[family]
        lines.append(f"  {shown:<18}{title}")
    lines.append(
        "\nIn the prompt: tab completes and goes on to the next choice, ↑ and ↓ bring earlier lines"
        " back, ctrl+u and ctrl+w delete, esc leaves it. What is wrong stays to be mended."
    )
    lines.append("\nMouse: click the tape, a map or the timeline to go there; the wheel steps.")
    if about:
        lines.append(f"\nThis scenario: {about}")
    return "\n".join(lines)


def about_text(session: Session) -> str:
    """A scenario's own text, in paragraphs, and the notes of its script and its reader."""
    scenario = session.run.scenario
    paragraphs = [" ".join(part.split()) for part in scenario.about.split("\n\n")]
    notes = [f"  step {step}: {text}" for step, text in session.remarks()]
    claims = f" (claims {', '.join(scenario.claims)})" if scenario.claims else ""
    return "\n\n".join([f"{scenario.title}{claims}", *paragraphs, *notes])


class HelpScreen(ModalScreen[None]):
    """The keys, and how to read the screen."""

    CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll { width: 92%; max-width: 96; height: 92%; padding: 1 2;
        border: round $accent; background: $surface; }
    HelpScreen Static { width: 1fr; }
    """
    BINDINGS = [
        Binding("escape,q,question_mark,enter", "dismiss", "back"),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(self.text, markup=False)

    def action_down(self) -> None:
        self.query_one(VerticalScroll).scroll_down()

    def action_up(self) -> None:
        self.query_one(VerticalScroll).scroll_up()
