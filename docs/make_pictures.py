"""Draw the pictures of the docs from the app's own painting, without a terminal.

    python docs/make_pictures.py
"""

from __future__ import annotations

from pathlib import Path

from rnnstep import load_scenario, run_scenario
from rnnstep.session.session import Session
from rnnstep.tui.paint import Painter
from rnnstep.tui.palette import make_palette
from rnnstep.tui.picture import as_svg

ROOT = Path(__file__).resolve().parent.parent
PICTURES = {
    "long_dependency": ("long_dependency", 52, "lstm", "dark", 120, 40, ""),
    "sunspots": ("sunspots", 250, "gru", "light", 120, 40, ""),
    "flow": ("long_dependency", 52, "lstm", "dark", 120, 40, "flow"),
    "contributions": ("long_dependency", 52, "lstm", "dark", 120, 40, "contributions"),
}


def draw(
    scenario: str, step: int, lane: str, theme: str, width: int, height: int, panel: str
) -> str:
    """One screen as SVG, with a panel open if one is named."""
    session = Session(run_scenario(load_scenario(ROOT / "scenarios" / f"{scenario}.yaml")))
    session.select_lane(lane)
    session.jump(step)
    session.panel = panel
    frame = Painter().paint(session, width, height)
    palette = make_palette(theme, "truecolor")
    return as_svg(frame, palette, f"rnnstep run scenarios/{scenario}.yaml --at {step}")


def main() -> None:
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    for name, settings in PICTURES.items():
        (folder / f"{name}.svg").write_text(draw(*settings), encoding="utf-8")
        print(folder / f"{name}.svg")


if __name__ == "__main__":
    main()
