"""What reporters attached to their reports."""
