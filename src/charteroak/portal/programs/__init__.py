"""Pages of an organisation's security program: safe-harbor status, evidence log, dossiers."""
