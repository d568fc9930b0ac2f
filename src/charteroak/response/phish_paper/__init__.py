"""The report of a phish on paper: what the state asks, as a map of fields; what the mail shows; what is missing."""
