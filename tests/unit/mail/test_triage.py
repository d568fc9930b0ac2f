import pytest

from charteroak.mail.analysis import analyze
from charteroak.mail.score import Verdict
from charteroak.mail.triage import Sophistication, triage, triage_signals


def kinds(signals: list[str], verdict: Verdict, *, known: bool | None = None) -> set[Sophistication]:
    found = triage_signals(dict.fromkeys(signals, "Because."), verdict, is_campaign_known=known)
    assert all(reason.explanation for reason in found)
    return {reason.kind for reason in found}


@pytest.mark.parametrize(
    ("signal", "kind"),
    [
        ("sender-imitates-reader", Sophistication.TARGETED),
        ("official-name-borrowed", Sophistication.SPOOFED_OFFICIAL),
        ("about-payroll", Sophistication.PAYMENT_CHANGE),
        ("file-smuggles", Sophistication.MALWARE),
    ],
)
def test_each_observation_makes_a_phish_sophisticated(signal: str, kind: Sophistication) -> None:
    assert kinds([signal], Verdict.PHISHING) == {kind}


def test_a_lure_is_new_only_where_somebody_looked() -> None:
    assert kinds([], Verdict.PHISHING, known=False) == {Sophistication.NEW_LURE}
    assert kinds([], Verdict.PHISHING, known=True) == set()
    assert kinds([], Verdict.PHISHING) == set()


def test_a_message_without_a_finding_is_not_sophisticated() -> None:
    assert kinds(["about-payroll"], Verdict.NOT_ENOUGH_EVIDENCE, known=False) == set()


def test_malware_counts_whatever_the_verdict() -> None:
    assert kinds(["file-program"], Verdict.SIMULATION) == {Sophistication.MALWARE}


def test_a_whole_message_gives_its_reasons() -> None:
    message = (
        b"From: Payroll Office <payroll.office@gmail.com>\nTo: clerk@oakhollow.example\nSubject: Direct deposit\n\n"
        b"Urgent message: please confirm your account and send me the direct deposit form, failure to respond "
        b"will be suspended. Reply to payroll@oakhollow.example."
    )
    reasons = triage(analyze(message), is_campaign_known=False)
    assert {reason.kind for reason in reasons} >= {Sophistication.PAYMENT_CHANGE, Sophistication.TARGETED}
    assert all(set(reason.to_json()) == {"kind", "explanation"} for reason in reasons)
