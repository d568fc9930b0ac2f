"""Mail that leaves: one message to one SMTP server that an administrator named. Nothing is sent unless one is.

``mail.toml`` in the data directory, or ``CHARTEROAK_MAIL_*`` in the environment, which goes first. The connection is
encrypted (STARTTLS, RFC 3207, or TLS from the first byte, RFC 8314) unless the server is on loopback; a server that
offers no encryption is refused and not asked again in the clear.
"""

import ipaddress
import os
import smtplib
import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from charteroak.adapters.small_files import read_small_file
from charteroak.errors import CouldNotError, InputError, SourceLocation

FILE = "mail.toml"
_FILE_LIMIT_BYTES = 64 * 1024
_PREFIX = "CHARTEROAK_MAIL_"
_PERMANENT = 500
"""RFC 5321, 4.2.1: a reply from 500 on will not become another one by itself."""


class MailSettingsError(InputError):
    """The settings for mail cannot be used; nothing is sent with them."""

    code: ClassVar[str] = "mail.settings"


class MailContentError(InputError):
    """A message cannot be made of this: an address or a line that is none."""

    code: ClassVar[str] = "mail.content"


class MailNotSentError(CouldNotError):
    """A message did not leave. ``is_permanent``: sending it again as it is would not help."""

    code: ClassVar[str] = "mail.not-sent"

    def __init__(self, message: str, *, is_permanent: bool = False, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.is_permanent = is_permanent


class MailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How mail leaves. ``portal`` is the portal's address, for links in messages."""

    host: Annotated[str, Meta(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:-]+\Z")]
    sender: Annotated[str, Meta(min_length=3, max_length=254)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = ""
    timeout_seconds: Annotated[int, Meta(ge=1, le=120)] = 15
    ca_file: str = ""
    """Certificates to trust besides the system's own, for a server with a certificate of one's own authority."""
    portal: Annotated[str, Meta(max_length=300, pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+)?\Z")] = ""

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this machine, by its name or number and not by what a resolver says."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False


def load_mail_settings(directory: Path, environment: Mapping[str, str] = os.environ) -> MailSettings | None:
    """The settings, or ``None`` where nobody configured mail.

    Raises:
        MailSettingsError: they cannot be used; the file or the variable is named.
        SmallFileError: the file cannot be read.
    """
    path = directory / FILE
    data = read_small_file(path, limit_bytes=_FILE_LIMIT_BYTES)
    said = {
        name.removeprefix(_PREFIX).lower(): value for name, value in environment.items() if name.startswith(_PREFIX)
    }
    if data is None and not said:
        return None
    try:
        written = {} if data is None else tomllib.loads(data.decode("utf-8"))
        settings = msgspec.convert({**written, **said}, MailSettings, strict=False)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise MailSettingsError(
            f"The settings for mail cannot be used: {error}.",
            remedy="docs/alerts.md shows a whole file.",
            location=SourceLocation(path=str(path) if data is not None else f"{_PREFIX}*"),
        ) from error
    if settings.security == "none" and not settings.is_loopback:
        raise MailSettingsError(
            f"Mail to {settings.host} would travel in the clear.",
            remedy="Set security to starttls or tls; only a server on loopback may do without.",
        )
    if (settings.username == "") != (settings.password == ""):
        raise MailSettingsError("A user name and a password for mail come together or not at all.")
    if any(ord(c) < ord(" ") for c in settings.username + settings.password):
        raise MailSettingsError("The user name or the password for mail has a control character.")
    _address(settings.sender)
    return settings


@dataclass(frozen=True, slots=True)
class NewMail:
    """A message in plain text to one person."""

    to: str
    subject: str
    text: str
    message_id: str
    """Without angle brackets; the same message sent again bears the same one, so that programs show it once."""
    sent: datetime
    about: str = ""
    """What an answer belongs to, so that mail programs keep the messages about one thing together."""
    is_reply: bool = False
    """It answers a mail that somebody sent: bounces of it go to nobody (RFC 3834, section 3.3)."""
    answers: str = ""
    """The identifier of the mail that it answers, without angle brackets; empty where that had none."""


def compose(mail: NewMail, settings: MailSettings) -> EmailMessage:
    """The message, with headers in which nothing can be smuggled.

    Raises:
        MailContentError: an address is none, or a header has a line break or another control character.
    """
    for value in (mail.subject, mail.message_id, mail.about, mail.answers):
        if any(ord(c) < ord(" ") or c in "\u2028\u2029\x7f\x85" for c in value):
            raise MailContentError("A header of a mail has no line breaks.")
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = _address(settings.sender)
        message["To"] = _address(mail.to)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(mail.sent)
        message["Message-ID"] = f"<{mail.message_id}>"
        if mail.about:
            message["References"] = f"<{mail.about}>"
        elif mail.answers:
            message["In-Reply-To"] = message["References"] = f"<{mail.answers}>"
        # RFC 3834: no vacation notice answers it
        message["Auto-Submitted"] = "auto-replied" if mail.is_reply else "auto-generated"
        message.set_content(mail.text)
    except (ValueError, MessageError) as error:
        raise MailContentError(f"This mail cannot be written: {error}.") from error
    return message


def send(message: EmailMessage, settings: MailSettings) -> None:
    """Hand one message to the server, for the one recipient that its ``To`` names.

    Raises:
        MailNotSentError: the server did not take it; the reason is told without the password.
    """
    recipients = [address.addr_spec for address in message["To"].addresses]
    try:
        with _connected(settings) as server:
            if settings.username:
                server.login(settings.username, settings.password)
            bounces_to = "" if message["Auto-Submitted"] == "auto-replied" else settings.sender
            server.send_message(message, from_addr=bounces_to, to_addrs=recipients)
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        raise _refused(code, reason) from error
    except smtplib.SMTPAuthenticationError as error:
        raise MailNotSentError("The mail server refused the user name or the password.") from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailNotSentError(
            "The mail server offers no encryption, or does not take these names.",
            remedy="Ask for STARTTLS there; nothing was sent in the clear.",
        ) from error
    except (smtplib.SMTPException, OSError, ssl.SSLError, UnicodeError) as error:
        said = getattr(error, "strerror", None) or type(error).__name__
        raise MailNotSentError(f"The mail server {settings.host}:{settings.port} did not answer: {said}.") from error


def _connected(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.ca_file:
        context.load_verify_locations(cafile=settings.ca_file)
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout_seconds, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_seconds)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _refused(code: int, reason: bytes | str) -> MailNotSentError:
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    words = " ".join(text.split())[:200]
    return MailNotSentError(f"The mail server said {code}: {words}", is_permanent=code >= _PERMANENT)


def _address(text: str) -> Address:
    """An address of one mailbox, without a display name.

    Raises:
        MailContentError: it is none.
    """
    try:
        address = Address(addr_spec=text)
    except (ValueError, MessageError, IndexError) as error:
        raise MailContentError(f"{text!r} is no mail address.") from error
    if not address.username or "." not in f"{address.domain}." or not address.domain or any(c.isspace() for c in text):
        raise MailContentError(f"{text!r} is no mail address.")
    return address
