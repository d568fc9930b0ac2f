"""Mail of towns and in their names: their true mail must not be doubted for the name that it bears."""

import pytest

from charteroak.mail import Analysis, analyze
from charteroak.mail.identity import ProtectedNames, protected_names
from charteroak.mail.protected_name import ProtectedName


def _read(sender: str, body: str, subject: str = "Notice", protected: ProtectedNames | None = None) -> Analysis:
    head = f"From: {sender}\r\nTo: clerk@example.org\r\nSubject: {subject}\r\nMessage-ID: <a@b.example>\r\n"
    return analyze(f"{head}Date: Mon, 2 Nov 2026 10:00:00 -0500\r\n\r\n{body}\r\n".encode(), protected=protected)


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


def _with_avon_named_by_itself() -> ProtectedNames:
    own = ProtectedName("Town of Avon", "government", ("town of avon",), (), frozenset({"avonct.gov"}))
    return protected_names().and_also([own])


@pytest.mark.parametrize("domain", ["avonct.com", "avonct.org", "avonct.top", "townofavon.com", "avon-ct.com"])
def test_a_town_that_an_operator_names_is_told_apart_strictly(domain: str) -> None:
    found = _with_avon_named_by_itself().look_alike(domain)
    assert found is not None
    assert found.label == "Town of Avon"
    lure = _read(
        f'"IT Help Desk" <helpdesk@{domain}>',
        f"Your mailbox is full. Verify your account: https://mail.{domain}/login",
        "Mailbox quota",
        _with_avon_named_by_itself(),
    )
    assert {"link-look-alike", "sender-look-alike"} <= _doubts(lure)


@pytest.mark.parametrize("name", ["Town of Avon", "Avon Tax Collector", "Town of Avon, Connecticut"])
def test_a_town_that_an_operator_names_is_doubted_from_any_other_domain(name: str) -> None:
    lure = _read(f'"{name}" <office@avonct.org>', "Hello", protected=_with_avon_named_by_itself())
    assert "display-name-brand" in _doubts(lure)


def test_true_mail_of_a_town_that_an_operator_names_is_not_doubted() -> None:
    link = "https://avonct.portal.opengov.com/records/1"
    for sender in ('"Town of Avon" <permits@avonct.gov>', '"Permits" <noreply@opengov.com>'):
        assert not _doubts(_read(sender, f"Your permit: {link}", protected=_with_avon_named_by_itself()))


def test_a_towns_listed_public_domain_stays_its_own_where_an_operator_forgets_it() -> None:
    own = ProtectedName("Town of Avon", "government", (), (), frozenset({"avon.example"}))
    found = protected_names().and_also([own]).named_in("Avon Town Clerk")
    assert found is not None
    assert (found.owns("avonct.gov"), found.owns("avon.example"), found.owns("avonct.org")) == (True, True, False)


@pytest.mark.parametrize(("kind", "domain"), [("utility", "avonwater.example"), ("school", "avonct.gov")])
def test_an_operators_other_names_take_no_town_away(kind: str, domain: str) -> None:
    own = ProtectedName("Avon Water and Schools", kind, ("avon water",), (), frozenset({domain}))
    town = protected_names().and_also([own]).named_in("Town of Avon")
    assert town is not None
    assert (town.label, town.is_strict) == ("Avon, Connecticut", False)


@pytest.mark.parametrize(
    "text",
    [
        "University of Washington Police Department",
        "Salem Public Library, City of Salem",
        "City of Salem",
        "Salem Police Department",
        "City of Union City",
        "City of Prospect Heights",
        "City of Columbia",
        "City of Portland, Oregon",
        "Town of Danbury, NH",
        "Town of Greenwich, New York",
        "East Greenwich Police Department",
        "New Ashford Town Clerk",
        "Preston City Hall",
        "Manchester City Council",
        "Norfolk Police Department",
        "Village of Avon",
    ],
)
def test_a_name_that_is_anothers_is_no_town_of_connecticut(text: str) -> None:
    assert protected_names().named_in(text) is None


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Town of Salem", "Salem"),
        ("The Town of Salem - Tax Collector", "Salem"),
        ("Salem Town Clerk", "Salem"),
        ("Salem, CT Police Department", "Salem"),
        ("News from the Town of Salem, Connecticut", "Salem"),
        ("Stamford, Conn. Tax Collector", "Stamford"),
        ("City of Norwalk", "Norwalk"),
        ("Windsor Locks Police Department", "Windsor Locks"),
        ("Danbury, New Hampshire, and Glastonbury Town Hall in Glastonbury Tax Office", "Glastonbury"),
    ],
)
def test_a_town_that_speaks_is_found_where_its_name_is_shared(text: str, town: str) -> None:
    found = protected_names().named_in(text)
    assert found is not None
    assert found.label == f"{town}, Connecticut"


