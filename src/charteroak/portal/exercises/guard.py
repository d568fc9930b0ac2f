"""Requests that belong to an exercise run behind its second lock (``services.exercise_guard``)."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from charteroak.services.exercise_guard import playing

_PLAYED = re.compile(r"^/exercises/|^/organisations/[^/]+/incidents/EX")


class ExerciseGuardMiddleware:
    """Whatever is asked of a page of an exercise writes into no ledger, whichever form it uses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, behind the lock where the address is an exercise's."""
        if not _PLAYED.match(request.path_info):
            return self._get_response(request)
        with playing():
            return self._get_response(request)
