"""Notices of incidents: what they need to know, drafts that were kept, what was sent."""
