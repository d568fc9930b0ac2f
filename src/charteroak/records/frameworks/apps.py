"""Django's registration of the framework records."""

from django.apps import AppConfig


class FrameworksConfig(AppConfig):
    """Imported catalogs, profiles and component definitions, and the words of imported controls."""

    name = "charteroak.records.frameworks"
    label = "frameworks"
    default_auto_field = "django.db.models.BigAutoField"
