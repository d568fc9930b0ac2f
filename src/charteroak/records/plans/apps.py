"""Django's registration of the plans' records."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Drafts of plans, and the versions that were adopted."""

    name = "charteroak.records.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"
