"""A real little time-stamp authority made with ``openssl``, in kinds that are good, aged or wrong, and a server for it.

Loaded as a pytest plugin by ``tests/conftest.py``: ask for ``openssl_authority``, ``timestamp_authorities`` or
``timestamp_server``. Certificates and signatures are all OpenSSL's. Where ``openssl ts -reply`` would refuse (a
certificate of the wrong kind) or cannot tell another time than now, the token is signed with ``openssl cms``.
"""

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from charteroak.adapters.system_clock import now
from charteroak.ledger.der import Cursor, Tag, read_integer, read_one, write, write_integer, write_oid

POLICY = "1.2.3.4.1"
LONG_AGO = datetime(2020, 6, 1, 12, tzinfo=UTC)
"""When the authority whose certificate has expired gave its time-stamps."""

_CONFIGURATION = """\
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[authority]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = {usage}
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ca]
default_ca = issuing
[issuing]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
organizationName = optional
[tsa]
default_tsa = stamping
[stamping]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
{bundle}
signer_digest = sha256
default_policy = {policy}
digests = sha256
accuracy = secs:1, millisecs:500
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Kind(Enum):
    """What is right or wrong with an authority. The values are certificate usage, first and last day, and bundle."""

    PLAIN = ("critical, timeStamping", "20250101000000Z", "20450101000000Z", "")
    TWO_CERTIFICATES = ("critical, timeStamping ", "20250101000000Z", "20450101000000Z", "certs = root.pem")
    EXPIRED = ("critical, timeStamping", "20200101000000Z", "20210101000000Z", "")
    WRONG_USAGE = ("critical, serverAuth", "20250101000000Z", "20450101000000Z", "")
    USAGE_NOT_CRITICAL = ("timeStamping", "20250101000000Z", "20450101000000Z", "")


def openssl(*arguments: str, folder: Path, data: bytes = b"") -> bytes:
    """What ``openssl`` prints; anything but success is an error of the test's own set-up."""
    done = subprocess.run(["openssl", *arguments], cwd=folder, input=data, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


@dataclass
class OpenSSLAuthority:
    """An authority in a folder of its own: a root, a certificate that it issued, and its answers."""

    folder: Path
    kind: Kind = Kind.PLAIN
    name: str = "Test Time Stamping"

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        usage, begins, ends, bundle = self.kind.value
        self._write("openssl.cnf", _CONFIGURATION.format(usage=usage.strip(), bundle=bundle, policy=POLICY))
        self._write("index.txt", "")
        self._write("serial", "01\n")
        for key in ("root.key", "tsa.key"):
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key, folder=self.folder)
        common = ("-config", "openssl.cnf")
        # Long, so that the issued certificate is the longer one: a DER set has it second, OpenSSL writes it first.
        subject = f"/O={'An authority for tests ' * 2}/CN={self.name}"
        openssl("req", "-new", *common, "-key", "root.key", "-subj", f"/CN={self.name} Root", "-out", "root.csr",
                folder=self.folder)  # fmt: skip
        openssl("req", "-new", *common, "-key", "tsa.key", "-subj", subject, "-out", "tsa.csr", folder=self.folder)
        issue = ("ca", "-batch", "-notext", *common, "-keyfile", "root.key")
        openssl(*issue, "-selfsign", "-in", "root.csr", "-extensions", "root", "-startdate", "20150101000000Z",
                "-enddate", "20450101000000Z", "-out", "root.pem", folder=self.folder)  # fmt: skip
        openssl(*issue, "-cert", "root.pem", "-in", "tsa.csr", "-extensions", "authority", "-startdate", begins,
                "-enddate", ends, "-out", "tsa.pem", folder=self.folder)  # fmt: skip

    @property
    def root_pem(self) -> bytes:
        """The certificate to trust."""
        return (self.folder / "root.pem").read_bytes()

    @property
    def root_path(self) -> Path:
        """Its file, for ``openssl ts -verify -CAfile``."""
        return self.folder / "root.pem"

    @property
    def root_der(self) -> bytes:
        """The certificate to trust, in DER."""
        return openssl("x509", "-in", "root.pem", "-outform", "DER", folder=self.folder)

    def reply(self, request: bytes, *, at: datetime | None = None) -> bytes:
        """The answer to a request; ``at`` is another time than now, for the token to tell."""
        if at is None and self.kind is Kind.EXPIRED:
            at = LONG_AGO
        if at is None and self.kind in {Kind.PLAIN, Kind.TWO_CERTIFICATES}:
            return self._reply_now(request)
        return self._reply_at(request, at or now().replace(microsecond=0))

    def refusal(self, words: str = "no such policy here") -> bytes:
        """An answer that grants nothing."""
        text = write(Tag.SEQUENCE, write(Tag.UTF8_STRING, words.encode()))
        return write(Tag.SEQUENCE, write(Tag.SEQUENCE, write_integer(2) + text))

    def verify(self, reply: bytes, *, digest: bytes, attime: datetime | None = None) -> tuple[bool, str]:
        """What ``openssl ts -verify`` says of an answer, and its words."""
        path = self.folder / f"verify-{threading.get_ident()}.tsr"
        path.write_bytes(reply)
        when = () if attime is None else ("-attime", str(int(attime.timestamp())))
        line = ["openssl", "ts", "-verify", "-digest", digest.hex(), "-in", path.name, "-CAfile", "root.pem", *when]
        done = subprocess.run(line, cwd=self.folder, capture_output=True, text=True, check=False)
        path.unlink()
        return done.returncode == 0, done.stdout + done.stderr

    def _reply_now(self, request: bytes) -> bytes:
        (self.folder / "request.tsq").write_bytes(request)
        openssl("ts", "-reply", "-config", "openssl.cnf", "-section", "stamping", "-queryfile", "request.tsq", "-out",
                "reply.tsr", folder=self.folder)  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()

    def _reply_at(self, request: bytes, at: datetime) -> bytes:
        asked = Cursor(read_one(request, Tag.SEQUENCE, "request").content)
        asked.take(Tag.INTEGER, "version")
        imprint = asked.take(Tag.SEQUENCE, "imprint").raw
        asked.take_if(Tag.OID)
        nonce = asked.take_if(Tag.INTEGER)
        info = write(
            Tag.SEQUENCE,
            write_integer(1)
            + write_oid(POLICY)
            + imprint
            + write_integer(7)
            + write(Tag.GENERALIZED_TIME, f"{at:%Y%m%d%H%M%S}Z".encode())
            + (b"" if nonce is None else write_integer(read_integer(nonce, "nonce"))),
        )
        token = openssl("cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-cades", "-md", "sha256", "-outform",
                        "DER", "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-signer", "tsa.pem", "-inkey", "tsa.key",
                        folder=self.folder, data=info)  # fmt: skip
        return write(Tag.SEQUENCE, write(Tag.SEQUENCE, write_integer(0)) + token)

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="ascii")


