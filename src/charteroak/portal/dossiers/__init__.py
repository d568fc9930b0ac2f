"""Pages about one dossier, its redacted copies, and the answers that insurers ask for."""
