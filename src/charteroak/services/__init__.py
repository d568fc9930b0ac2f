"""Use cases, one verb each: authorisation, transaction and ledger entry. The only way to change or release anything."""
