"""Which names of a message are the receivers', whatever the lure says of itself."""

from datetime import date

import pytest

from charteroak.mail.particulars import read_particulars
from charteroak.mail.receiving_side import ReceivingSide


def side(*fields: str, reporters: tuple[str, ...] = ()) -> ReceivingSide:
    data = "\r\n".join((*fields, "", "Pay at https://www.town.example/")).encode()
    (found,) = read_particulars(data, at=date(2026, 3, 2), reporters=reporters)
    return found.receivers


TAKEN_IN = "Received: from out.lure.example ([203.0.113.7]) by mx.town.example; Sun, 01 Mar 2026 09:10:00 -0500"


def test_who_pretends_to_be_the_town_does_not_have_it_named() -> None:
    found = side(TAKEN_IN, "From: chief@town.example", "To: clerk@town.example")
    assert found.masked() == {"town.example"}
    assert found.proven == {"town.example"}


def test_a_name_of_the_inner_network_is_masked_and_frees_nobody() -> None:
    inner = TAKEN_IN.replace("mx.town.example", "mail.elmhollow.local")
    found = side(inner, "From: chief@town.example", "To: clerk@town.example")
    assert found.masked() == {"town.example", "elmhollow.local"}


def test_a_mailbox_in_a_service_for_everybody_proves_nobody_and_frees_nobody() -> None:
    hosted = TAKEN_IN.replace("mx.town.example", "BN8.prod.outlook.com")
    found = side(hosted, "From: chief@town.example", "To: clerk@town.example")
    assert found.masked() == {"town.example"}
    assert found.proven == frozenset()


def test_a_lure_sent_blind_still_shows_who_took_it_in() -> None:
    assert side(TAKEN_IN, "From: x@lure.example", "To: undisclosed-recipients:;").masked() == {"town.example"}


def test_a_sender_who_writes_to_himself_is_masked_nowhere() -> None:
    found = side(TAKEN_IN, "From: x@lure.example", "To: x@lure.example")
    assert found.masked() == {"town.example"}


def test_a_domain_that_is_known_to_be_theirs_is_masked_though_the_sender_writes_from_it() -> None:
    found = side(TAKEN_IN, "From: x@school.example", "To: y@school.example")
    assert "school.example" in found.masked({"school.example"})


@pytest.mark.parametrize("relay", ["mx.google.com", "mx0a.pphosted.com", "store", ""])
def test_a_relay_of_everybody_or_without_a_domain_is_nobodys(relay: str) -> None:
    assert side(TAKEN_IN.replace("mx.town.example", relay), "From: x@lure.example").relay == ""


def test_addresses_of_the_receivers_own_relays_are_theirs_and_the_strangers_is_not() -> None:
    inner = "Received: from mx.town.example ([64.251.60.17]) by store.town.example; Sun, 01 Mar 2026 09:10:05 -0500"
    stranger = TAKEN_IN.replace("203.0.113.7", "185.220.101.4").replace("out.lure.example", "town.example")
    found = side(inner, stranger, "From: x@lure.example", "To: clerk@town.example")
    assert found.addresses == {"64.251.60.17"}
