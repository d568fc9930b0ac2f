"""Pages about frameworks: which editions there are, what stands in them, and what was imported."""
