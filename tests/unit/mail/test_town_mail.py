"""Mail of towns and in their names: their true mail must not be doubted for the name that it bears."""

import pytest

from charteroak.mail import Analysis, analyze
from charteroak.mail.identity import protected_names


def _read(sender: str, body: str, subject: str = "Notice") -> Analysis:
    head = f"From: {sender}\r\nTo: clerk@example.org\r\nSubject: {subject}\r\nMessage-ID: <a@b.example>\r\n"
    return analyze(f"{head}Date: Mon, 2 Nov 2026 10:00:00 -0500\r\n\r\n{body}\r\n".encode())


def _doubts(analysis: Analysis) -> set[str]:
    """The signals that a name gave."""
    return {signal.id for signal in analysis.signals if "brand" in dict(signal.mentions)}


@pytest.mark.parametrize(
    ("sender", "link"),
    [
        ('"Town of Greenwich" <gis@greenwichct.gov>', "https://greenwichct.mapxpress.net/ags_map/"),
        ('"Town of Stamford" <permits@stamfordct.gov>', "https://stamfordct.portal.opengov.com/records/1"),
        ('"City of New Haven" <noreply@seeclickfix.com>', "https://newhavenct.seeclickfix.com/issues/1"),
        ('"Town of Avon" <alerts@ct-avon.civicplus.com>', "https://avonct.civicplus.com/AgendaCenter"),
        ('"Avon Recreation" <recreation@avonct.gov>', "https://avonct.new-vendor.example/camps"),
        ('"Avon Recreation" <recreation@avonct.gov>', "https://www.avonct-camps.example/"),
        ('"OpenGov" <noreply@opengov.com>', "https://townofavon.portal.opengov.com/records/2"),
    ],
)
def test_a_towns_own_place_at_a_service_is_no_bait(sender: str, link: str) -> None:
    analysis = _read(sender, f"Log in to your account: {link}", "Your permit")
    assert not _doubts(analysis)
    assert analysis.verdict.value == "not-enough-evidence"


@pytest.mark.parametrize("link", ["https://avonct.evil.example/pay", "https://www.avonct-pay.example/"])
def test_a_strangers_link_that_bears_a_towns_name_is_bait(link: str) -> None:
    found = _doubts(_read('"Tax Office" <office@stranger.example>', f"Pay your tax: {link}"))
    assert found & {"link-brand-in-host", "link-look-alike"}


def test_a_service_of_towns_is_none_for_other_names() -> None:
    assert protected_names().in_host("paypal.opengov.com") is not None


@pytest.mark.parametrize(
    "domain",
    [
        "burlingtonvt.gov",
        "colchestervt.gov",
        "chestervt.gov",
        "bristolvt.gov",
        "berlinvt.gov",
        "manchester-vt.gov",
        "hartford-vt.org",
        "windsorvt.org",
        "boltoncc.org.uk",
        "lebanoncty.com",
        "bristol.mil",
    ],
)
def test_a_public_body_of_another_state_is_no_look_alike_of_a_town(domain: str) -> None:
    assert protected_names().look_alike(domain) is None
    assert protected_names().in_host(f"www.{domain}") is None
    assert not _doubts(_read(f'"City Council" <clerk@{domain}>', f"Agenda at https://www.{domain}/agenda"))


@pytest.mark.parametrize("domain", ["danburyctt.com", "brlstolct.com", "burlngtonct.org", "avonct-gov.com"])
def test_a_misspelled_domain_of_a_town_is_a_look_alike(domain: str) -> None:
    assert protected_names().look_alike(domain) is not None
