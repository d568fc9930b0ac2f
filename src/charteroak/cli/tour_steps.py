"""The steps of the tour, in the order of the loop. Each returns a sentence, or raises if its own check fails."""

import io
import logging
import os
import secrets
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path

import waitress
from django.core.wsgi import get_wsgi_application
from django.db import connections

from charteroak.adapters.taxii_client import TAXIIClient, TAXIIStatusError
from charteroak.cli.files import new_file
from charteroak.cli.tour_authority import NAME as TOUR_AUTHORITY
from charteroak.cli.tour_authority import TourAuthority
from charteroak.dossier.verification import verify_dossier
from charteroak.mail.analysis import Analysis
from charteroak.observables import Observable, ObservableType
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.detections.models import HuntRun
from charteroak.records.intelligence.models import FeedSubscription, IndicatorRecord
from charteroak.records.reports.models import Campaign, Report
from charteroak.services import (
    anchors,
    checkpoints,
    detections,
    dossiers,
    feeds,
    intelligence,
    ledger,
    programs,
    reports,
    sightings,
    timestamps,
    witnesses,
)
from charteroak.services.campaign_links import reasons_of
from charteroak.services.sample_state import SAMPLE_DOMAIN, SAMPLE_HOST, load_sample_state, sample_file
from charteroak.tlp import TLPLabel

PUBLIC_TOOLS = ("sh", "openssl", "sha256sum", "xxd")
"""Everything the other side needs to check a dossier."""

EXPECTED_LOG_MATCHES = 13
"""How often the released indicators stand in the packaged logs; their README counts them one by one."""

BREACH = (date(2026, 9, 1), date(2026, 9, 14))


class StepFailedError(Exception):
    """A step ran and its own check did not hold."""


def check(holds: object, otherwise: str) -> None:
    """Fail the step unless something holds.

    Raises:
        StepFailedError: it does not.
    """
    if not holds:
        raise StepFailedError(otherwise)


