"""Reporting a suspicious mail or an incident, with or without an account, and asking what became of it."""
