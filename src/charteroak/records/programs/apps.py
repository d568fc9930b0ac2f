"""Django's registration of the programs records."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Evidence files and dossiers: rows that pages read beside the ledger."""

    name = "charteroak.records.programs"
    label = "programs"
    default_auto_field = "django.db.models.BigAutoField"
