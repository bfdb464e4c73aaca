"""The only place that touches Textual's private names: writing changed cells past the compositor.

Textual writes a dirty region from its widget's left edge, whatever part of it changed (its issue
5625), so a moved cursor would send whole rows. While the canvas is alone on the screen, what
changed is written to the driver directly. Pinned to the Textual version in pyproject.toml; a test
compares what is then on the terminal with a forced full repaint, cell by cell.
"""

from __future__ import annotations

from textual.app import App


def can_write(app: App[int]) -> bool:
    """Whether the terminal shows just the canvas, so that it may be written to."""
    driver = app._driver
    return (
        driver is not None
        and not app.is_headless
        and not driver.is_inline
        and not app._batch_count
        and app._running
        and not app._closed
        and len(app.screen_stack) == 1
        and not len(app._notifications)
    )


def busy(app: App[int]) -> bool:
    """Whether earlier output still waits to be written."""
    writer = getattr(app._driver, "_writer_thread", None)
    return writer is not None and not writer._queue.empty()


def write(app: App[int], data: str) -> None:
    """Write escape sequences, inside a synchronised update where the terminal knows them."""
    driver = app._driver
    if driver is None or not data:
        return
    begin, end = ("\x1b[?2026h", "\x1b[?2026l") if app._sync_available else ("", "")
    driver.write(begin + data + end)


def colour_system(app: App[int]) -> str:
    """What the terminal can show: truecolor, 256, 16 or none."""
    if app.no_color:
        return "none"
    system = app.console.color_system
    return {"truecolor": "truecolor", "256": "256", None: "none"}.get(system, "16")
