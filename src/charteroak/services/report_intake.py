"""Reports that come as files and as mail: the record is the same as from any other channel, and so is its receipt.

A file or mail that is taken twice makes one report, because its own digest is the token. A mail is nobody's report but
its writer's claim: no organisation and no account is ever set from what stands in it.
"""

import hashlib
from collections.abc import Collection
from typing import Any

from charteroak.adapters.system_clock import now
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import IncidentReportRecord, parse_report, report_sha256, without_names
from charteroak.response.mail_report import MailReport, read_mail_report
from charteroak.services.access import organisations_of, refuse
from charteroak.services.accounts import AccountInputError, person_named
from charteroak.services.filed_reports import Reporter
from charteroak.services.incident_reports import file_report
from charteroak.services.report_attachments import keep_original


def take_record(record: IncidentReportRecord, reporter: Reporter, *, channel: str = "file") -> Report:
    """File a record that came as a file; the same file taken again gives the same receipt.

    Raises:
        ReportFieldError: a time lies in the future; nothing was recorded.
        NoDeskError: there is no desk here.
    """
    finding = "Recorded by an account of this installation." if reporter.user else "Who wrote the file is a claim."
    arrival = {"verified": reporter.user is not None, "finding": finding}
    return file_report(record, reporter, channel=channel, token=f"file:{report_sha256(record)}", arrival=arrival)


def reporter_named(email: str | None, slug: str | None) -> Reporter:
    """The person with this address, for the organisation that they name or for the only one that they act for.

    Raises:
        AccountInputError: nobody signs in with this address, or an organisation is named and no person.
        AccessError: the person does not act for it.
    """
    if email is None:
        if slug is not None:
            raise AccountInputError("A report for an organization needs a person.", remedy="Name one with --by.")
        return Reporter()
    person = person_named(email)
    members = organisations_of(person).filter(part=Organisation.Part.MEMBER)
    found = list(members.filter(slug=slug) if slug is not None else members[:2])
    if slug is not None and not found:
        refuse()
    member = found[0] if len(found) == 1 else None
    return Reporter(user=person, organisation=member, name=str(person), contact=person.email)


def take_mail(
    data: bytes, *, trusted_receivers: Collection[str] = (), desk: Organisation | None = None
) -> tuple[Report, MailReport]:
    """File the report in a mail, as one that nobody has verified; the same mail taken again gives the same receipt.

    The mail itself is kept as its first file, unless the report asks for no name.

    Raises:
        MailReportError, LabelledReportError, ReportFieldError: it holds no report that can be taken.
        MailNotReadError: part of the mail could not be read.
        NoDeskError: there is no desk here.
    """
    mail = read_mail_report(data, trusted_receivers=trusted_receivers)
    document, arrival = mail.document, dict(mail.arrival)
    if document.get("disclosure") == "anonymous":
        document, arrival = without_names(document), _nothing_of_sender()
    record = parse_report(document, received=now())
    token = f"mail:{hashlib.sha256(data).hexdigest()}"
    report = file_report(record, Reporter(), channel="mail", token=token, arrival=arrival, desk=desk)
    if report.disclosure != Report.Disclosure.ANONYMOUS:
        keep_original(report, data, "original.eml", channel="mail")
    return report, mail


def _nothing_of_sender() -> dict[str, Any]:
    """What is kept of how an anonymous mail came: nothing that leads to its writer, and so no digest of it either."""
    return {"verified": False, "finding": "The mail asks for no name to be kept; its sender was not recorded."}
