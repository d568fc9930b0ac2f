import pytest

from charteroak.mail.analysis import Analysis, analyze

HEADERS = "From: {sender}\nTo: clerk@oakhollow.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n"


def signals(body: str, sender: str, subject: str = "Hello") -> dict[str, str]:
    analysis: Analysis = analyze((HEADERS.format(sender=sender, subject=subject) + body).encode())
    return {signal.id: signal.explanation for signal in analysis.signals}


def test_a_name_that_demands_and_leads_elsewhere_is_borrowed() -> None:
    found = signals("Please verify your account: https://x.example/a", "Team <a@y.example>", "Your PayPal account")
    assert "PayPal" in found["name-borrowed"]
    assert "y.example" in found["name-borrowed"]


@pytest.mark.parametrize(
    ("body", "sender"),
    [
        ("Please verify your account: https://x.example/a", "PayPal <service@paypal.com>"),
        ("Please verify your account: https://www.paypal.com/a", "Jane <jane@y.example>"),
        ("I paid you by PayPal for the cake sale.", "Jane <jane@y.example>"),
    ],
)
def test_a_name_is_not_borrowed_by_its_owner_or_without_a_demand(body: str, sender: str) -> None:
    assert "name-borrowed" not in signals(body, sender, "PayPal")


def test_a_public_body_that_is_borrowed_is_said_to_be_one() -> None:
    found = signals("Pay your unpaid tax refund pending: https://x.example", "Internal Revenue Service <a@y.example>")
    assert "official-name-borrowed" in found


def test_a_bill_with_a_telephone_number_from_free_mail_is_seen() -> None:
    body = "Your subscription has been renewed for $399. To cancel call (802) 555-0147."
    assert "bill-from-free-mail" in signals(body, "Billing <abc.def@gmail.com>")
    assert "bill-from-free-mail" not in signals(body, "Billing <billing@shop.example>")
    assert "bill-from-free-mail" not in signals("Lunch? Call me, 802-555-0147.", "Ann <ann.lee@gmail.com>")


def test_a_story_of_money_that_wants_its_answer_at_free_mail_is_seen() -> None:
    body = (
        "I am a barrister of a deceased client. Please contact me at sgt.monica.example@gmail.com for your inheritance."
    )
    assert "answer-to-free-mail" in signals(body, "Sole <sole@hospital.example>")
    assert "answer-to-free-mail" not in signals(body, "Monica <sgt.monica.example@gmail.com>")


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Sie haben gewonnen! Jetzt abstauben", "offers-prize"),
        ("Wij verloten een cadeaukaart", "offers-prize"),
        ("Perte de poids sans effort", "offers-cure"),
        ("300 Freispiele warten", "offers-gambling"),
        ("Conozca mujeres solteras", "offers-romance"),
        ("Oferta de emprestimo", "offers-credit"),
        ("O senhor recebeu uma intimacao do tribunal regional", "speaks-for-authority"),
        ("Detectamos um novo acesso a sua conta", "reports-access"),
        ("Votre abonnement a expire", "about-subscription"),
        ("This message is from a trusted sender", "claims-trust"),
        ("Claim your airdrop", "about-crypto"),
        ("My late husband, the barrister", "tells-of-fortune"),
    ],
)
def test_lures_are_recognised_in_their_language(text: str, signal: str) -> None:
    assert signal in signals(text, "A <a@shop.example>")