def test_a_shared_form_in_a_host_is_no_bait_without_the_state() -> None:
    assert protected_names().in_host("cityofsalem.library.example") is None
    assert protected_names().in_host("townofsalemct.library.example") is not None
    assert protected_names().in_host("townofglastonbury.login.example") is not None


@pytest.mark.parametrize(
    ("sender", "body"),
    [
        ('"Town of Glastonbury" <clerk@glastonbury-ct.gov>', "Agenda: https://glastonburyct.new-vendor.example/a"),
        ('"Town of Salem" <clerk@salemnh.gov>', "Pay your bill: https://salemnh.munisselfservice.com/pay"),
        ('"City of Salem" <info@cityofsalem.net>', "Your bill: https://www.cityofsalem.net/pay"),
        ('"City of Portland" <water@portlandoregon.gov>', "Your bill: https://www.portlandoregon.gov/pay"),
        ('"Hartford Selectboard" <clerk@hartford-vt.org>', "Agenda: https://www.hartford-vt.org/agenda"),
        ('"Windsor Town Clerk" <clerk@windsorvt.org>', "Agenda: https://www.windsorvt.gov/"),
        ('"Bolton Council" <news@boltoncc.org.uk>', "News: https://www.boltoncc.org.uk/news"),
        ('"Weston Police" <police@westonmass.org>', "Log: https://www.westonma.gov/police"),
        ('"Norwich Public Utilities" <bill@npumail.com>', "Your bill is ready"),
        ('"Cambridge University" <news@cam.ac.uk>', "News: https://www.cam.ac.uk"),
        ('"University of Kent" <news@kent.ac.uk>', "News: https://www.kent.ac.uk"),
        ('"Kent Police" <alerts@kent.police.uk>', "Crime alert: https://www.kent.police.uk/alerts"),
        ('"Essex County Council" <news@essex.gov.uk>', "News: https://www.essex.gov.uk"),
        ('"Orange County" <news@ocgov.com>', "News: https://www.ocgov.com"),
        ('"Avon" <offers@avon.com>', "Offers: https://www.avon.com/sale"),
        ('"City of Norwich" <news@cityofnorwich.org>', "News: https://norwichct.civicplus.com/"),
        ('"Town of Union" <clerk@townofunionct.org>', "Agenda: https://townofunionct.org/agenda"),
        ('"Newington Library" <books@libcal.com>', "Books are due: https://newingtonct.libcal.com/"),
        ('"Health District" <info@healthdistrict-ct.gov>', "Clinic: https://www.healthdistrict-ct.gov/"),
        ('"Madison Reed" <sale@madison-reed.com>', "Sale: https://www.madison-reed.com"),
    ],
)
def test_honest_mail_of_towns_and_of_their_namesakes_is_not_doubted(sender: str, body: str) -> None:
    analysis = _read(sender, body)
    assert not _doubts(analysis)
    assert analysis.verdict.value == "not-enough-evidence"


_DEMAND = "Town of Greenwich: your tax payment is overdue. Verify your account: https://pay-tax.example/login"


@pytest.mark.parametrize("link", ["https://www.irs.gov/help", "https://x.list-manage.com/unsubscribe", ""])
def test_a_link_to_another_public_body_or_a_carrier_excuses_no_lure_in_a_towns_name(link: str) -> None:
    assert "name-borrowed" in _doubts(
        _read('"Tax Office" <x@pay-tax.example>', f"{_DEMAND} {link}", "Town of Greenwich")
    )


@pytest.mark.parametrize("link", ["https://www.greenwichct.gov/tax", "https://greenwichct.portal.opengov.com/pay"])
def test_a_link_to_the_town_that_is_named_is_told_as_its_own(link: str) -> None:
    assert "name-borrowed" not in _doubts(
        _read('"Tax Office" <x@pay-tax.example>', f"{_DEMAND} {link}", "Town of Greenwich")
    )
