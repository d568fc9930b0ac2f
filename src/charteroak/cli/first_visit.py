"""The first visit, made by the server itself before it serves anybody.

Django reads addresses, views, templates and translated words when somebody first asks for them, which takes a second or
two in each process: on the day of a flood, the first hundred reports would stand behind it. Loaded before the processes
are begun, all of that is read once and shared.
"""

import io
from collections.abc import Callable, Iterable
from typing import Any

PATHS = ("/", "/report/incident/", "/report/mail/")


def visit(application: Callable[..., Iterable[bytes]]) -> list[str]:
    """Ask for the first pages in each language, as a stranger; the statuses of the answers.

    A page that cannot be made answers with an error here as it will to people, and keeps nobody from serving.
    """
    from django.conf import settings  # noqa: PLC0415 - stateless commands must not load Django

    scheme = "https" if settings.IS_TLS else "http"
    host = settings.ALLOWED_HOSTS[0].lstrip(".")
    return [
        _ask(
            application, {"wsgi.url_scheme": scheme, "HTTP_HOST": host, "PATH_INFO": path, "HTTP_ACCEPT_LANGUAGE": code}
        )
        for code, _ in settings.LANGUAGES
        for path in PATHS
    ]


def _ask(application: Callable[..., Iterable[bytes]], asked: dict[str, Any]) -> str:
    environment = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **asked,
    }
    statuses: list[str] = []
    made = application(environment, lambda status, _headers, _error=None: statuses.append(status))
    try:
        for _ in made:
            pass
    finally:
        if close := getattr(made, "close", None):
            close()
    return statuses[-1]
