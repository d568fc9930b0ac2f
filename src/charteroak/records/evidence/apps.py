"""Django's registration of the evidence records."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Content keys, erasures, and the privileged workspace."""

    name = "charteroak.records.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
