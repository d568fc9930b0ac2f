"""Pages about the laws themselves, for anyone: the states side by side, editions and clocks, what to watch."""
