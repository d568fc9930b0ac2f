"""``charteroak incident custody``, ``refer`` and ``verify-custody``: evidence of one incident, from a terminal."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charteroak.cli.files import existing_file, new_file, print_json, read_document
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option, recorder_of
from charteroak.errors import InputError, SourceLocation

if TYPE_CHECKING:
    from charteroak.records.incidents.models import Incident

_EXIT_FAILED = 1
_INDICATORS_LIMIT_BYTES = 1 << 20
_BASES = ("victim-report", "consent", "warrant", "subpoena", "court-order", "statute")
_STATES = ("received", "accepted", "declined", "closed")


@click.command()
@click.argument("number", metavar="INCIDENT")
@org_option
@click.option("--take", metavar="TITLE", help="Take something as evidence; with FILE it is that file, else a thing.")
@click.option("--file", "path", type=click.Path(path_type=Path), help="The file to take.")
@click.option(
    "--kind", default="other", metavar="KIND", help="device, medium, disk-image, memory, log, account, file ..."
)
@click.option("--serial", default="", help="Its serial number.")
@click.option("--to", "to", metavar="NAME", help="Who has it now; who took it if --by is not given.")
@click.option("--place", default="", help="Where it is.")
@click.option("--purpose", default="", help="Why it was taken.")
@click.option("--hold", metavar="AUTHORITY", help="Hold every file of the incident, on this word.")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), metavar="F.zip", help="Export it.")
@click.option("--by", metavar="EMAIL", help="The person who records it; otherwise the software does.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def custody(
    *,
    number: str,
    org: str,
    take: str | None,
    path: Path | None,
    kind: str,
    serial: str,
    to: str | None,
    place: str,
    purpose: str,
    hold: str | None,
    output: Path | None,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Show who has each item of evidence of an incident; take one in, hold all, or export it for the other side.

    The export is checked by its own verify.sh with sh, openssl, sha256sum and xxd alone.
    """
    open_installation(data_directory)
    from charteroak.services import custody_exports, incident_evidence, incident_holds  # noqa: PLC0415 - needs Django

    incident, recorder = incident_named(org, number), recorder_of(by)
    if take is not None:
        name = to or (str(recorder.user) if recorder.user is not None else "")
        new = incident_evidence.NewItemOfEvidence(
            title=take, what=kind, collected_by=name, to=name, place=place, purpose=purpose, serial=serial  # type: ignore[arg-type] # the service refuses another word
        )  # fmt: skip
        if path is None:
            incident_evidence.take_thing(incident, new, recorder)
        else:
            from charteroak.services.programs import UploadedFile  # noqa: PLC0415 - needs Django set up

            with existing_file(path).open("rb") as stream:
                file = UploadedFile(path.name, "application/octet-stream", stream)
                incident_evidence.take_upload(incident, new, file, recorder)
    if hold is not None:
        set_by = str(recorder.user) if recorder.user is not None else "Charter Oak"
        incident_holds.hold_incident(incident, recorder, authority=hold, set_by=set_by)
    if output is not None:
        with new_file(output) as written:
            made = custody_exports.export_custody(incident, written, recorder)
        click.echo(f"{output}: SHA-256 of MANIFEST.sha256 {made.manifest_sha256}", err=True)
    _print_items(incident, as_json=as_json)


