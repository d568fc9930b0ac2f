"""Indicators at the desk and with members, what was shared and to whom, and sightings."""
