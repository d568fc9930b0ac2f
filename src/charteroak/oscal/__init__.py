"""NIST's Open Security Controls Assessment Language, 1.0 to 1.2 in and 1.2 out."""