@dataclass
class TimestampServer:
    """An authority on the loopback interface. ``answer`` may be put in the place of its answers, to misbehave."""

    authority: OpenSSLAuthority
    answer: Callable[[bytes], tuple[int, str, bytes]] | None = None
    requests: list[bytes] = field(default_factory=list)
    url: str = ""

    def respond(self, request: bytes) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        self.requests.append(request)
        if self.answer is not None:
            return self.answer(request)
        return 200, "application/timestamp-reply", self.authority.reply(request)


def serve(server: TimestampServer) -> ThreadingHTTPServer:
    """An HTTP server on a free loopback port for it, not yet running."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, kind, answer = server.respond(body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """A test's output stays its own."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_address[1]}/"
    return listening


@pytest.fixture(scope="session")
def timestamp_authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Kind], OpenSSLAuthority]]:
    """One authority of each kind, made when it is first asked for."""
    folder = tmp_path_factory.mktemp("authorities")
    made: dict[Kind, OpenSSLAuthority] = {}

    def authority(kind: Kind) -> OpenSSLAuthority:
        if kind not in made:
            made[kind] = OpenSSLAuthority(folder / kind.name.lower(), kind)
        return made[kind]

    yield authority
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def openssl_authority(timestamp_authorities: Callable[[Kind], OpenSSLAuthority]) -> OpenSSLAuthority:
    """An authority with which nothing is wrong."""
    return timestamp_authorities(Kind.PLAIN)


@pytest.fixture
def timestamp_server(openssl_authority: OpenSSLAuthority) -> Iterator[TimestampServer]:
    """That authority on the loopback interface."""
    server = TimestampServer(openssl_authority)
    listening = serve(server)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    listening.shutdown()
    listening.server_close()
    thread.join()
