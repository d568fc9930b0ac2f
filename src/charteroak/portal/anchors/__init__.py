"""What outsiders have seen of an organisation's ledger, and how anybody can check it."""
