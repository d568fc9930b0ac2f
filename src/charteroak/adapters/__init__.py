"""Outbound and inbound I/O: files, keys, clients of other services, the wall clock."""
