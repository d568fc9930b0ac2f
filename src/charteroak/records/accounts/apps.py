"""Django's registration of the accounts records."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Organisations, users and memberships."""

    name = "charteroak.records.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
