"""Evidence files and dossiers: rows that pages read beside the ledger."""
