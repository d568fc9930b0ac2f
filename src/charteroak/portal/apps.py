"""The portal as one Django app: templates, static files, template tags and texts of every subject."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages over the services; no models and no rules."""

    name = "charteroak.portal"
    label = "portal"
