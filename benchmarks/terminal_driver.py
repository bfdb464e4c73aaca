"""rnnstep in a pseudo-terminal, read by pyte: what a user's terminal would show."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pyte

COMMAND = [sys.executable, "-c", "import sys; from rnnstep.cli import main; sys.exit(main())"]


class TerminalApp:
    """A child process on a terminal of its own.

    Attributes
    ----------
    screen : pyte.Screen
    written : int
        Bytes that it wrote so far.
    """

    def __init__(
        self,
        arguments: list[str],
        width: int,
        height: int,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.ByteStream(self.screen)
        self.written = 0
        self.raw = bytearray()
        self.parse = True
        pid, self.file = pty.fork()
        if pid == 0:
            wanted = {"TERM": "xterm-256color", "COLORTERM": "truecolor", **(environment or {})}
            os.environ.update(wanted)
            os.execv(COMMAND[0], [*COMMAND, *arguments])
        self.pid = pid
        size = struct.pack("HHHH", height, width, 0, 0)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, size)

    def read(self, quiet: float = 0.15, limit: float = 20.0) -> bytes:
        """Read until nothing came for ``quiet`` seconds."""
        found = bytearray()
        end = time.monotonic() + limit
        while time.monotonic() < end:
            ready, _, _ = select.select([self.file], [], [], quiet)
            if not ready:
                break
            try:
                data = os.read(self.file, 1 << 16)
            except OSError:
                break
            if not data:
                break
            found += data
        self.written += len(found)
        self.raw += found
        if self.parse:
            self.stream.feed(bytes(found))
        return bytes(found)

    def wait_for(self, text: str, there: bool = True, limit: float = 60.0) -> None:
        """Read until a text is on the screen, or (``there=False``) no longer is."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            self.read(0.05, 1.0)
            if any(text in line for line in self.screen.display) == there:
                return
        what = "never came" if there else "never went"
        raise AssertionError(f"{text!r} {what}:\n" + "\n".join(self.screen.display))

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self.file, keys.encode())

    def cells(self) -> list[object]:
        """Every cell with its colours."""
        lines, columns = self.screen.lines, self.screen.columns
        return [self.screen.buffer[y][x] for y in range(lines) for x in range(columns)]

    def end(self, by: int | None = None) -> int:
        """Wait for the end (after a signal, if one is given); return the exit code."""
        if by is not None:
            os.kill(self.pid, by)
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            self.read(0.02, 0.1)
            time.sleep(0.01)
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError("the app did not end")


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
