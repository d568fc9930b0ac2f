"""Pages about collectors: what other tools said, how old it is, what is silent, and which gaps that proposes."""
