"""Django's registration of the records about work on an incident."""

from django.apps import AppConfig


class IncidentWorkConfig(AppConfig):
    """Severity, playbooks, tasks, order of events and logs that were read; all of it append-only."""

    name = "charteroak.records.incident_work"
    label = "incident_work"
    default_auto_field = "django.db.models.BigAutoField"
