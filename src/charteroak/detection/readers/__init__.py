"""Log files as batches to search: what a file is, how it is unpacked, and where in it each searched byte stands."""
