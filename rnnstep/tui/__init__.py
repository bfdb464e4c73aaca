"""The terminal app: painting a session, and passing keys to it."""
