"""The receipts that a browser holds: in a cookie of their own, sealed, for an hour; in no row of the database.

A session is a row beside the account of who is signed in. A receipt in it would join that account to a report that was
to be anonymous, for everyone who reads the database or a backup of it. The cookie is sealed with ChaCha20-Poly1305
(RFC 8439) under a key of the installation, so that it cannot be made up, and bound to who was signed in, so that nobody
else's pages open it: not the next person's at this browser, nor a stranger's once the session is over.
"""

import base64
import binascii
import functools
import hashlib
import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from charteroak.adapters.system_clock import now
from charteroak.records.accounts.models import User

COOKIE = "__Host-receipts" if settings.IS_TLS else "receipts"
SECONDS = 60 * 60
"""How long after its last use the browser shows a receipt again; it may stand in a library."""
_NONCE_BYTES = 12
_LIMIT_CHARACTERS = 4096
"""No browser keeps a longer cookie."""


class Receipts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The receipt that was just given, those of mails filed with it, and those of an incident and a mail in hand."""

    filed: str = ""
    others: tuple[str, ...] = ()
    in_hand: str = ""
    mail_in_hand: str = ""


class _Sealed(msgspec.Struct, frozen=True):
    made: int
    receipts: Receipts


def receipts_of(request: HttpRequest) -> Receipts:
    """What this browser holds; nothing where the cookie is old, another's, or not one of ours."""
    value = request.COOKIES.get(COOKIE, "")
    if not value or len(value) > _LIMIT_CHARACTERS:
        return Receipts()
    try:
        data = base64.urlsafe_b64decode(value.encode("ascii"))
        nonce, sealed = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
        opened = msgspec.json.decode(_cipher().decrypt(nonce, sealed, _owner(request)), type=_Sealed)
    except (UnicodeEncodeError, binascii.Error, InvalidTag, ValueError, msgspec.MsgspecError):
        return Receipts()
    age = int(now().timestamp()) - opened.made
    return opened.receipts if 0 <= age <= SECONDS else Receipts()


def keep_receipts(request: HttpRequest, response: HttpResponseBase, receipts: Receipts) -> None:
    """Let this browser hold these receipts from now on, and no others."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = msgspec.json.encode(_Sealed(int(now().timestamp()), receipts))
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, plain, _owner(request))).decode(),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_receipts(response: HttpResponseBase) -> None:
    """Let this browser hold none any more."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _owner(request: HttpRequest) -> bytes:
    """Whose pages may open it; authenticated with the cookie, and not in it."""
    return f"account {request.user.pk}".encode() if isinstance(request.user, User) else b"nobody is signed in"


def _cipher() -> ChaCha20Poly1305:
    return _cipher_of(settings.SECRET_KEY)


@functools.lru_cache(maxsize=2)
def _cipher_of(secret: str) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hashlib.sha256(f"{__name__}\n{secret}".encode()).digest())
