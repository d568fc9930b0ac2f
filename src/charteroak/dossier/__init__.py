"""Dossiers: what a record supports over a breach interval, in one folder that the other side can check.

Values in, files out. ``builder`` assembles and refuses what would not verify, ``archive`` packs the same input into the
same bytes, ``verification`` checks a dossier as its own ``verify.sh`` does, and more.
"""
