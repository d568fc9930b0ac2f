"""Hunts over a member's own logs."""
