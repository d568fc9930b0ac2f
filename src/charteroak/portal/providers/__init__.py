"""Pages about an organisation and its provider: who looks after it, what was done, and leaving with everything."""
