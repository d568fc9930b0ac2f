"""Reports to the desk, the campaigns they form and the keys that link them."""