@click.command()
@click.argument("number", metavar="INCIDENT")
@org_option
@click.option("--to", required=True, metavar="NAME", help="To whom, such as a unit of the State Police.")
@click.option("--basis", required=True, type=click.Choice(_BASES), help="On which ground it may be handed over.")
@click.option("--authority", required=True, help="Which letter, order or section.")
@click.option("--contact", required=True, help="Whom they can call.")
@click.option("--summary", default="", help="What happened, in words.")
@click.option("--loss", default="", help="What it cost so far.")
@click.option("--indicators", type=click.Path(path_type=Path), help="A file with one indicator a line.")
@click.option("--reporters-agreed", is_flag=True, help="Those who reported it agreed to be named.")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="F.zip")
@click.option("--by", required=True, metavar="EMAIL", help="The person who refers it: the lead or counsel.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def refer(
    *,
    number: str,
    org: str,
    to: str,
    basis: str,
    authority: str,
    contact: str,
    summary: str,
    loss: str,
    indicators: Path | None,
    reporters_agreed: bool,
    output: Path,
    by: str,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Make an incident up as one file for the police, and record that; nothing is sent.

    Counsel's files, other organizations' data and names of reporters who did not agree are left out, and listed.
    """
    open_installation(data_directory)
    from charteroak.adapters.content_files import chunks_of  # noqa: PLC0415 - needs an installation
    from charteroak.services import referrals  # noqa: PLC0415 - needs Django set up

    recorder = recorder_of(by)
    listed = "" if indicators is None else _text_of(indicators)
    new = referrals.NewReferral(
        to=to,
        basis=basis,  # type: ignore[arg-type] # one of the choices
        authority=authority,
        by=str(recorder.user),
        contact=contact,
        summary=summary,
        loss=loss,
        indicators=listed,
        reporters_agreed=reporters_agreed,
    )
    with new_file(output) as written:
        made = referrals.make_referral(incident_named(org, number), new, recorder)
        with referrals.open_referral(made) as source:
            written.writelines(chunks_of(source))
    if as_json:
        print_json(_referral_document(org, made, {}))
        return
    click.echo(f"{output}: referral {made.number} of {number}, entry {made.entry.index}.")
    click.echo(f"SHA-256 of MANIFEST.sha256  {made.manifest_sha256}")
    for each in made.left_out:
        click.echo(printable(f"Left out: {each['what']}: {each['why']}"))


@click.command(name="referral-status")
@click.argument("number", metavar="INCIDENT")
@org_option
@click.option("--referral", type=int, metavar="N", help="Which one; the newest if it is left out.")
@click.option("--state", type=click.Choice(_STATES), help="Record what they said.")
@click.option("--said-by", default="", help="Who said so.")
@click.option("--case-number", default="", help="Their case number.")
@click.option("--by", metavar="EMAIL", help="The person who records it; otherwise the software does.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@data_option
def referral_status(
    *,
    number: str,
    org: str,
    referral: int | None,
    state: str | None,
    said_by: str,
    case_number: str,
    by: str | None,
    as_json: bool,
    data_directory: Path,
) -> None:
    """Show what became of an incident's referrals, or record what was said of one."""
    open_installation(data_directory)
    from charteroak.services import referrals  # noqa: PLC0415 - needs Django set up

    incident = incident_named(org, number)
    if state is not None:
        wanted = referral or max((each.referral.number for each in referrals.referrals_of(incident)), default=0)
        standing = referrals.referral_numbered(incident, wanted)
        referrals.answer_referral(standing.referral, state, recorder_of(by), said_by=said_by, case_number=case_number)
    standings = referrals.referrals_of(incident)
    if as_json:
        print_json({"referrals": [
            _referral_document(org, each.referral, {"state": each.state, "caseNumber": each.case_number})
            for each in standings
        ]})  # fmt: skip
        return
    for each in standings:
        number_said = f", {each.case_number}" if each.case_number else ""
        click.echo(printable(f"{each.referral.number}: {each.referral.to}: {each.state}{number_said}"))
    if not standings:
        click.echo(f"{number}: not referred.")


@click.command(name="verify-custody")
@click.argument("archive", metavar="FILE.zip", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify_custody(*, archive: Path, as_json: bool) -> int:
    """Check a custody export or a referral, and name the first file that does not hold.

    Needs no data directory. Its own verify.sh checks the same with sh, openssl, sha256sum and xxd alone.
    Exit code 0: everything holds; 1: a file does not; 2: this is no such archive.
    """
    from charteroak.dossier import custody_verification  # noqa: PLC0415 - its parsers, only here
    from charteroak.dossier.errors import DossierError  # noqa: PLC0415 - as above

    try:
        report = custody_verification.verify_custody(existing_file(archive))
    except DossierError as error:
        if as_json:
            print_json({"ok": False, "file": error.file, "reason": error.reason})
        else:
            click.echo(printable(f"FAILED: {error.message}"))
        return _EXIT_FAILED
    if as_json:
        print_json({
            "ok": True, "folder": report.folder, "incident": report.incident, "entries": report.entries,
            "files": report.files, "manifestSha256": report.manifest_sha256, "keys": list(report.verifier_keys),
            "knownVerifier": report.is_known_verifier, "logSize": report.checkpoint.size,
            "items": report.document["items"],
        })  # fmt: skip
        return 0
    for item in report.document["items"]:
        click.echo(printable(f"{item['name']} {item['title']}: {len(item['steps'])} steps, now with {item['holder']}"))
        for gap in item["gaps"]:
            click.echo(printable(f"  ASK: {gap}"))
    for key in report.verifier_keys:
        click.echo(printable(f"Key {key}"))
    click.echo(f"SHA-256 of MANIFEST.sha256  {report.manifest_sha256}")
    if not report.is_known_verifier:
        click.echo(
            "Its verify.sh is not the one of this release: compare its SHA-256 with what you were given.", err=True
        )
    click.echo(f"OK: {report.entries} entries, {report.files} files: everything holds.")
    return 0


def _print_items(incident: "Incident", *, as_json: bool) -> None:
    from charteroak.program.custody import chain_rows  # noqa: PLC0415 - beside its only use
    from charteroak.services.incident_evidence import items_of  # noqa: PLC0415 - needs Django set up

    items = items_of(incident)
    if as_json:
        print_json({"incident": incident.number, "items": [
            {
                "name": item.name, "title": item.taken.title, "what": item.taken.what, "sha256": item.digest or None,
                "check": item.check, "holder": item.chain.holder, "gaps": list(item.chain.gaps),
                "steps": chain_rows(item.chain),
            }
            for item in items
        ]})  # fmt: skip
        return
    for item in items:
        waits = "" if item.chain.offer is None else f", offered to {item.chain.offer.to}"
        click.echo(printable(f"{item.name} {item.taken.title}: with {item.chain.holder}{waits}"))
    if not items:
        click.echo(f"{incident.number}: nothing was taken as evidence.")


def _referral_document(org: str, made: Any, more: dict[str, Any]) -> dict[str, Any]:
    return {
        "organisation": org, "incident": made.incident.number, "referral": made.number, "entry": made.entry.index,
        "to": made.to, "basis": made.basis, "sha256": made.sha256, "manifestSha256": made.manifest_sha256,
        "leftOut": made.left_out, **more,
    }  # fmt: skip


def _text_of(path: Path) -> str:
    data = read_document(path, limit_bytes=_INDICATORS_LIMIT_BYTES)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("This is not UTF-8 text.", location=SourceLocation(path=str(path))) from error


def incident_named(org: str, number: str) -> "Incident":
    """An incident of an organization.

    Raises:
        AccountInputError: there is no such organization.
        InputError: it has no such incident.
    """
    from charteroak.services import accounts, incidents  # noqa: PLC0415 - needs Django set up

    return incidents.incident_named(accounts.organisation_named(org), number)


CUSTODY_VERBS = (custody, refer, referral_status, verify_custody)
