"""How long it takes to start, side by side: ratios, not absolute times.

    python benchmarks/start.py

``rnnstep --help`` against ``import typer``, and the first content of ``rnnstep run`` on a terminal
against that of an empty Textual app: a line that is written while the libraries load, and then the
app's own first frame. Rounds interleave; shown are medians.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("first content")
Empty().run()
"""
RUN = "import sys; from rnnstep.cli import main; sys.exit(main(['run', sys.argv[1]]))"
HELP = "import sys; from rnnstep.cli import main; sys.exit(main(['--help']))"


def process(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def first_content(code: str, text: bytes, *arguments: str, times: int = 1) -> float:
    """Seconds until a text has been written to a pseudo-terminal (for the n-th time)."""
    import pty
    import signal

    began = time.perf_counter()
    pid, file = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(sys.executable, [sys.executable, "-c", code, *arguments])
    found = b""
    while found.count(text) < times:
        found += os.read(file, 1 << 16)
    took = time.perf_counter() - began
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(file)
    return took


def main() -> None:
    scenario = str(ROOT / "scenarios" / "long_dependency.yaml")
    times: dict[str, list[float]] = {}
    for _ in range(15):
        for name, took in (
            ("import typer", process("import typer")),
            ("rnnstep --help", process(HELP)),
            ("empty Textual app", first_content(EMPTY, b"first content")),
            ("rnnstep run, first content", first_content(RUN, b"loading", scenario)),
            ("rnnstep run, first frame of the app",
             first_content(RUN, b"loading", scenario, times=2)),
            ("rnnstep run, first step shown", first_content(RUN, b"of 52", scenario)),
        ):
            times.setdefault(name, []).append(took)
    for name, values in times.items():
        print(f"{name:36} {median(values) * 1e3:6.0f} ms")
    for above, below in (
        ("rnnstep --help", "import typer"),
        ("rnnstep run, first content", "empty Textual app"),
        ("rnnstep run, first frame of the app", "empty Textual app"),
    ):
        ratios = [a / b for a, b in zip(times[above], times[below], strict=True)]
        print(f"{above} / {below}: {median(ratios):.2f}")


if __name__ == "__main__":
    main()
