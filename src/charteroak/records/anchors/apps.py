"""Django's registration of the anchors records."""

from django.apps import AppConfig


class AnchorsConfig(AppConfig):
    """Log keys, time-stamp authorities with their tokens, witnesses with their co-signatures, and witnessed logs."""

    name = "charteroak.records.anchors"
    label = "anchors"
    default_auto_field = "django.db.models.BigAutoField"
