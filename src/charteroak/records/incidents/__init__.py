"""Incidents of organisations: the incident, its facts over time, its timeline."""
