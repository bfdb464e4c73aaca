"""One screen of a session as text or as SVG, without a terminal."""

from __future__ import annotations

import io
import re

from rich.console import Console
from rich.segment import Segment, Segments

from .frame import Frame
from .palette import Palette


def as_text(frame: Frame) -> str:
    """The characters alone, without what is blank at the ends of lines."""
    return "\n".join("".join(row).rstrip() for row in frame.chars.tolist())


def as_svg(frame: Frame, palette: Palette, title: str) -> str:
    """The screen as it would look, in a window with a title."""
    console = Console(
        record=True, width=frame.width, file=io.StringIO(), force_terminal=True,
        color_system="truecolor",
    )  # fmt: skip
    rows: list[Segment] = []
    for row in range(frame.height):
        rows += [*frame.strip(row, 0, frame.width, palette), Segment.line()]
    console.print(Segments(rows), end="")
    svg = console.export_svg(title=title)
    # Rich asks for a font from a server; a picture must not need the network.
    svg = re.sub(r"@font-face \{.*?\}\n", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "DejaVu Sans Mono")
