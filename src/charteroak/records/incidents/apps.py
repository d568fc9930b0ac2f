"""Django's registration of the incident records."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Incidents of organisations: what is known of each over time, and what happened when."""

    name = "charteroak.records.incidents"
    label = "incidents"
    default_auto_field = "django.db.models.BigAutoField"
