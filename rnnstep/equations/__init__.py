"""Equations as text: parsed, sized, run, differentiated and shown from the same lines."""
