"""Django's registration of the attachments' records."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """Files that came with reports."""

    name = "charteroak.records.attachments"
    label = "attachments"
    default_auto_field = "django.db.models.BigAutoField"
