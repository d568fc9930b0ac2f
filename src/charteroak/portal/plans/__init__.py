"""Plans for a bad day: what is in force and whom to call, how they are written, adopted, and put into force."""
