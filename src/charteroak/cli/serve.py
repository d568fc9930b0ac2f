"""``charteroak serve``: the portal in one process."""

import ipaddress
import os
from pathlib import Path
from typing import ClassVar

import click

from charteroak.cli.installation import data_option, migrate, set_up_django
from charteroak.errors import CouldNotError, InputError

THREADS = 8
"""SQLite serialises writers, and pages are short: eight threads keep two cores busy."""

REQUEST_LIMIT_BYTES = 80 << 20
"""Nothing larger than an evidence upload with its form is read from a socket at all."""


class BindError(InputError):
    """The address to serve on is not usable."""

    code: ClassVar[str] = "serve.bind"


def parse_bind(text: str) -> tuple[str, int]:
    """``HOST:PORT`` as its two parts.

    Raises:
        BindError: it is not of that form.
    """
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise BindError(f"{text!r} is not HOST:PORT.", remedy="Write 127.0.0.1:8000.")
    return host.strip("[]"), int(port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@click.command()
@click.option("--demo", is_flag=True, help="On a fresh data directory, load the fictional sample state.")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="H:P", help="Where to listen.")
@data_option
def serve(*, demo: bool, bind: str, data_directory: Path) -> None:
    """Serve the portal."""
    host, port = parse_bind(bind)
    if not _is_loopback(host) and not os.environ.get("CHARTEROAK_HOSTS"):
        raise BindError(
            f"Listening on {host} needs the host names that browsers use.",
            remedy="Set CHARTEROAK_HOSTS and CHARTEROAK_ORIGINS, and put TLS in front.",
        )
    set_up_django(data_directory)
    migrate()
    import waitress  # noqa: PLC0415 - stateless commands must not load a server
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 - stateless commands must not load Django

    from charteroak.services.sample_state import load_sample_state  # noqa: PLC0415 - needs Django set up

    if demo:
        click.echo(load_sample_state().sentence, err=True)
    try:
        server = waitress.create_server(
            get_wsgi_application(),
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            max_request_body_size=REQUEST_LIMIT_BYTES,
            channel_timeout=60,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise CouldNotError(f"Cannot listen on {bind}: {error.strerror}.", remedy="Choose another --bind.") from error
    click.echo(f"Charter Oak serves on http://{bind} from {data_directory}. Stop with Ctrl-C.", err=True)
    server.run()
