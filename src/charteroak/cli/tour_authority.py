"""A time-stamping authority for the tour: made up at run time with ``openssl``, answering on loopback, gone afterwards.

Its keys are made anew each time and vouch for nothing; it shows the way of a token from request to check.
"""

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NAME = "Sample time-stamping authority (made up)"
_LIMIT_BYTES = 64 << 10
_CONFIGURATION = """\
[req]
distinguished_name = subject
prompt = no
[subject]
O = Charter Oak sample state, made up
CN = Sample time stamps
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = stamps.pem
signer_key = stamps.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


class TourAuthority:
    """An authority in a folder, on a free loopback port, until it is closed."""

    def __init__(self, folder: Path, openssl: str) -> None:
        self._folder, self._openssl = folder, openssl
        folder.mkdir(mode=0o700)
        (folder / "conf").write_text(_CONFIGURATION, encoding="ascii")
        (folder / "serial").write_text("01\n", encoding="ascii")
        common = ("-config", "conf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        self._run("req", "-x509", *common, "-extensions", "root", "-days", "2", "-subj", "/CN=Sample root (made up)",
                  "-keyout", "root.key", "-out", "root.pem")  # fmt: skip
        self._run("req", *common, "-keyout", "stamps.key", "-out", "stamps.csr")
        self._run("x509", "-req", "-in", "stamps.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
                  "-extfile", "conf", "-extensions", "stamps", "-days", "1", "-out", "stamps.pem")  # fmt: skip
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    @property
    def root_pem(self) -> str:
        """The certificate to believe."""
        return (self._folder / "root.pem").read_text(encoding="ascii")

    def close(self) -> None:
        """Answer no longer."""
        self._server.shutdown()
        self._server.server_close()

    def _reply(self, request: bytes) -> bytes:
        (self._folder / "request.tsq").write_bytes(request)
        self._run("ts", "-reply", "-config", "conf", "-queryfile", "request.tsq", "-out", "reply.tsr")
        return (self._folder / "reply.tsr").read_bytes()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        reply = self._reply

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), _LIMIT_BYTES))
                answer = reply(asked)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """The tour prints its steps and nothing else."""

        return Handler

    def _run(self, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - fixed commands in a folder of our own
            [self._openssl, *arguments], cwd=self._folder, capture_output=True, timeout=30, check=True
        )
