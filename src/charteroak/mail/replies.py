"""Whether a mail that reports something may be answered, and to whom (RFC 3834).

An answer to a forged sender is a mail that a stranger never asked for, and one to a machine goes round in a loop. So an
answer goes to nobody unless a server of the operator confirms the sender, the sender is of a domain that the operator
named, From and the envelope agree, and a person wrote the mail. Reply-To, which anybody can write, is never followed.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

from charteroak.mail import limits
from charteroak.mail.addresses import first_sender, parse_mailboxes
from charteroak.mail.authentication import read_claims
from charteroak.mail.automatic import why_automatic
from charteroak.mail.decoding import without_controls
from charteroak.mail.defects import DefectLog
from charteroak.mail.headers import Headers
from charteroak.mail.hops import read_hops
from charteroak.mail.mime import split_message

_OF_LISTS = ("list-id", "list-post", "list-unsubscribe", "x-auto-response-suppress", "x-loop")
_MOST_ADDRESS_CHARACTERS = 254
_MOST_ID_CHARACTERS = 250
_HEADER_END = re.compile(rb"(?:\A|\n)\r?\n")
_CONFIRMING = frozenset({"dmarc", "dkim", "spf"})


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is answered, the identifier of their mail, and the language that they read first."""

    address: str
    message_id: str
    language: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nobody is answered; ``reason`` is the end of a sentence."""

    reason: str


def header_alone(data: bytes) -> bytes:
    """The header of a mail, with the digest of the whole in place of its body: all that an answer to it needs.

    Answers wait for a server that may be slow, and 200 mails of 25 MB are not to wait with them.
    """
    # A field may be written on its top, so that one byte more than is read is kept of a header without an end.
    end = _HEADER_END.search(data, 0, limits.MAX_HEADER_BLOCK_BYTES + 1)
    header = data[: end.end() if end else limits.MAX_HEADER_BLOCK_BYTES + 1]
    return header + hashlib.sha256(data).hexdigest().encode() if end else header


def addressee_of(data: bytes, *, domains: Collection[str], trusted_receivers: Collection[str]) -> Addressee | NoAnswer:
    """Who may be answered about a mail as it was delivered, with the Return-Path that delivery writes on its top."""
    headers = split_message(data, DefectLog()).headers
    if reason := _why_of_a_machine(headers):
        return NoAnswer(reason)
    authors = parse_mailboxes(headers.first("from"), DefectLog())
    if len(headers.all("from")) != 1 or len(authors) != 1 or headers.first("sender"):
        return NoAnswer("it does not name exactly one author")
    address = authors[0].address.lower()
    if len(headers.all("return-path")) != 1:
        return NoAnswer("delivery did not write down the envelope's sender")
    if first_sender(headers.first("return-path"), DefectLog()).address.lower() != address:
        return NoAnswer("its envelope names another sender than its From")
    domain = address.rpartition("@")[2]
    if domain not in {name.lower() for name in domains}:
        return NoAnswer("its sender is of no domain that is answered")
    if not _is_plain(address):
        return NoAnswer("its sender's address is unusual")
    if not _is_confirmed(headers, domain, trusted_receivers):
        return NoAnswer("no trusted server confirms its sender")
    return Addressee(address, _id_of(headers), _language_of(headers))


def _why_of_a_machine(headers: Headers) -> str:
    if reason := why_automatic(headers):
        return f"a machine sent it: {reason}"
    if headers.first("auto-submitted").strip().lower() not in {"", "no"}:
        return "a machine sent it: Auto-Submitted says so"
    if headers.first("precedence").strip().lower() == "list" or any(headers.first(name) for name in _OF_LISTS):
        return "it came over a list, or asks for no answer"
    return ""


def _is_confirmed(headers: Headers, domain: str, trusted_receivers: Collection[str]) -> bool:
    """Whether a trusted server confirms the very domain, and none says that DMARC failed (RFC 7489, section 3.1).

    A server that does not remove fields of its own name (RFC 8601 section 5) passes on those that the sender wrote.
    They stand below its own, so that none but the topmost confirms anything.
    """
    hops = read_hops(headers)
    everything = read_claims(headers, hops, trusted_receivers)
    if any(claim.trusted and claim.method == "dmarc" and claim.result != "pass" for claim in everything):
        return False
    topmost = read_claims(headers, hops, trusted_receivers, is_topmost_alone=True)
    return any(
        claim.trusted and claim.method in _CONFIRMING and (claim.result, claim.domain) == ("pass", domain)
        for claim in topmost
    )


def _is_plain(address: str) -> bool:
    is_short = len(address) <= _MOST_ADDRESS_CHARACTERS and address.count("@") == 1
    return is_short and address.isascii() and address.isprintable() and not any(c in address for c in ' <>"(),;:\\[]')


def _id_of(headers: Headers) -> str:
    found = without_controls(headers.first("message-id")).strip().removeprefix("<").removesuffix(">")
    is_usable = found.isascii() and found.count("@") == 1 and not any(c in found for c in " <>")
    return found if is_usable and len(found) <= _MOST_ID_CHARACTERS else ""


def _language_of(headers: Headers) -> str:
    said = f"{headers.first('content-language')} {headers.first('accept-language')}".strip().lower()
    return "es" if said.startswith("es") else "en"
