"""The assessor's pages: which editions were assessed and how far, and a requirement's objectives one by one."""
