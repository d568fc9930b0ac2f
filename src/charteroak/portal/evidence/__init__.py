"""Pages about the keeping of evidence: holds, custody, retention and erasure, and counsel's own workspace."""
