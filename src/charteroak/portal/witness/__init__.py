"""The endpoint at which logs ask this installation's witnesses for co-signatures."""
