"""Signals about who the message says it is from, and where an answer would go."""

import re
from collections.abc import Iterator

from charteroak.mail.domains import registrable_domain, shared_services
from charteroak.mail.identity import is_punycode, resembles_one_of
from charteroak.mail.language import hides_letters
from charteroak.mail.reading import Reading
from charteroak.mail.signals.registry import Detector, Hit, hit

_ROLES = re.compile(
    r"\b(?:payroll|human resources|hr|it|help ?desk|support|service ?desk|admin(?:istrator)?|superintendent|principal|"
    r"mayor|selectman|treasurer|tax collector|finance|accounting|accounts payable|billing|bank|security|benefits|"
    r"office|team|postmaster|mail delivery|director|ceo|cfo|nomina|recursos humanos|soporte|banco|administrador)\b"
)
_SHOWN_ADDRESS = re.compile(r"[\w.+-]{1,64}@([\w-]+(?:\.[\w-]+)+)")
_FAILED = {"fail", "softfail", "permerror"}
_MAX_NAME = 80


def display_name_brand(reading: Reading) -> Iterator[Hit]:
    """The display name claims a protected name whose domain the address is not of."""
    domain = reading.sender.domain
    name = reading.protected.named_in(reading.sender.name, reading.plain_name)
    if name is not None and domain and not name.owns(domain):
        shown = reading.sender.name[:_MAX_NAME]
        yield hit("display-name-brand", "From", name=shown, domain=domain, brand=name.label)
        if name.is_official:
            yield hit("official-name-borrowed", "From", domain=domain, brand=name.label)


def display_name_address(reading: Reading) -> Iterator[Hit]:
    """The display name is or holds an address of another domain."""
    match = _SHOWN_ADDRESS.search(reading.sender.name)
    domain = reading.sender.domain
    if match is not None and domain and registrable_domain(match[1].lower()) != registrable_domain(domain):
        yield hit("display-name-address", "From", shown=match[1].lower(), domain=domain)


def name_in_address(reading: Reading) -> Iterator[Hit]:
    """The address itself carries a protected name as bait, before the @ or in the host."""
    local, _, domain = reading.sender.address.lower().rpartition("@")
    name = reading.protected.in_host(domain) or reading.protected.in_label(local, domain)
    if name is not None:
        yield hit("sender-borrows-name", "From", domain=domain, brand=name.label)


def role_from_free_mail(reading: Reading) -> Iterator[Hit]:
    """An office or institution writes from a free mailbox."""
    domain = reading.sender.domain
    if shared_services().kind_of(domain) == "free-mail" and _ROLES.search(reading.plain_name):
        yield hit("role-from-free-mail", "From", name=reading.sender.name[:_MAX_NAME], domain=domain)


def imitated_domain(reading: Reading) -> Iterator[Hit]:
    """The sender's domain resembles a protected one, or the reader's own."""
    domain = registrable_domain(reading.sender.domain)
    look_alike = reading.protected.look_alike(domain)
    if look_alike is not None:
        yield hit("sender-look-alike", "From", domain=domain, brand=look_alike.label)
        if look_alike.is_official:
            yield hit("official-name-borrowed", "From", domain=domain, brand=look_alike.label)
    own = resembles_one_of(domain, reading.own_domains)
    if own:
        yield hit("sender-imitates-reader", "From", domain=domain, own=own)
    if is_punycode(reading.sender.domain) or not reading.sender.domain.isascii():
        yield hit("sender-foreign-letters", "From", domain=reading.sender.domain)


def sender_is_reader(reading: Reading) -> Iterator[Hit]:
    """The sender's address is one of the recipients'."""
    address = reading.sender.address.lower()
    if address and any(address == mailbox.address.lower() for mailbox in reading.recipients):
        yield hit("sender-is-reader", "From")


def several_senders(reading: Reading) -> Iterator[Hit]:
    """More than one author without a Sender field, which RFC 5322 section 3.6.2 then demands."""
    addresses = {mailbox.address.lower() for mailbox in reading.senders}
    if len(addresses) > 1 and not reading.headers.first("sender"):
        yield hit("several-senders", "From")


def broken_address(reading: Reading) -> Iterator[Hit]:
    """From holds nothing that an answer could go to, which RFC 5322 section 3.6.2 demands.

    Words that somebody pasted have no From because nobody copied it, and that says nothing about the mail.
    """
    was_copied = reading.headers.tell_of_a_journey or bool(reading.headers.first("from"))
    if was_copied and not reading.sender.normal_address:
        yield hit("sender-address-broken", "From")


def reply_elsewhere(reading: Reading) -> Iterator[Hit]:
    """Reply-To leads to another organisation, or to a free mailbox."""
    reply, domain = reading.reply_to.domain, reading.sender.domain
    if not reply or not domain or registrable_domain(reply) == registrable_domain(domain):
        return
    is_free = shared_services().kind_of(reply) == "free-mail"
    if is_free and shared_services().kind_of(domain) != "free-mail":
        yield hit("reply-to-free-mail", "Reply-To", reply=reply, domain=domain)
    else:
        yield hit("reply-elsewhere", "Reply-To", reply=reply, domain=domain)


def authentication(reading: Reading) -> Iterator[Hit]:
    """Failed checks, by a trusted server or as claimed; and an aligned DMARC pass by a trusted one."""
    domain = registrable_domain(reading.sender.domain)
    for claim in reading.authentication:
        server = claim.claimed_by or "an unnamed server"
        if claim.method not in {"spf", "dkim", "dmarc"}:
            continue
        if claim.result in _FAILED:
            name = "authentication-failed-trusted" if claim.trusted else "authentication-failed"
            yield hit(name, claim.source, method=claim.method.upper(), server=server)
        is_aligned = registrable_domain(claim.domain) == domain
        if claim.trusted and claim.method == "dmarc" and claim.result == "pass" and domain and is_aligned:
            yield hit("sender-confirmed", claim.source, server=server, domain=domain)


def hidden_letters(reading: Reading) -> Iterator[Hit]:
    """Words in the subject, the display name or the body are disguised."""
    for where, text in (("Subject", reading.subject), ("From", reading.sender.name), ("body", reading.raw_body)):
        if hides_letters(text):
            yield hit("hidden-letters", where)
            return


DETECTORS: tuple[Detector, ...] = (
    display_name_brand,
    display_name_address,
    name_in_address,
    role_from_free_mail,
    imitated_domain,
    sender_is_reader,
    several_senders,
    broken_address,
    reply_elsewhere,
    authentication,
    hidden_letters,
)
