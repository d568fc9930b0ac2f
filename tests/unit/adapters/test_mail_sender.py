"""Mail that leaves, against a real server on loopback: encrypted or refused, and nothing smuggled into a header."""

import socket
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from smtp_server import smtp_server
from tests.simulators.free_ports import free_port

from charteroak.adapters.mail_sender import (
    MailContentError,
    MailNotSentError,
    MailSettings,
    MailSettingsError,
    NewMail,
    compose,
    load_mail_settings,
    send,
)
from charteroak.adapters.system_clock import now

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
TO = "lea@cedar-landing.example"


def settings(port: int, **others: object) -> MailSettings:
    values = {"host": "127.0.0.1", "port": port, "sender": "alerts@charteroak.example", "security": "none"}
    return MailSettings(**{**values, **others})  # type: ignore[arg-type]  # a table of values


def mail(**others: str) -> NewMail:
    values = {"to": TO, "subject": "INC-2026-001", "text": "Tell them.\n", "message_id": "alert-1@charteroak.example"}
    return NewMail(**{**values, **others}, sent=NOW)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody but its maker trusts, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    today = now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


def test_a_message_arrives_as_it_was_written() -> None:
    with smtp_server() as server:
        send(compose(mail(subject="Zoë: 80 %", text="Grüße.\n"), settings(server.port)), settings(server.port))
    (message,) = server.messages
    assert server.recipients == [TO]
    assert message["Subject"] == "Zoë: 80 %"
    assert message["Message-ID"] == "<alert-1@charteroak.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().strip() == "Grüße."


def test_with_starttls_the_message_travels_encrypted(certificate: tuple[Path, Path]) -> None:
    with smtp_server(certificate=certificate[0], key=certificate[1]) as server:
        safe = settings(server.port, security="starttls", ca_file=str(certificate[0]))
        send(compose(mail(), safe), safe)
    assert server.were_encrypted == [True]


def test_a_certificate_that_nobody_trusts_is_refused(certificate: tuple[Path, Path]) -> None:
    with smtp_server(certificate=certificate[0], key=certificate[1]) as server:
        safe = settings(server.port, security="starttls")
        with pytest.raises(MailNotSentError, match="did not answer"):
            send(compose(mail(), safe), safe)
    assert server.messages == []


def test_a_server_without_encryption_gets_nothing_where_encryption_is_asked() -> None:
    with smtp_server() as server:
        safe = settings(server.port, security="starttls")
        with pytest.raises(MailNotSentError, match="no encryption"):
            send(compose(mail(), safe), safe)
    assert server.messages == []


@pytest.mark.parametrize(("reply", "is_permanent"), [("550 No such person", True), ("451 Later", False)])
def test_a_refused_recipient_says_why_and_whether_for_good(reply: str, is_permanent: bool) -> None:
    with smtp_server(**{TO: reply}) as server:
        plain = settings(server.port)
        with pytest.raises(MailNotSentError, match=reply.split(" ", 1)[1]) as refused:
            send(compose(mail(), plain), plain)
    assert refused.value.is_permanent is is_permanent


def test_a_server_that_is_not_there_is_a_failure_with_its_address() -> None:
    port = free_port()
    with pytest.raises(MailNotSentError, match=f"127.0.0.1:{port}"):
        send(compose(mail(), settings(port)), settings(port))


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        slow = settings(silent.getsockname()[1], timeout_seconds=1)
        with pytest.raises(MailNotSentError):
            send(compose(mail(), slow), slow)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"subject": "Hello\r\nBcc: all@example.org"}, id="header-in-subject"),
        pytest.param({"subject": "Hello\nthere"}, id="line-break"),
        pytest.param({"subject": "Hello\x00"}, id="nul"),
        pytest.param({"subject": "Hello\u2028there"}, id="unicode-line-separator"),
        pytest.param({"to": "lea@example.org\r\nBcc: all@example.org"}, id="header-in-address"),
        pytest.param({"to": "lea@example.org, all@example.org"}, id="two-addresses"),
        pytest.param({"to": "Lea <lea@example.org>"}, id="display-name"),
        pytest.param({"to": "lea"}, id="no-domain"),
        pytest.param({"to": ""}, id="nobody"),
        pytest.param({"message_id": "x>\r\nBcc: all@example.org"}, id="header-in-identifier"),
    ],
)
def test_nothing_is_smuggled_into_a_header(bad: dict[str, str]) -> None:
    with pytest.raises(MailContentError):
        compose(mail(**bad), settings(25))


def test_without_settings_there_is_no_mail(tmp_path: Path) -> None:
    assert load_mail_settings(tmp_path, {}) is None


def test_settings_come_from_the_file_and_the_environment_goes_first(tmp_path: Path) -> None:
    (tmp_path / "mail.toml").write_text('host = "mail.example.org"\nsender = "a@example.org"\nport = 587\n')
    loaded = load_mail_settings(tmp_path, {"CHARTEROAK_MAIL_PORT": "2525"})
    assert loaded is not None
    assert (loaded.host, loaded.port, loaded.security) == ("mail.example.org", 2525, "starttls")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('host = "mail.example.org"\nsender = "a@example.org"\nsecurity = "none"', "in the clear"),
        ('host = "127.0.0.1.example.org"\nsender = "a@example.org"\nsecurity = "none"', "in the clear"),
        ('host = "mail.example.org"\nsender = "a@example.org"\nusername = "a"', "together"),
        ('host = "mail.example.org"\nsender = "a@example.org"\nhots = "x"', "hots"),
        ('host = "mail.example.org"\nsender = "a@example.org\\r\\nBcc: b@example.org"', "no mail address"),
        ('host = "mail example org"\nsender = "a@example.org"', "host"),
        ("host = [", "cannot be used"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mail.toml").write_text(text)
    with pytest.raises((MailSettingsError, MailContentError), match=said) as refused:
        load_mail_settings(tmp_path, {})
    assert "\n" not in str(refused.value)