class Tour:
    """One walk through the loop, with what each step hands to the next."""

    def __init__(self, directory: Path) -> None:
        # The tour tries a wrong password on purpose; nobody has to be told.
        logging.getLogger("axes").setLevel(logging.CRITICAL)
        self.directory = directory
        self._password = secrets.token_urlsafe(24)
        self.state = load_sample_state(password=self._password, with_reports=False)
        self.desk = Organisation.objects.get(part=Organisation.Part.DESK)
        self.town = Organisation.objects.get(slug="cedar-landing")
        self.school = Organisation.objects.get(slug="harborview-schools")
        self.business = Organisation.objects.get(slug="elm-hollow-bakery")
        self.analyst = User.objects.filter(memberships__organisation=self.desk).order_by("pk")[0]
        self.clerk = User.objects.filter(memberships__organisation=self.town).order_by("pk")[0]
        self.mails = [sample_file(f"mail/phish-{number}.eml") for number in (1, 2)]
        self.filed: list[Report] = []
        self.released: list[IndicatorRecord] = []
        self._server: waitress.server.BaseWSGIServer | None = None
        self._authority: TourAuthority | None = None

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        """The steps by name."""
        return [
            ("analyze", self.analyze),
            ("file", self.file),
            ("cluster", self.cluster),
            ("release", self.release),
            ("publish", self.publish),
            ("pull", self.pull),
            ("hunt", self.hunt),
            ("sighting", self.sighting),
            ("evidence", self.evidence),
            ("anchor", self.anchor),
            ("determine", self.determine),
            ("dossier", self.dossier),
            ("verify", self.verify),
            ("tamper", self.tamper),
        ]

    def close(self) -> None:
        """Stop serving the feed."""
        if self._server is not None:
            self._server.close()
        if self._authority is not None:
            self._authority.close()
        connections.close_all()

    def analyze(self) -> str:
        """Read a phishing mail without opening anything in it."""
        analysis: Analysis = reports.read_message(self.mails[0], reporter=reports.Reporter())
        check(analysis.status == "analyzed", f"the mail is {analysis.status}")
        check(analysis.verdict in {"phishing", "suspicious"}, f"the verdict is {analysis.verdict}")
        check(analysis.signals, "no signal explains the verdict")
        return f"{analysis.verdict}, score {analysis.score:g}, {len(analysis.signals)} signals explained"

    def file(self) -> str:
        """Two members report one mail each; each gets a receipt after the durable write."""
        for organisation, message in zip((self.town, self.school), self.mails, strict=True):
            person = User.objects.filter(memberships__organisation=organisation).order_by("pk")[0]
            self.filed.append(
                reports.file_phish_report(
                    reports.PhishReport(message=message, outcome="unsuccessful", channel="tour"),
                    reports.Reporter(user=person, organisation=organisation),
                )
            )
        found = [reports.report_by_receipt(report.receipt).pk for report in self.filed]
        check(found == [report.pk for report in self.filed], "a receipt does not lead back to its report")
        return f"{len(found)} reports filed, receipts {' and '.join(report.receipt for report in self.filed)}"

    def cluster(self) -> str:
        """The desk sees one campaign, with its reasons, and an analyst confirms it."""
        campaigns = list(Campaign.objects.filter(reports__in=self.filed).distinct())
        check(len(campaigns) == 1, "the two mails were not linked")
        campaign = reports.confirm_campaign(campaigns[0], self.analyst)
        check(campaign.reports.count() == len(self.filed), "a mail is missing from the campaign")
        reasons = reasons_of(Report.objects.get(pk=self.filed[1].pk))
        check(len(reasons) >= 2, "the link has fewer than two reasons")
        return f"{campaign.name}: 2 reports, linked by {len(reasons)} reasons"

    def release(self) -> str:
        """The gate lets the campaign's names out, and refuses a member's own domain."""
        wanted = [Observable(ObservableType.DOMAIN, SAMPLE_DOMAIN)]
        own = Observable(ObservableType.DOMAIN, f"{self.town.slug}.example")
        text = intelligence.IndicatorText(name="Payroll lure", tlp=TLPLabel.GREEN)
        proposed = intelligence.propose_indicators(self.desk, [*wanted, own], by=self.analyst, text=text)
        for record in proposed.records:
            result = intelligence.release_indicator(self.desk, record, by=self.analyst)
            if result.is_released:
                self.released.append(result.record)
            else:
                refused, reasons = result.record, result.reasons
        check([record.value for record in self.released] == [SAMPLE_DOMAIN], "the wrong indicators were released")
        check(refused.value == own.value, "the gate let a member's own domain out")
        return f"1 indicator released as {TLPLabel.GREEN}; the town's own domain refused ({reasons[0].code})"

    def publish(self) -> str:
        """Serve the feed over TAXII 2.1 on loopback; a wrong password gets nothing."""
        server = waitress.create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=2, ident=None)
        self._server = server
        threading.Thread(target=server.run, daemon=True).start()
        self._root = f"http://127.0.0.1:{server.effective_port}/taxii2/"
        roots = self._client().api_roots()
        check(roots, "discovery names no API root")
        self._root = roots[0]
        self._collections = self._client().collections()
        check(self._collections, "no collection is readable for the member")
        try:
            self._client(password=self._password[::-1]).collections()
        except TAXIIStatusError as refusal:
            check(refusal.status == 401, f"a wrong password got status {refusal.status}")
        else:
            raise StepFailedError("a wrong password was let in")
        return f"{len(self._collections)} collections on loopback, a wrong password refused"

    def pull(self) -> str:
        """The town subscribes and pulls, page by page."""
        stored = 0
        for collection in self._collections:
            subscription = feeds.subscribe(
                self.town, url=self._root, collection_id=collection.id, by=self.clerk, username=self.clerk.username
            )
            stored += feeds.pull_subscription(self.town, subscription, self._client(), by=self.clerk).stored
        held = {(row.type, row.value) for row in feeds.indicators_in_force(self.town)}
        check(held == {(record.type, record.value) for record in self.released}, f"pulled {sorted(held)}")
        check(FeedSubscription.objects.filter(organisation=self.town).exists(), "no subscription was kept")
        return f"{stored} observables stored from {len(self._collections)} collections, {len(held)} to search for"

    def hunt(self) -> str:
        """Search the town's logs: the exact matches, and none of the decoys."""
        folder = files("charteroak.services") / "sample_data" / "logs"
        logs = [item for item in folder.iterdir() if ".log" in item.name or ".jsonl" in item.name]
        streams = [programs.UploadedFile(log.name, "text/plain", io.BytesIO(log.read_bytes())) for log in logs]
        outcome = detections.run_hunt(self.town, streams, programs.recorder_for(self.clerk))
        summary = outcome.run.summary
        check(not summary["couldNotRead"], f"could not read {summary['couldNotRead']}")
        check(summary["matches"] == EXPECTED_LOG_MATCHES, f"{summary['matches']} matches, not {EXPECTED_LOG_MATCHES}")
        values = {match["value"] for match in outcome.run.matches}
        check(values <= {SAMPLE_DOMAIN, SAMPLE_HOST}, f"decoys matched: {sorted(values)}")
        self._run: HuntRun = outcome.run
        return f"{summary['matches']} matches in {summary['lines']} lines of {summary['files']} logs, no decoy"

    def sighting(self) -> str:
        """Counts go back to the desk, and nothing else."""
        sent = detections.send_sightings(self._run, self.desk, programs.recorder_for(self.clerk))
        total = sum(sighting.count for sighting in sent)
        check(total == EXPECTED_LOG_MATCHES, f"{total} sightings arrived")
        seen = sightings.sightings_of(self.desk, self.released[0].stix_id)
        check((seen.count, seen.organisations) == (total, 1), "the desk's sum differs")
        return f"{total} sightings of {len(sent)} indicator counted at the desk"

    def evidence(self) -> str:
        """What was done stands in the ledgers, under signed checkpoints."""
        kinds = {entry.header.kind for entry in ledger.read_entries(self.town)}
        missing = {"report.filed", "hunt.run", "sighting.sent"} - kinds
        check(not missing, f"the town's ledger lacks {sorted(missing)}")
        states = []
        for organisation in ledger.organisations_with_ledgers():
            checkpoints.make_checkpoint(organisation)
            states.append(checkpoints.verify_ledger(organisation))
        check(all(state.entries == state.checkpointed for state in states), "an entry waits for a checkpoint")
        return f"{len(states)} ledgers replayed, {sum(state.entries for state in states)} entries hold"

    def anchor(self) -> str:
        """Witnesses co-sign the business's ledger, and an authority of the tour's own stamps it; openssl checks it."""
        answers = witnesses.ask_witnesses(self.business)
        check(answers, "no witness was asked")
        check(all(answer.status == "cosigned" for answer in answers), "a witness did not co-sign")
        said = f"{len(answers)} co-signatures"
        openssl = shutil.which("openssl")
        if openssl is None:
            return f"{said}; no time-stamp, since openssl is not installed"
        self._authority = TourAuthority(self.directory / "authority", openssl)
        timestamps.add_authority(
            timestamps.NewAuthority(
                TOUR_AUTHORITY, self._authority.url, "The tour itself", self._authority.root_pem, is_same_operator=True
            )
        )
        (result,) = timestamps.anchor(self.business)
        check(result.token is not None and result.token.holds, f"the token does not hold: {result.error}")
        check(result.token is not None and not result.token.is_disputed, "the two programs differ about the token")
        age = anchors.anchor_age(self.business)
        check(age.last is None, "an authority of the same operator was counted as outside")
        return f"{said} and 1 time-stamp verified by rfc3161-client and openssl ts; none of them counts as outside"

    def determine(self) -> str:
        """What the business's record supports over a breach interval; the late entry does not count as known then."""
        status = programs.determine_breach(self.business, first=BREACH[0], last=BREACH[1])
        document = status.determination.to_json()
        answers = {element["id"]: element["status"] for element in document["elements"]}
        check(len(answers) == 13, f"{len(answers)} elements were answered")
        check(answers["E7"] == "met", f"E7 is {answers['E7']}")
        check(answers["E13"] != "met", "E13 is met though no court has spoken")
        late = [change for change in status.changes if change.timing == "late"]
        check(late, "the back-filled entry is not named late")
        town = programs.determine_breach(self.town, first=BREACH[0], last=BREACH[1]).determination.to_json()
        check(town["elements"][0]["status"] == "counsel", "the town's E1 is not for counsel")
        met = sum(answer == "met" for answer in answers.values())
        return f"{document['outcome']}: {met} of 13 met over the interval, {len(late)} recorded late and named"

    def dossier(self) -> str:
        """Write the dossier, and make sure that the same record gives the same bytes."""
        recorder = programs.Recorder(actor="system")
        record = dossiers.create_dossier(self.business, *BREACH, made_by=recorder)
        again = dossiers.create_dossier(self.business, *BREACH, made_by=recorder)
        check(record.sha256 == again.sha256, "two dossiers over one record differ")
        self._dossier = self.directory / dossiers.file_name(record)
        with new_file(self._dossier) as file:
            dossiers.copy_dossier(record, file)
        report = verify_dossier(self._dossier)
        check(report.manifest_sha256 == record.manifest_sha256, "the manifest's digest differs from the published one")
        return f"{self._dossier.name}, {record.size} bytes, manifest {record.manifest_sha256[:16]}…"

    def verify(self) -> str:
        """Check it as the other side would: in an empty environment, with four public tools."""
        with zipfile.ZipFile(self._dossier) as archive:
            archive.extractall(self.directory / "other-side")
        self._folder = next((self.directory / "other-side").iterdir())
        done = self._run_verifier()
        check(done.returncode == 0, f"verify.sh failed: {_last_line(done.stdout)}")
        return f"sh verify.sh with {', '.join(PUBLIC_TOOLS)} alone: {_last_line(done.stdout)}"

    def tamper(self) -> str:
        """Flip one byte in each of five files, one after another: each time the check names the file."""
        chosen = [
            "02-determination.json",
            "09-record/entries/000003.leaf",
            "MANIFEST.sha256",
            "checkpoint.note",
            min(path.name for path in (self._folder / "08-evidence").iterdir()),
        ]
        for name in chosen:
            path = next(path for path in self._folder.rglob("*") if path.is_file() and str(path).endswith(name))
            good = path.read_bytes()
            middle = len(good) // 2
            path.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])
            try:
                done = self._run_verifier()
            finally:
                path.write_bytes(good)
            check(done.returncode != 0, f"a flipped byte in {name} went unseen")
            check(path.name in done.stdout + done.stderr, f"a flipped byte in {name} was seen but not named")
        return f"one byte flipped in each of {len(chosen)} files, each named"

    def _client(self, *, password: str | None = None) -> TAXIIClient:
        return TAXIIClient(self._root, username=self.clerk.username, password=password or self._password)

    def _run_verifier(self) -> "subprocess.CompletedProcess[str]":
        tools = self.directory / "four-tools"
        if not tools.is_dir():
            tools.mkdir()
            for tool in PUBLIC_TOOLS:
                found = shutil.which(tool)
                check(found, f"{tool} is not installed here; apt-get install -y openssl xxd coreutils")
                (tools / tool).symlink_to(os.path.realpath(str(found)))
        return subprocess.run(  # noqa: S603 - our own script, an empty environment
            [str(tools / "sh"), "verify.sh"],
            cwd=self._folder,
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["(no output)"])[-1]
