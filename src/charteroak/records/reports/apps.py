"""Django's registration of the reports records."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports to the desk, the campaigns they form and the keys that link them."""

    name = "charteroak.records.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"
