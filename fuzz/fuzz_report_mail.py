"""Hostile bytes as a report by mail or as labelled text: refused in one line, or a record that reads back alike."""

from charteroak.errors import CharterOakError
from charteroak.response.incident_report import parse_report, report_bytes, report_document
from charteroak.response.labelled_report import parse_labelled, write_labelled
from charteroak.response.mail_report import read_mail_report
from harness import fuzz

FORM = b"""\
Outcome: blocked
What happened: One mail was stopped.
| A second line.
When noticed: 2026-03-01T09:15:00-05:00 (minute, America/New_York)
Kind of incident: phishing, account
systems/0/function: Mail server
indicators/0: none
counts/people: 0
End of report
"""
SEEDS = (
    b"From: a@b.example\nTo: d@e.example\n\n" + FORM,
    b"From: a@b.example\nContent-Type: text/html\n\n<div>Outcome: blocked</div><div>What happened: x</div>",
    b"From: <>\nAuto-Submitted: auto-replied\n\n" + FORM,
    FORM,
)


def parse(data: bytes) -> None:
    """What is taken can be written and read back to the same bytes; what is not is an error of ours."""
    try:
        document = read_mail_report(data).document if b"From:" in data[:64] else parse_labelled(data.decode("latin-1"))
        record = parse_report(document)
    except CharterOakError as error:
        told = str(error)
    else:
        told = ""
        again = parse_report(parse_labelled(write_labelled(report_document(record))))
        assert report_bytes(again) == report_bytes(record)
    assert "\n" not in told


if __name__ == "__main__":
    fuzz("report-mail", parse, SEEDS)
