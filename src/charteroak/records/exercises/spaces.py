"""What happened and what was played, kept apart: the pair of managers of every model that can be part of an exercise.

A model that carries a nullable ``space`` (or hangs on one that does) says::

    objects = LiveManager()          # what happened: never an exercise's row
    played = PlayedManager()         # what was played: never a live row

A model that hangs on an incident takes ``LiveOfIncident`` and ``PlayedOfIncident``; one that hangs on another such
model names the way there in a subclass of both, for instance ``path = "sending__incident__space"``. ``objects`` stays
the default manager, so that reverse relations (``organisation.incidents``) leave exercises out as well.
"""

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from charteroak.records.exercises.models import ExerciseSpace

_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class LiveManager(models.Manager[_Row_co]):
    """Rows of what happened. Rows of an exercise do not exist for it.

    The rows that hang on one row at hand (``incident.events``) are the exception: whoever holds that row has already
    been let into its space, and its rows are all in the same one.
    """

    path: ClassVar[str] = "space"
    """From this model to the space, as Django spells it."""

    def get_queryset(self) -> models.QuerySet[_Row_co]:
        """All live rows; on a reverse relation from the way to the space, the rows of the one at hand."""
        rows = super().get_queryset()
        hung_on = getattr(self, "field", None)  # only Django's managers of reverse relations have one
        if hung_on is not None and hung_on.name == self.path.split("__")[0]:
            return rows
        return rows.filter(**{f"{self.path}__isnull": True})


class PlayedManager(models.Manager[_Row_co]):
    """Rows of exercises, one space at a time. Pages of exercises alone use it (held by an architecture test)."""

    path: ClassVar[str] = "space"
    """From this model to the space, as Django spells it."""

    def get_queryset(self) -> models.QuerySet[_Row_co]:
        """Rows of exercises; never a live one."""
        return super().get_queryset().filter(**{f"{self.path}__isnull": False})

    def in_space(self: Self, space: "ExerciseSpace") -> models.QuerySet[_Row_co]:
        """The rows of one exercise."""
        return self.get_queryset().filter(**{self.path: space})


class LiveOfIncident(LiveManager[_Row_co]):
    """Rows that hang on an incident that happened."""

    path = "incident__space"


class PlayedOfIncident(PlayedManager[_Row_co]):
    """Rows that hang on an incident of an exercise."""

    path = "incident__space"
