"""What was seen in a mail as STIX cyber-observable objects (STIX 2.1, section 6), identified by their values.

The identifier of an observable is a UUID of version 5 over those of its properties that the specification names, so
that everybody who saw the same thing writes the same identifier (section 2.9). Nobody who received the mail is in it:
an ``email-message`` written here has no recipients, no body and no headers.
"""

import uuid
from datetime import datetime
from typing import Any

from charteroak.canonical import canonical_json
from charteroak.intel.markings import marking_id
from charteroak.intel.stix import SPEC_VERSION, STIXObject, stix_time
from charteroak.observables import Observable, ObservableType
from charteroak.tlp import TLPLabel

_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""Section 2.9 fixes it for cyber-observables."""
_TYPES = {
    ObservableType.IPV4: "ipv4-addr",
    ObservableType.IPV6: "ipv6-addr",
    ObservableType.DOMAIN: "domain-name",
    ObservableType.URL: "url",
    ObservableType.EMAIL: "email-addr",
}


def observable_object(observable: Observable, *, tlp: TLPLabel) -> STIXObject | None:
    """An address, domain, URL or mail address; ``None`` for what has no object of its own here."""
    type_ = _TYPES.get(observable.type)
    if type_ is None:
        return None
    return _object(type_, {"value": observable.value}, {}, tlp)


def file_object(sha256: str, *, size: int, name: str, tlp: TLPLabel) -> STIXObject:
    """A file by its digest (section 6.7); without ``name`` it has none."""
    identifying: dict[str, Any] = {"hashes": {"SHA-256": sha256}} | ({"name": name} if name else {})
    return _object("file", identifying, {"size": size}, tlp)


def message_object(
    *, subject: str, sent: datetime | None, from_ref: str, is_multipart: bool, key: uuid.UUID, tlp: TLPLabel
) -> STIXObject:
    """A mail (section 6.6). ``key`` makes the identifier of one that neither subject nor sender identifies."""
    identifying = {name: value for name, value in (("from_ref", from_ref), ("subject", subject)) if value}
    more: dict[str, Any] = {"is_multipart": is_multipart} | ({"date": stix_time(sent)} if sent is not None else {})
    document = _object("email-message", identifying, more, tlp)
    return document if identifying else {**document, "id": f"email-message--{key}"}


def _object(type_: str, identifying: dict[str, Any], more: dict[str, Any], tlp: TLPLabel) -> STIXObject:
    return {
        "type": type_,
        "spec_version": SPEC_VERSION,
        "id": f"{type_}--{uuid.uuid5(_NAMESPACE, canonical_json(identifying).decode())}",
        **identifying,
        **more,
        "object_marking_refs": [marking_id(tlp)],
    }
