"""DKIM signatures (RFC 6376, RFC 8301, RFC 8463) checked without a network, against keys that a person gave."""
