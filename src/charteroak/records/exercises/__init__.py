"""Exercises: the space that keeps what was played apart from what happened."""
