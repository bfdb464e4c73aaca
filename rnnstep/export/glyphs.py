"""Glyphs that say sign and size without colour, on the screen and in printed steps."""

from __future__ import annotations

GATE_GLYPHS = {"unicode": "▁▂▃▄▅▆▇█", "ascii": "0123456789"}
"""From 0 to 1."""

SIGNED_GLYPHS = {"unicode": "▼▾·▴▲", "ascii": "=-.+#"}
"""Large and small negative, near zero, small and large positive."""

MISSING = "–"
"""Where a number would stand and there is none."""

SMALL, LARGE = 0.1, 0.5
"""Shares of the scale: below the first a value is near zero, from the second on it is large."""
