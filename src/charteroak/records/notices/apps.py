"""Django's registration of the records about notices."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Answers that notices need, versions of drafts, what was sent; all of it append-only."""

    name = "charteroak.records.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
