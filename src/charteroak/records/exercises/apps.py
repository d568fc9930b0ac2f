"""Django's registration of the exercises' records."""

from django.apps import AppConfig


class ExercisesConfig(AppConfig):
    """Spaces in which exercises are played, and what players saw, did and said there."""

    name = "charteroak.records.exercises"
    label = "exercises"
    default_auto_field = "django.db.models.BigAutoField"
