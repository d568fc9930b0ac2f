"""Django models and migrations: fields, constraints and query sets. No rules live here."""
