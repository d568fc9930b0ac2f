"""What stands behind evidence and is no entry: content keys, erasures, and the privileged workspace."""
