"""Bringing in a written program or a control list: the upload, the assignment of its rows by hand, and recording."""
