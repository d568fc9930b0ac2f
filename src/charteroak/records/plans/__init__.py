"""Plans for a bad day: what is being written, and what was adopted."""
