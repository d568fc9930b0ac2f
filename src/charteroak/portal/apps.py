"""The portal as one Django app: templates, static files, template tags and texts of every subject."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages over the services; no models and no rules."""

    name = "charteroak.portal"
    label = "portal"

    def ready(self) -> None:
        """Note from now on who signs in and out."""
        from charteroak.portal import security_log  # noqa: PLC0415 - needs the models, which are not there before

        security_log.listen()
