"""The packaged names of relays, and what such a file must hold."""

import msgspec
import pytest

from charteroak.mail.domains import registrable_domain
from charteroak.mail.relay_names import parse_relay_names, relay_names

WHOLE = b'owner = "Desk"\nreviewed = 2026-11-22\nlicense = "Apache-2.0"\nservices = ["mx.example"]\ninside = [".lan"]\n'


def test_each_service_is_named_as_relays_are_compared() -> None:
    assert relay_names().services
    assert all(registrable_domain(name) == name for name in relay_names().services)


def test_names_have_an_owner_and_a_day_of_review() -> None:
    found = parse_relay_names(WHOLE)
    assert (found.owner, found.reviewed.isoformat(), found.inside) == ("Desk", "2026-11-22", (".lan",))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'owner = "Desk"\n', b""),
        (b"2026-11-22", b'"lately"'),
        (b'"mx.example"', b'"MX.example"'),
        (b'"mx.example"', b'"example"'),
        (b'".lan"', b'"lan"'),
        (b"inside", b"insides"),
        (b"owner =", b"owner"),
    ],
    ids=["no owner", "no day", "capitals", "no domain", "no ending", "another key", "no TOML"],
)
def test_a_file_in_another_form_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        parse_relay_names(WHOLE.replace(old, new))
