"""The HTTP API below ``/api/v1/``: JSON in and out, problem documents, and keys that make a retry harmless."""
