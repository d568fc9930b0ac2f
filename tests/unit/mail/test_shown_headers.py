"""Lines that mail programs show above a quoted mail: who sent it is said, whoever received it is kept out."""

import json

import pytest

from charteroak.mail.analysis import Analysis, AnalysisStatus, analyze
from charteroak.mail.handed_in import HandedIn, forwarded, pasted
from charteroak.mail.shown_headers import shown_headers

LURE = "Verify your account at https://bad-login.example/a?e=maria.delgado@elm.example\n"
BLOCKS = {
    "outlook": "-----Original Message-----\nFrom: PayPal <a@bad-login.example>\n"
    "Sent: Monday, November 16, 2026\nTo: Maria Delgado <maria.delgado@elm.example>\nSubject: Account suspended\n\n",
    "gmail": "---------- Forwarded message ---------\nFrom: PayPal <a@bad-login.example>\nDate: Mon, Nov 16, 2026\n"
    "Subject: Account suspended\nTo: <maria.delgado@elm.example>\n\n",
    "apple": "Begin forwarded message:\n\n> From: PayPal <a@bad-login.example>\n> Subject: Account suspended\n"
    "> Date: November 16, 2026\n> To: maria.delgado@elm.example\n>\n",
    "spanish": "De: PayPal <a@bad-login.example>\nEnviado el: lunes, 16 de noviembre\n"
    "Para: Maria Delgado <maria.delgado@elm.example>\nAsunto: Cuenta suspendida\n\n",
    "german": "Von: PayPal [mailto:a@bad-login.example]\nGesendet: Montag\n"
    "An: maria.delgado@elm.example\nBetreff: Konto\n\n",
    "bold": "*From:* PayPal <a@bad-login.example<mailto:a@bad-login.example>>\n*Sent:* Monday\n"
    "*To:* Maria Delgado <maria.delgado@elm.example>\n*Subject:* Account\n\n",
}


def _mail(text: str) -> bytes:
    return (
        "From: Maria Delgado <maria.delgado@elm.example>\nTo: phish@elm.example\nSubject: FW: Account suspended\n"
        f"Date: Mon, 16 Nov 2026 10:00:00 -0500\nContent-Type: text/plain; charset=utf-8\n\n{text}"
    ).encode()


def _analyzed(item: HandedIn) -> Analysis:
    return analyze(item.data, reporters=item.carriers)


@pytest.mark.parametrize("block", BLOCKS.values(), ids=list(BLOCKS))
def test_sender_of_a_quoted_mail_is_told_and_its_receiver_is_not(block: str) -> None:
    for item in (pasted(f"Is this real?\n\n{block}{LURE}"), pasted(f"{block}{LURE}"), *forwarded(_mail(block + LURE))):
        found = _analyzed(item)
        assert found.sender == "PayPal <a@bad-login.example>"
        assert "display-name-brand" in {signal.id for signal in found.signals}
        assert found.status is AnalysisStatus.PARTIAL
        assert "headers-missing" in {defect.kind.code for defect in found.defects}
        told = json.dumps(found.to_json("-")).lower()
        assert "maria" not in told
        assert "elm.example" not in told


def test_who_reports_is_not_taken_for_the_sender_however_the_address_is_written() -> None:
    own = "From: Maria Delgado <Maria.Delgado@Elm.example>\nSent: Monday\nTo: a@bad-login.example\n\n"
    (item,) = forwarded(_mail(f"{own}{LURE}"))
    found = _analyzed(item)
    assert found.sender == ""
    assert "maria" not in json.dumps(found.to_json("-")).lower()


def test_of_several_quoted_mails_no_sender_is_told_and_nobody_comes_out() -> None:
    reply = "From: Maria Delgado <maria.delgado@elm.example>\nSent: Monday\nTo: a@bad-login.example\n\nHi\n"
    found = _analyzed(pasted(f"{reply}{BLOCKS['outlook']}{LURE}"))
    assert found.sender == ""
    assert "maria" not in json.dumps(found.to_json("-")).lower()
    (item,) = forwarded(_mail(f"{reply}{BLOCKS['outlook']}{LURE}"))
    assert _analyzed(item).sender == "PayPal <a@bad-login.example>"


@pytest.mark.parametrize("reporter", ["Maria Delgado <Maria.Delgado@Elm.Example>", "MARIA DELGADO <m@elm.example>"])
def test_who_forwards_a_mail_is_not_its_sender_however_they_are_written(reporter: str) -> None:
    (item,) = forwarded(_mail(f"From: {reporter}\nSent: Monday\nTo: Desk\nSubject: Account\n\n{LURE}"))
    found = _analyzed(item)
    assert found.sender == ""
    assert "maria" not in json.dumps(found.to_json("-")).lower()


def test_a_name_without_an_address_is_no_broken_address() -> None:
    found = _analyzed(pasted("From: Delgado, Maria\nSent: Monday\nTo: Staff\nSubject: Lunch\n\nLunch is at noon.\n"))
    assert not found.signals
    assert found.sender == ""


def test_the_source_of_a_message_is_taken_as_it_is() -> None:
    source = f"Received: from a by b; Mon, 16 Nov 2026 10:00 -0500\nFrom: a@b.example\n\n{BLOCKS['gmail']}"
    assert pasted(source) == HandedIn(source.encode())


@pytest.mark.parametrize(
    "text",
    ["From: the desk of Jo\nwe write to: nobody", "Subject: x\nTo: y\nSent: z", "Date: 1\nFrom: a@b.example", ""],
)
def test_ordinary_words_are_no_block(text: str) -> None:
    assert shown_headers(text) == ()


def test_lines_without_end_are_bounded() -> None:
    shown_headers("From: a\nTo: b\nSent: c\n" * 100_000)
    shown_headers("> " * 1_000_000 + "From" + " " * 1_000_000 + ":" + "*" * 1_000_000)
