"""Documents about frameworks that somebody brought to this installation."""
