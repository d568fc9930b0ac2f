"""Signals about what the message says, in the languages of the lexicon."""

from collections.abc import Iterator

from charteroak.mail.phrases import find_themes
from charteroak.mail.reading import Reading
from charteroak.mail.signals.claims import claims
from charteroak.mail.signals.registry import Detector, Hit, hit

_SIGNAL_OF_THEME = {
    "credentials": "asks-for-credentials",
    "threat": "threatens-loss",
    "urgency": "presses-for-time",
    "payroll": "about-payroll",
    "payment": "asks-for-payment",
    "windfall": "promises-windfall",
    "extortion": "extorts",
    "mailbox": "about-mailbox",
    "shared_file": "offers-document",
    "parcel": "about-parcel",
    "greeting": "impersonal-greeting",
    "callback": "asks-for-call",
    "prize": "offers-prize",
    "cures": "offers-cure",
    "gambling": "offers-gambling",
    "dating": "offers-romance",
    "credit": "offers-credit",
    "advance_fee": "tells-of-fortune",
    "crypto": "about-crypto",
    "access_notice": "reports-access",
    "subscription": "about-subscription",
    "summons": "speaks-for-authority",
    "hard_sell": "sells-hard",
    "trust_claim": "claims-trust",
}
_MAX_PHRASE = 60


def themes(reading: Reading) -> Iterator[Hit]:
    """The themes of sender's name, subject and body, and what follows from them."""
    found = find_themes(f"{reading.plain_name} . {reading.plain_subject} . {reading.plain}")
    for match in found:
        yield hit(_SIGNAL_OF_THEME[match.theme], "text", phrase=match.phrase[:_MAX_PHRASE])
    yield from claims(reading, [match.theme for match in found])


DETECTORS: tuple[Detector, ...] = (themes,)
