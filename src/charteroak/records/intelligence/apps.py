"""Django's registration of the intelligence records."""

from django.apps import AppConfig


class IntelligenceConfig(AppConfig):
    """Indicators at the desk and with members, what was shared and to whom, and sightings."""

    name = "charteroak.records.intelligence"
    label = "intelligence"
    default_auto_field = "django.db.models.BigAutoField"
