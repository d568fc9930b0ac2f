"""The first page: what a citizen came for, or what a signed-in person should look at next."""
