"""What the app does, without a screen: where we stand, what is shown, and every command."""
