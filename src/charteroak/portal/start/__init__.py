"""The guided start: a few short steps, one group of questions a page, from nothing to the first list of gaps."""
