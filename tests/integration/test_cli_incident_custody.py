"""``charteroak incident custody``, ``refer``, ``referral-status``, ``verify-custody`` and ``evidence label``."""

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from charteroak.cli.__main__ import main
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.programs import recorder_for

pytestmark = pytest.mark.django_db
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(started_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on this worker's installation."""
    monkeypatch.setenv("CHARTEROAK_DATA", str(started_directory))

    def command(*arguments: Any) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["charteroak", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return int(left.value.code or 0), written.out, written.err

    return command


@pytest.fixture
def incident(member: Organisation, security_lead: User) -> Incident:
    return open_incident(member, NewIncident("Mailbox of the clerk"), recorder_for(security_lead))


def test_an_item_is_taken_labelled_exported_checked_and_referred(
    run: Run, incident: Incident, security_lead: User, data_directory: Path, tmp_path: Path
) -> None:
    here = ("--org", incident.organisation.slug, "--data", data_directory)
    log = tmp_path / "fw.log"
    log.write_text("GET /\n")
    code, out, err = run(
        "incident", "custody", incident.number, *here, "--take", "Firewall log", "--file", log, "--kind", "log",
        "--place", "Store", "--purpose", "Proof", "--by", security_lead.email, "--hold", "Letter of counsel",
    )  # fmt: skip
    assert code == 0, err
    assert out == f"{incident.number}-E01 Firewall log: with Lee Stone\n"

    label = tmp_path / "label.pdf"
    code, out, err = run("evidence", "label", f"{incident.number}-E01", *here, "-o", label)
    assert (code, f"{incident.number}-E01, check " in out) == (0, True), err
    [found] = zxingcpp.read_barcodes(pypdfium2.PdfDocument(label)[0].render(scale=3).to_pil())
    assert found.text.split()[2] == f"{incident.number}-E01"
    assert run("evidence", "label", f"{incident.number}-E01", *here, "--receipt", "-o", tmp_path / "r.pdf")[0] == 0

    exported = tmp_path / "custody.zip"
    assert run("incident", "custody", incident.number, *here, "-o", exported, "--json")[0] == 0
    code, out, err = run("incident", "verify-custody", exported)
    assert (code, "everything holds" in out) == (0, True), err
    assert json.loads(run("incident", "verify-custody", exported, "--json")[1])["entries"] == 1

    packet = tmp_path / "packet.zip"
    indicators = tmp_path / "iocs.txt"
    indicators.write_text("evil[.]example\n")
    code, out, err = run(
        "incident", "refer", incident.number, *here, "--to", "State Police", "--basis", "consent", "--authority",
        "Letter", "--contact", "Lee", "--indicators", indicators, "-o", packet, "--by", security_lead.email,
    )  # fmt: skip
    assert code == 0, err
    assert "referral 1" in out
    assert run("incident", "verify-custody", packet)[0] == 0
    code, out, err = run(
        "incident", "referral-status", incident.number, *here, "--state", "accepted", "--said-by", "Det. Ro",
        "--case-number", "26-118",
    )  # fmt: skip
    assert (code, out) == (0, "1: State Police: accepted, 26-118\n"), err


def test_a_changed_export_is_named_and_another_file_is_no_export(
    run: Run, incident: Incident, security_lead: User, data_directory: Path, tmp_path: Path
) -> None:
    here = ("--org", incident.organisation.slug, "--data", data_directory)
    taking = ("--take", "Laptop", "--kind", "device", "--place", "Safe", "--purpose", "Proof")
    exported = tmp_path / "custody.zip"
    by = ("--by", security_lead.email)
    assert run("incident", "custody", incident.number, *here, *taking, *by, "-o", exported)[0] == 0
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(exported) as source, zipfile.ZipFile(changed, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            target.writestr(
                info.filename, content.replace(b"Laptop", b"Lamp") if "custody.txt" in info.filename else content
            )
    code, out, _err = run("incident", "verify-custody", changed)
    assert (code, out.startswith("FAILED: custody.txt")) == (1, True)
    log = tmp_path / "a.log"
    log.write_text("x")
    assert run("incident", "verify-custody", log)[0] == 2
    assert run("incident", "verify-custody", tmp_path / "none.zip")[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("incident", "custody", "INC-1999-001"),
        ("evidence", "label", "INC-1999-001-E01", "-o", "{tmp}/l.pdf"),
        ("evidence", "label", "nonsense", "-o", "{tmp}/l.pdf"),
        ("incident", "custody", "{number}", "--take", "x", "--kind", "moon", "--place", "a", "--purpose", "b"),
        ("incident", "custody", "{number}", "-o", "{tmp}/c.zip"),
        ("incident", "custody", "{number}", "--hold", "Letter"),
        ("incident", "referral-status", "{number}", "--state", "accepted"),
    ],
)  # fmt: skip
def test_what_is_not_there_gets_one_line_and_leaves_nothing(
    run: Run, incident: Incident, data_directory: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    before = LedgerEntry.objects.count()
    filled = [each.format(number=incident.number, tmp=tmp_path) for each in arguments]
    code, _out, err = run(*filled, "--org", incident.organisation.slug, "--data", data_directory)
    assert code in {2, 3}
    assert len(err.strip().splitlines()) <= 2, err
    assert "Traceback" not in err
    assert LedgerEntry.objects.count() == before
    assert not list(tmp_path.iterdir())
