"""Django's SQLite, with writers of one process that stand in line instead of asking again and again."""
