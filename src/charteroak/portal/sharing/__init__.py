"""Machines that read our intelligence: the TAXII 2.1 server. Rules and queries stand in ``services.sharing``."""
