"""Signals that need two observations: what the message says, and where it comes from or leads."""

from collections.abc import Collection, Iterator

import re2

from charteroak.mail.domains import shared_services
from charteroak.mail.language import in_ascii
from charteroak.mail.reading import Reading
from charteroak.mail.signals.registry import Hit, hit

_BEGINNING = 400
"""Characters of the body in which a message says who speaks."""

_DEMANDS = frozenset(
    {"credentials", "threat", "payment", "payroll", "mailbox", "parcel", "prize", "access_notice", "subscription"}
)
_BILLS = frozenset({"callback", "subscription", "payment"})
_PRESSURE = frozenset({"threat", "urgency"})
_MONEY_STORIES = frozenset({"advance_fee", "credit", "windfall"})
_TELEPHONE = re2.compile(r"(?:^|[^\d.])(?:\+?1[ .\-]{0,2})?\(?[2-9]\d{2}\)?[ .\-]{1,3}\d{3}[ .\-]{1,3}\d{4}(?:\D|$)")
_ANSWER_TO = re2.compile(
    r"(?:contact|e-?mail|reply|write|respond|send|answer|correo|escriba|responda|contato|schreiben|kontakt|ecrire)"
    r"[^@]{0,80}?[\s:(<]([a-z0-9._+\-]{1,64})@([a-z0-9\-]+(?:\.[a-z0-9\-]+)+)"
)


def claims(reading: Reading, themes: Collection[str]) -> Iterator[Hit]:
    """Everything that follows from the themes of a message together with its sender and its links."""
    found = frozenset(themes)
    yield from _pressure_and_link(reading, found)
    yield from _borrowed_name(reading, found)
    text = in_ascii(reading.plain[:8_000])
    is_free = shared_services().kind_of(reading.sender.domain) == "free-mail"
    if is_free and found & _BILLS and _TELEPHONE.search(text) is not None:
        yield hit("bill-from-free-mail", "text", domain=reading.sender.domain)
    answer = _ANSWER_TO.search(text) if found & _MONEY_STORIES else None
    if answer is None:
        return
    local, domain = answer[1].decode("ascii"), answer[2].decode("ascii")
    if f"{local}@{domain}" != reading.sender.address.lower() and shared_services().kind_of(domain) == "free-mail":
        yield hit("answer-to-free-mail", "text", reply=domain)


def _pressure_and_link(reading: Reading, themes: frozenset[str]) -> Iterator[Hit]:
    if reading.followed and themes & _PRESSURE and themes - _PRESSURE - {"greeting"}:
        yield hit("pressure-and-link", "text")


def _borrowed_name(reading: Reading, themes: frozenset[str]) -> Iterator[Hit]:
    """A protected name speaks in the subject or at the beginning, and neither sender nor link is its own."""
    if not themes & _DEMANDS or not reading.sender.domain:
        return
    for where, text in (("Subject", reading.plain_subject), ("body", reading.plain[:_BEGINNING])):
        name = reading.protected.named_in(text, text)
        if name is None or name.owns(reading.sender.domain):
            continue
        if any(name.is_reached_at(link.host) for link in reading.followed if link.host):
            continue
        yield hit("name-borrowed", where, brand=name.label, domain=reading.sender.domain)
        if name.is_official:
            yield hit("official-name-borrowed", where, brand=name.label, domain=reading.sender.domain)
        return
