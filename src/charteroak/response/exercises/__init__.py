"""Exercises: scenarios as data, the clock they run on, and what was expected against what was done.

Nothing here reads a clock or knows of people: the shells bring the moment and what players did.
"""
