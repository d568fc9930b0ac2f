"""Django's registration of the ledger records."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The append-only ledger of each organisation: entries, tree nodes, checkpoints."""

    name = "charteroak.records.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
