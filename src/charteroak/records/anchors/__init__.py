"""What others know of a ledger's checkpoints: time-stamp tokens and co-signatures; and which keys a log had when."""
