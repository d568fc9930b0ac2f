"""``charteroak serve``: the portal, in one process or several."""

import contextlib
import gc
import ipaddress
import os
import re
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import click

from charteroak.cli.files import print_json_line
from charteroak.cli.first_visit import visit
from charteroak.cli.installation import data_option, migrate, set_up_django
from charteroak.cli.served_processes import MOST, listening_sockets, run_in_processes
from charteroak.errors import CouldNotError, InputError

THREADS = 24
"""Those who file wait for the disk together, and one of them writes for all; the others must not keep the rest out."""

SWITCH_SECONDS = 0.001
"""How long a thread that computes keeps the others waiting. Whoever writes for a group asks the database a dozen times,
each time lets the others go on, and would wait for its turn five times as long by Python's own measure, while everybody
else waits for the lock that it holds."""

REQUEST_LIMIT_BYTES = 80 << 20
"""Nothing larger than an evidence upload with its form is read from a socket at all."""

CONNECTIONS = 1_000
"""Open at once. A connection costs a few kilobytes until it sends something, and one that sends nothing for
``IDLE_SECONDS`` is closed: whoever holds hundreds open keeps nobody else out."""

IDLE_SECONDS = 60


class BindError(InputError):
    """The address to serve on is not usable."""

    code: ClassVar[str] = "serve.bind"


def parse_bind(text: str) -> tuple[str, int]:
    """``HOST:PORT`` as its two parts.

    Raises:
        BindError: it is not of that form.
    """
    host, colon, port = text.rpartition(":")
    if not colon or not host or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise BindError(f"{text!r} is not HOST:PORT.", remedy="Write 127.0.0.1:8000.")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_exposure(bind: str, *, demo: bool) -> None:
    """Refuse to be reachable from other machines unless that was prepared.

    Raises:
        BindError: the host names are not set or are a wildcard, or it is the demonstration, whose password everyone
            can read in its source.
    """
    if "*" in os.environ.get("CHARTEROAK_HOSTS", "").split(","):
        raise BindError("CHARTEROAK_HOSTS is to name hosts; * would take any.", remedy="Write town.example,10.0.0.5.")
    host, _ = parse_bind(bind)
    if is_loopback(host):
        return
    if demo:
        raise BindError(
            f"The demonstration is not served on {host}: the password of its people is published.",
            remedy="Leave out --demo, or bind it to 127.0.0.1.",
        )
    if not os.environ.get("CHARTEROAK_HOSTS"):
        raise BindError(
            f"Listening on {host} needs the host names that browsers use.",
            remedy="Set CHARTEROAK_HOSTS and CHARTEROAK_ORIGINS, and put TLS in front.",
        )


def check_free(bind: str) -> None:
    """Refuse an address that cannot be listened on, before anything is made in a data directory.

    Raises:
        CouldNotError: another program listens there, or it is no address of this machine.
    """
    host, port = parse_bind(bind)
    try:
        for family, kind, protocol, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        raise _cannot_listen(bind, error) from error


def _cannot_listen(bind: str, error: OSError) -> CouldNotError:
    return CouldNotError(f"Cannot listen on {bind}: {error.strerror}.", remedy="Choose another --bind.")


def proxy_options() -> dict[str, Any]:
    """What the server may believe about a request's origin: nothing, or what one named proxy says.

    ``CHARTEROAK_TRUSTED_PROXY`` is the address from which the proxy connects. Its last X-Forwarded-For is then taken
    for the client's address, and X-Forwarded-Proto for the scheme; from anyone else both are thrown away.
    """
    options: dict[str, Any] = {"clear_untrusted_proxy_headers": True}
    if proxy := os.environ.get("CHARTEROAK_TRUSTED_PROXY"):
        options |= {
            "trusted_proxy": proxy,
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
    return options


@click.command()
@click.option("--demo", is_flag=True, help="On a fresh data directory, load the fictional sample state.")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="H:P", help="Where to listen.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when it answers: its address.")
@click.option(
    "--processes",
    type=click.IntRange(1, MOST),
    default=1,
    show_default=True,
    metavar="N",
    help="Use so many cores.",
)
@data_option
def serve(*, demo: bool, bind: str, as_json: bool, processes: int, data_directory: Path) -> None:
    """Serve the portal."""
    host, port = parse_bind(bind)
    check_exposure(bind, demo=demo)
    check_free(bind)
    set_up_django(data_directory)
    migrate()
    from django.conf import settings  # noqa: PLC0415 - stateless commands must not load Django
    from django.db import connections  # noqa: PLC0415 - see above
    from django.utils.module_loading import import_string  # noqa: PLC0415 - see above

    from charteroak.adapters import log_lines  # noqa: PLC0415 - needs Django set up
    from charteroak.services.account_keeping import can_nobody_sign_in  # noqa: PLC0415 - see above
    from charteroak.services.sample_state import has_published_password, load_sample_state  # noqa: PLC0415 - see above

    if demo:
        if can_nobody_sign_in():
            click.echo("Making the fictional sample state; this takes up to a minute.", err=True)
        click.echo(load_sample_state().sentence, err=True)
    elif not is_loopback(host) and has_published_password():
        raise BindError(
            f"This data directory holds the sample state, which is not served on {host}: its password is published.",
            remedy="Name another data directory, or bind to 127.0.0.1.",
        )
    if settings.IS_TLS and not os.environ.get("CHARTEROAK_TRUSTED_PROXY"):
        click.echo(
            "charteroak: CHARTEROAK_TRUSTED_PROXY is not set, so all strangers count as one behind the proxy.", err=True
        )
    is_unpeopled = can_nobody_sign_in()
    log_lines.set_up()
    try:
        sockets = listening_sockets(host, port)
    except OSError as error:
        raise _cannot_listen(bind, error) from error
    application = import_string(settings.WSGI_APPLICATION)
    visit(application)
    # What is loaded now stays to the end: collecting garbage need not look at it, and processes go on sharing it.
    gc.collect()
    gc.freeze()
    # A service manager ends with SIGTERM, a person with SIGINT. Both let requests that are being answered finish.
    signal.signal(signal.SIGTERM, _stop)

    def say_so() -> None:
        if as_json:
            print_json_line({"address": f"http://{bind}", "data": str(data_directory.absolute()), "demo": demo})
            sys.stdout.flush()
        click.echo(f"Charter Oak serves on http://{bind} from {data_directory}. Stop with Ctrl-C.", err=True)
        if is_unpeopled:
            click.echo(
                f"Nobody can sign in yet. Begin with: charteroak account add-organization --help\n"
                f"(name this data directory: --data {data_directory.absolute()})",
                err=True,
            )

    if processes > 1:
        connections.close_all()  # no two processes may speak over one connection
        run_in_processes(lambda: _serve_here(application, sockets), processes, ready=say_so)
    else:
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            say_so()
            _serve_here(application, sockets)
    click.echo("Charter Oak has stopped.", err=True)


def _serve_here(application: Any, sockets: Sequence[socket.socket]) -> None:
    """Answer in this process until it is told to stop."""
    import waitress  # noqa: PLC0415 - stateless commands must not load a server

    sys.setswitchinterval(SWITCH_SECONDS)

    server = waitress.create_server(
        application,
        sockets=sockets,
        threads=THREADS,
        ident=None,
        max_request_body_size=REQUEST_LIMIT_BYTES,
        channel_timeout=IDLE_SECONDS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        **proxy_options(),
    )
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        server.run()
    server.close()


def _stop(_number: int, _frame: object) -> NoReturn:
    raise SystemExit
