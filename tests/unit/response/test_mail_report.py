"""A report in a mail: read strictly, refused clearly, believed never; hostile mails as named cases."""

from email.message import EmailMessage

import pytest

from charteroak.errors import CouldNotError, InputError
from charteroak.response.incident_report import parse_report
from charteroak.response.labelled_report import LabelledReportError, write_template
from charteroak.response.mail_report import (
    AutomaticMailError,
    MailNotReadError,
    MailReportError,
    read_mail_report,
)

FORM = "Outcome: blocked\nWhat happened: One mail was stopped.\nOrganization: Town of Ashford\n"
TRUSTED = "mx.desk.example"


def mail(text: str = FORM, **headers: str) -> bytes:
    standing = {
        "From": "Town Clerk <clerk@ashford.example>",
        "To": "desk@example.org",
        "Date": "Sun, 01 Mar 2026 10:00:00 -0500",
        "Message-ID": "<1@ashford.example>",
    }
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in (standing | headers).items()]
    return "\r\n".join([*lines, "", text.replace("\n", "\r\n")]).encode()


def test_the_form_in_a_mail_is_read_and_its_sender_is_a_claim() -> None:
    found = read_mail_report(mail("Dear desk,\n\n" + FORM + "-- \nTown Clerk\n860 555 0100\n"))
    assert found.document == {
        "outcome": "blocked",
        "narrative": "One mail was stopped.",
        "entity": {"name": "Town of Ashford"},
    }
    assert found.arrival["verified"] is False
    assert found.arrival["claimed"]["from"] == "clerk@ashford.example"
    assert "Nothing shows" in found.arrival["finding"]


def test_what_a_trusted_server_says_is_told_and_verifies_nobody() -> None:
    result = f"{TRUSTED}; dmarc=pass header.from=ashford.example"
    data = mail(Received=f"from x by {TRUSTED}; Sun, 01 Mar 2026 10:00:01 -0500", Authentication_Results=result)
    trusted = read_mail_report(data, trusted_receivers=[TRUSTED]).arrival
    assert trusted["verified"] is False
    assert "says that a server of ashford.example sent this mail" in trusted["finding"]
    assert trusted["checked"][0]["trusted"] is True
    assert "Nothing shows" in read_mail_report(data).arrival["finding"]


def test_a_spoofed_town_stands_beside_the_record_as_what_failed() -> None:
    result = f"{TRUSTED}; dmarc=fail header.from=ashford.example"
    data = mail(Authentication_Results=result)
    finding = read_mail_report(data, trusted_receivers=[TRUSTED]).arrival["finding"]
    assert finding.startswith("This mail was not sent by ashford.example")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-notified; owner-email=x"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"From": "Mail Delivery System <MAILER-DAEMON@mx.example>"},
        {"Content_Type": 'multipart/report; report-type="delivery-status"; boundary=x'},
    ],
)
def test_what_a_machine_answers_by_itself_is_no_report_even_if_it_quotes_one(headers: dict[str, str]) -> None:
    with pytest.raises(AutomaticMailError):
        read_mail_report(mail(**headers))


def test_answers_between_the_lines_of_a_quoted_form_are_refused_with_what_to_do() -> None:
    quoted = "".join(f"> {line}\n" for line in FORM.splitlines())
    with pytest.raises(MailReportError, match="quoted lines"):
        read_mail_report(mail(f"See below.\n\n{quoted}"))
    found = read_mail_report(mail(FORM + "\nOn Sunday the desk wrote:\n" + "> Outcome: \n> What happened: \n"))
    assert found.document["narrative"].startswith("One mail was stopped.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Good morning", "no report in this mail"),
        (write_template(), "said what happened"),
        ("Outcome: blocked\nOutcome: unknown\nWhat happened: x", "line 2"),
        ("Outcome: blocked\nColor: red", "no label of this form"),
    ],
)
def test_a_form_that_cannot_be_read_is_one_clear_line(text: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_report(read_mail_report(mail(text)).document)
    assert told in str(refused.value)


def test_a_mail_that_was_not_read_whole_is_no_report() -> None:
    with pytest.raises(CouldNotError) as told:
        read_mail_report(mail("QUJDR", Content_Transfer_Encoding="base64", Content_Type="text/plain"))
    assert isinstance(told.value, MailNotReadError)


def test_a_twenty_megabyte_narrative_is_refused_in_one_line() -> None:
    with pytest.raises(InputError) as told:
        read_mail_report(mail(f"Outcome: blocked\nWhat happened: {'word ' * (4 << 20)}"))
    assert len(str(told.value)) < 400


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_character_sets_and_encodings_change_nothing(charset: str, encoding: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "a@b.example", "desk@example.org"
    message.set_content(FORM.replace("One mail", "Un courriel piégé"), charset=charset, cte=encoding)
    assert read_mail_report(message.as_bytes()).document["narrative"] == "Un courriel piégé was stopped."


def test_an_attached_report_of_somebody_else_is_not_taken_for_the_mail() -> None:
    message = EmailMessage()
    message["From"], message["To"] = "a@b.example", "desk@example.org"
    message.set_content("I forward this.")
    inner = EmailMessage()
    inner["From"] = "clerk@ashford.example"
    inner.set_content(FORM)
    message.add_attachment(inner)
    with pytest.raises(MailReportError, match="forwarded"):
        read_mail_report(message.as_bytes())


@pytest.mark.parametrize("data", [b"", b"\x00" * 5000, b"no headers at all", b"From: a@b\nSubject: x"])
def test_bytes_that_are_no_mail_are_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_mail_report(data)


def test_a_header_that_injects_lines_stays_one_line_beside_the_record() -> None:
    data = mail(From="=?utf-8?q?Clerk=0D=0ABcc:_evil@example.org?= <clerk@ashford.example>")
    assert "\n" not in read_mail_report(data).arrival["claimed"]["name"]
    with pytest.raises(LabelledReportError):
        read_mail_report(mail("nothing here"))
