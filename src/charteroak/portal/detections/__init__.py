"""Pages of a member's hunts: search your own logs, see what was found, tell the desk how often."""
