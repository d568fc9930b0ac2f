"""The command line: one module per noun, each command a thin shell over the domain or a service."""
