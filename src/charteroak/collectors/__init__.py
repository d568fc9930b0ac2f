"""Readers of what other tools say about a program; each gives findings with its own name and version."""
