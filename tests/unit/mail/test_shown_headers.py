"""Lines that mail programs show above a quoted mail: who sent it is said, whoever received it is kept out."""

import json
import time

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


ANN = "From: Ann Other <ann.other@{}>\nSent: Monday\nTo: Maria Delgado\nSubject: {}\n\n"
CHAINS = {
    "colleague": (ANN.format("mail.elm.example", "Look at this"), "PayPal <a@bad-login.example>"),
    "forward": (ANN.format("gmail.com", "FW: Account suspended"), "PayPal <a@bad-login.example>"),
    "stranger": (ANN.format("oak.example", "Account"), ""),
}


@pytest.mark.parametrize(("above", "sender"), CHAINS.values(), ids=list(CHAINS))
def test_who_passed_a_mail_on_to_the_reporter_is_neither_accused_nor_exported(above: str, sender: str) -> None:
    address = above.partition("<")[2].partition(">")[0]
    (item,) = forwarded(
        _mail(f"{above}{BLOCKS['outlook']}{LURE} https://x.example/?{address} https://x.example/ann-other")
    )
    found = _analyzed(item)
    assert found.sender == sender
    told = json.dumps(found.to_json("-")).lower()
    assert "ann" not in told
    assert "other" not in told
    assert "maria" not in told
    assert "duplicate-field" not in {defect.kind.code for defect in found.defects}


@pytest.mark.parametrize("subject", ["FW: Account", "Account"])
def test_a_colleague_in_the_only_block_is_not_its_sender(subject: str) -> None:
    (item,) = forwarded(_mail(ANN.format("elm.example" if subject == "Account" else "gmail.com", subject) + LURE))
    found = _analyzed(item)
    assert found.sender == ""
    assert not {seen.observable.value for seen in found.observables if "ann" in seen.observable.value}


@pytest.mark.parametrize(
    "receivers",
    ["Janette Doeman", "Doeman, Janette", "Al Fox; Janette Doeman", "Al Fox, Janette Doeman <j@elm.example>"],
)
def test_a_receiver_who_is_shown_by_name_alone_is_kept_out_of_links(receivers: str) -> None:
    block = BLOCKS["outlook"].replace("Maria Delgado <maria.delgado@elm.example>", receivers)
    found = _analyzed(
        pasted(f"{block}See https://x.example/Janette-Doeman and https://x.example/?n=Janette%20Doeman\n")
    )
    assert found.sender == "PayPal <a@bad-login.example>"
    assert "doeman" not in json.dumps(found.to_json("-")).lower()


@pytest.mark.parametrize(
    "lines",
    [
        ("Van", "Verzonden: maandag", "Aan", "Onderwerp"),
        ("Van", "Verzenddatum: maandag", "Aan", "Onderwerp"),
        ("De", "Enviada em: segunda-feira", "Para", "Assunto"),
        ("Von", "Gesendet am: Montag", "An", "Betreff"),
    ],
)
def test_the_line_of_the_day_does_not_end_a_block(lines: tuple[str, str, str, str]) -> None:
    sender, sent, to, subject = lines
    (block,) = shown_headers(f"{sender}: PayPal <a@bad-login.example>\n{sent}\n{to}: Maria Delgado\n{subject}: x\n")
    assert set(block.fields) == {"from", "sent", "to", "subject"}


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
    began = time.process_time()
    assert len(shown_headers("From: a\nTo: b\nSent: c\n\nx\n" * 100_000)) <= 20
    assert not shown_headers("> " * 1_000_000 + "From" + " " * 1_000_000 + ":" + "*" * 1_000_000)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("piece", ["a b;", "a b,", '"<', "a@b.example,", "=?utf-8?q?a?=;"])
def test_receivers_without_end_are_bounded(piece: str) -> None:
    began = time.process_time()
    item = pasted(f"From: x y\nTo: {piece * 200}\nCc: {piece * 200}\nSubject: x\n" * 1_000)
    assert len(item.data.partition(b"\r\n\r\n")[0]) < 64 << 10
    assert time.process_time() - began < 1
