"""Django's registration of the detections records."""

from django.apps import AppConfig


class DetectionsConfig(AppConfig):
    """Hunts over a member's own logs."""

    name = "charteroak.records.detections"
    label = "detections"
    default_auto_field = "django.db.models.BigAutoField"
