"""Runs and cells as plain text: what `rnnstep show` and `rnnstep explain` print."""
