"""Who may open which address, as one table: every route of the portal, for every kind of person, read and written to.

The table is held against the resolver, so that a route without a line fails here. Who may not see something gets, to
the byte, what they would get if it did not exist.
"""

import base64
import copy
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from made_world import standing
from msgspec import structs
from people import PASSWORD, add_organisation, add_person
from pytest_django import DjangoDbBlocker

from charteroak.adapters.system_clock import now
from charteroak.intel.audiences import Audience
from charteroak.ledger.cosignature import Ed25519Cosigner
from charteroak.observables import parse_observable
from charteroak.portal.reports.receipt_cookie import COOKIE
from charteroak.program.bodies import GapOpened
from charteroak.program.start.answers import Store
from charteroak.records.accounts.models import Organisation, RequestCount, User
from charteroak.records.anchors.models import Authority, Cosignature, Refusal, Token, Witness
from charteroak.records.evidence.models import Referral
from charteroak.records.incidents.models import Alert, AlertDelivery, Incident
from charteroak.records.intelligence.models import Collection
from charteroak.records.ledger.models import Checkpoint, LedgerEntry
from charteroak.records.reports.models import Campaign, Report
from charteroak.response.plans.plan import Level, Plan
from charteroak.services import (
    collectors,
    detections,
    dossiers,
    erasure,
    erasure_proposals,
    exercise_spaces,
    feeds,
    gaps,
    guided_start,
    holds,
    imported_catalogs,
    imports,
    incident_alerts,
    incident_calendar,
    incident_evidence,
    incident_logs,
    incident_tasks,
    incidents,
    intelligence,
    notice_sending,
    plan_adoptions,
    privilege,
    programs,
    referrals,
    report_attachments,
    reports,
    response_plans,
    sharing,
)
from charteroak.services.checkpoints import make_checkpoint
from charteroak.tlp import TLPLabel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

ANYONE = "anonymous", "lead", "lead elsewhere", "provider", "analyst", "analyst elsewhere", "analyst of no desk"
PEOPLE = *ANYONE, "counsel", "counsel elsewhere", "admitted", "nobody", "inactive"
SIGNED_IN = frozenset(PEOPLE) - {"anonymous", "inactive"}
ANALYSTS = frozenset({"analyst", "analyst elsewhere"})
ACTING = frozenset({"lead", "provider"})
READING = ACTING | {"counsel"}
HOLDING = frozenset({"lead", "counsel"})
INSIDE = frozenset({"counsel", "admitted"})
"""Who may enter the privileged workspace: counsel, and whom counsel admitted."""
DESK = frozenset({"analyst"})

MAIL = """\
Received: from mail.example.net (mail.example.net [203.0.113.7]) by mx.example.org; Sun, 01 Mar 2026 09:12:00 -0500
From: "Nutmeg Credit Union" <service@login-nutmeg.example.net>
To: clerk@example.org
Subject: Your account is locked, case {number}
Date: Sun, 01 Mar 2026 09:11:58 -0500
Message-ID: <{number}@login-nutmeg.example.net>
MIME-Version: 1.0
Content-Type: multipart/related; boundary=parts

--parts
Content-Type: text/html; charset=utf-8

<p>Verify your password now: <a href="http://login-nutmeg.example.net/verify/{number}">https://nutmeg.example.com</a></p>
--parts
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEElEQVR4nGPgirKBIwbiOAABIwoBPft1vAAAAABJRU5ErkJggg==
--parts--
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. Whoever is not ``allowed`` gets 404, or the page to sign in at.

    ``get`` and ``post`` are the statuses for those allowed; 405 is for everyone. ``data`` is a good form: sent by the
    wrong person it must change nothing. ``basic``: a feed for machines, which knows no sessions.
    """

    allowed: frozenset[str]
    get: int = 200
    post: int = 405
    data: Callable[[], Mapping[str, Any]] = field(default=dict)
    own: Mapping[str, int] = field(default_factory=dict)
    basic: bool = False
    without_token: bool = False
    """For machines that prove themselves by a signature: no session is read, so that no form's token is needed."""

    def expected(self, person: str, method: str) -> int:
        """The status that this person gets."""
        status = self.get if method == "get" else self.post
        if status == 405:
            return 405 if self.basic or person in SIGNED_IN or "anonymous" in self.allowed else 302
        if person in self.own:
            return self.own[person]
        if person in self.allowed:
            return status
        if self.basic:
            return 404 if person in SIGNED_IN else 401
        return 404 if person in SIGNED_IN else 302


def mail_form() -> dict[str, Any]:
    content = MAIL.format(number=77).encode()
    return {
        "link": "no",
        "password": "no",
        "file": "no",
        "disclosure": "desk-only",
        "message": SimpleUploadedFile("mail.eml", content),
    }


def evidence_form() -> dict[str, Any]:
    practice = next(iter(programs.load_practices().by_id))
    return {"practice": practice, "title": "Restored the order book", "occurred_from": "2026-02-01", "note": "Done."}


def marking_form() -> dict[str, Any]:
    return {"target": "0", "marking": "public", "state": "set", "basis": "Asked for", "marked_by": "Lee"}


def privileged_form() -> dict[str, Any]:
    answers = {"form": "note", "privilege": "work-product", "day": "2026-02-01", "author": "Cora", "text": "Doubts."}
    return answers | {"subject": "Exposure"}


def catalog_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("catalog.json", CATALOG.read_bytes())


def log_form() -> dict[str, Any]:
    return {"logs": SimpleUploadedFile("proxy.log", b"GET http://parcel-update.example/ 200\n")}


LIST = b"Control,Status\nPR.AA-01,Done\n"
STORE = {"place": "Payroll", "kinds_people": ["names"], "seen": "1"}
OF_AN_ORGANISATION = (
    "programs:", "start:", "imports:", "dossiers:", "exchange:", "providers:", "detections:", "evidence:", "anchors:",
    "assessing:", "collecting:", "incidents:", "plans:", "exercises:",
)  # fmt: skip
NOT_OF_ONE_INCIDENT = frozenset({"incidents:overview", "incidents:open", "incidents:on-call", "incidents:calendar"})
OF_ONE_EXERCISE = ("exercises:board", "exercises:step", "exercises:tick", "exercises:report", "exercises:file")
READING_FRAMEWORKS = frozenset(ANYONE) - {"anonymous"} | {"counsel", "counsel elsewhere"}
"""Whoever has a part in any organisation of the installation."""
CATALOG = Path(__file__).parents[1] / "assets" / "oscal" / "catalog.json"
OSCAL_FORM = {"model": "ssp", "edition": "nist-csf@2.0", "as_of": "2026-02-01"}
TITLE = {"title": "Written security program"}
ITEM = {"title": "Laptop", "what": "device", "collected_by": "Lee", "to": "Lee", "place": "Safe", "purpose": "Proof"}
TRANSFER = {
    "from_": "Lee", "to": "Pat", "outside": "no", "purpose": "A copy", "place": "Office", "hours": "9",
}  # fmt: skip
REFERRAL = {"to": "State Police", "basis": "consent", "authority": "A letter", "by": "Lee", "contact": "Lee"}
BREACH = {"breach_from": "2026-01-05", "breach_to": "2026-01-06"}
INCIDENT = {"step": "who", "outcome": "blocked", "summary": "A file was kept back.", "disclosure": "desk-only"}
EVERYONE = frozenset(PEOPLE)
READERS_OF_MEMBERS = frozenset({"lead", "lead elsewhere", "analyst"})
HOMES = dict.fromkeys((*ANALYSTS, "analyst of no desk", "counsel", "counsel elsewhere"), 302)

TABLE: dict[str, Row] = {
    "home": Row(EVERYONE, own=HOMES),
    "laws:compare": Row(EVERYONE),
    "laws:editions": Row(EVERYONE),
    "laws:watch": Row(EVERYONE),
    "playbooks:overview": Row(EVERYONE),
    "playbooks:severity": Row(EVERYONE),
    "playbooks:playbook": Row(EVERYONE),
    "playbooks:card": Row(EVERYONE),
    "reports:mail": Row(EVERYONE, post=302, data=mail_form),
    "reports:text-form": Row(EVERYONE),
    "reports:incident": Row(EVERYONE, post=302, data=lambda: INCIDENT),
    "reports:filed": Row(EVERYONE, get=302),
    "reports:paper": Row(EVERYONE, get=302),
    "reports:sheet": Row(EVERYONE),
    "reports:attach": Row(EVERYONE, post=422, data=lambda: {"receipt": "7QK3-M0ZD-9XRA-2WTC"}),
    "reports:answer": Row(EVERYONE, get=302),
    "reports:buttons": Row(EVERYONE),
    "reports:mine": Row(EVERYONE, get=302),
    "reports:more": Row(EVERYONE, get=302, post=422),
    "reports:correct": Row(EVERYONE, get=302, post=422),
    "reports:withdraw": Row(EVERYONE, get=302, post=422),
    "reports:disclose": Row(EVERYONE, get=302, post=422),
    "reports:status": Row(EVERYONE, post=422, data=lambda: {"receipt": "7QK3-M0ZD-9XRA-2WTC"}),
    "imports:overview": Row(ACTING, post=302, data=lambda: {"file": SimpleUploadedFile("controls.csv", LIST)}),
    "imports:meaning": Row(ACTING, post=302, data=lambda: {"as_of": "2026-02-01"}),
    "imports:rows": Row(ACTING, post=302, data=lambda: {"row_2": "name-who-leads", "then": "next"}),
    "imports:record": Row(ACTING, post=422),
    "start:overview": Row(ACTING),
    "start:about": Row(ACTING, post=302, data=lambda: {"kind": "llc", "seen": "0"}),
    "start:obligations": Row(ACTING, post=302, data=lambda: {"seen": "0"}),
    "start:information": Row(ACTING, post=302, data=lambda: {"seen": "1"}),
    "start:add-store": Row(ACTING, post=302, data=lambda: STORE),
    "start:store": Row(ACTING, post=302, data=lambda: STORE),
    "start:systems": Row(ACTING, post=302, data=lambda: {"seen": "0"}),
    "start:people": Row(ACTING, post=302, data=lambda: {"leads": "Lee", "seen": "0"}),
    "start:aim": Row(ACTING, post=302, data=lambda: {"framework": "nist-csf", "seen": "0"}),
    "start:practice": Row(ACTING, post=302, data=lambda: {"answer": "yes", "seen": "0"}),
    "start:record": Row(ACTING, post=422),
    "start:gaps": Row(ACTING),
    "programs:first-page": Row(READING, get=302),
    "programs:safe-harbor": Row(READING),
    "programs:practices": Row(ACTING),
    "programs:practice-coverage": Row(ACTING),
    "programs:edition-practices": Row(ACTING),
    "programs:practice": Row(ACTING, post=302, data=lambda: {"answer": "yes", "since": "2026-02-01"}),
    "programs:program": Row(ACTING),
    "programs:describe-organisation": Row(ACTING, post=422),
    "programs:adopt-program": Row(ACTING, post=422),
    "programs:approve-program": Row(ACTING, post=422),
    "programs:review-program": Row(ACTING, post=422),
    "programs:describe-program": Row(ACTING, post=422),
    "programs:adopt-edition": Row(ACTING, post=422),
    "programs:draft": Row(ACTING),
    "programs:draft-part": Row(ACTING, post=302, data=lambda: {"covers": "The shop and the office."} | TITLE),
    "programs:draft-policy": Row(ACTING, post=302, data=lambda: {"value_made_every": "each night"}),
    "programs:draft-file": Row(ACTING),
    "programs:adopt-draft": Row(ACTING, post=422),
    "programs:client-report": Row(READING),
    "programs:client-report-file": Row(READING),
    "programs:versions": Row(ACTING),
    "programs:compare-versions": Row(ACTING),
    "programs:correct-entry": Row(ACTING, post=302, data=lambda: {"reason": "The wrong file."}),
    "programs:coverages": Row(READING),
    "programs:edition-coverage": Row(READING),
    "programs:gaps": Row(READING),
    "programs:gap-plan": Row(READING, post=200),
    "programs:open-gap": Row(ACTING, post=422),
    "programs:close-gap": Row(ACTING, post=422),
    "programs:action-plan": Row(READING),
    "programs:action-plan-csv": Row(READING),
    "programs:change-plan": Row(ACTING, post=422),
    "collecting:overview": Row(READING),
    "collecting:hand-in": Row(ACTING, post=422),
    "collecting:look": Row(ACTING, post=422),
    "collecting:register": Row(ACTING, post=422),
    "collecting:end": Row(ACTING, post=422),
    "collecting:accept": Row(ACTING, post=422),
    "assessing:editions": Row(READING),
    "assessing:edition": Row(READING),
    "assessing:record-sheet": Row(ACTING, post=422),
    "assessing:sheet": Row(READING),
    "assessing:requirement": Row(ACTING, post=422),
    "programs:accept-exception": Row(ACTING, post=422),
    "programs:assess-requirement": Row(ACTING, post=422),
    "programs:record-exercise": Row(ACTING, post=422),
    "programs:record-training": Row(ACTING, post=422),
    "programs:supersede-evidence": Row(ACTING, post=422),
    "programs:as-of": Row(READING),
    "programs:interval": Row(READING),
    "programs:evidence": Row(READING),
    "programs:entry": Row(READING),
    "programs:entry-proof": Row(READING),
    "programs:entry-header": Row(READING),
    "programs:record-evidence": Row(ACTING, post=302, data=evidence_form),
    "programs:evidence-file": Row(READING),
    "programs:checkpoint": Row(READING, post=302),
    "programs:dossiers": Row(READING, post=302, data=lambda: BREACH),
    "programs:dossier-file": Row(READING),
    "dossiers:dossier": Row(READING),
    "dossiers:redacted": Row(READING, post=302, data=lambda: BREACH | {"withhold": "0", "reason": "Privileged"}),
    "dossiers:insurers": Row(READING, post=200, data=lambda: {"as_of": "2026-02-01"}),
    "frameworks:overview": Row(READING_FRAMEWORKS),
    "frameworks:edition": Row(READING_FRAMEWORKS),
    "frameworks:element": Row(READING_FRAMEWORKS),
    "frameworks:imported": Row(READING_FRAMEWORKS),
    "frameworks:imported-control": Row(READING_FRAMEWORKS),
    "frameworks:imported-file": Row(READING_FRAMEWORKS),
    "frameworks:import": Row(ANALYSTS, post=302, data=lambda: {"document": catalog_file()}),
    "exchange:oscal": Row(READING, post=200, data=lambda: OSCAL_FORM),
    "exercises:overview": Row(READING),
    "exercises:new": Row(ACTING, post=422),
    "exercises:board": Row(READING),
    "exercises:step": Row(ACTING, get=405, post=302, data=lambda: {"step": "start"}),
    "exercises:tick": Row(ACTING, get=405, post=302, data=lambda: {"expected": "bank-called"}),
    "exercises:report": Row(READING, post=422),
    "exercises:file": Row(ACTING, get=405, post=302),
    "exercises:report-file": Row(READING),
    "playing:enter": Row(EVERYONE, post=422, data=lambda: {"code": "0000-0000"}),
    "playing:join": Row(EVERYONE, get=404, post=404),
    "playing:screen": Row(EVERYONE, get=404),
    "playing:act": Row(EVERYONE, get=404, post=404),
    "playing:act-on": Row(EVERYONE, get=404, post=404),
    "playing:incident": Row(EVERYONE, get=404, post=404),
    "playing:report": Row(EVERYONE, get=404, post=404),
    "playing:hot-wash": Row(EVERYONE, get=404, post=404),
    "plans:overview": Row(READING),
    "plans:plan": Row(READING),
    "plans:file": Row(READING),
    "plans:start": Row(ACTING, get=302, post=302),
    "plans:draft": Row(ACTING),
    "plans:draft-file": Row(ACTING),
    "plans:drop": Row(ACTING, get=405, post=302),
    "plans:part": Row(ACTING, post=302, data=lambda: {"title": "Plan", "seen": ""}),
    "plans:adopt": Row(ACTING, post=422),
    "plans:versions": Row(READING),
    "plans:compare": Row(READING),
    "plans:activate": Row(ACTING, post=302, data=lambda: {"level": "3", "by": "Lee", "reason": "Dispatch is down"}),
    "plans:stand-down": Row(ACTING, post=422),
    "incidents:plan": Row(READING),
    "incidents:papers": Row(READING),
    "incidents:paper": Row(READING),
    "incidents:after-action": Row(ACTING, post=302, data=lambda: {"seen": "0", "summary": "One laptop."}),
    "incidents:overview": Row(READING),
    "incidents:open": Row(ACTING, post=302, data=lambda: {"title": "Files are gone"}),
    "incidents:incident": Row(READING),
    "incidents:close": Row(ACTING, post=302, data=lambda: {"note": "", "reason_facts_missing": "Nothing was reached."}),
    # Somebody was told of the sample's incident, so that it can be no slip any more.
    "incidents:opened-in-error": Row(ACTING, post=422, data=lambda: {"reason": "A drill of the alarm."}),
    "incidents:reopen": Row(ACTING, post=422, data=lambda: {"reason": "It is open."}),
    "incidents:facts": Row(READING),
    "incidents:facts-history": Row(READING),
    "incidents:facts-part": Row(ACTING, post=302, data=lambda: {"outcome": "successful"}),
    "incidents:finding": Row(ACTING, post=302, data=lambda: {"why": "It was sealed.", "by": "Lee"}),
    "incidents:duties": Row(READING),
    "incidents:alerts": Row(READING, post=404),
    "incidents:calendar": Row(ACTING, post=302, data=lambda: {"name": "Lee"}),
    "incidents:calendar-file": Row(READING),
    "incidents:on-call": Row(ACTING, post=302, data=lambda: {"contacts": "Lee, lee@example.org, 15"}),
    "incidents:notices": Row(READING),
    "incidents:notice": Row(READING),
    "incidents:notice-file": Row(READING),
    "incidents:notice-answers": Row(READING, post=302, data=lambda: {"public_phone": "860-555-0100"}),
    "incidents:notice-words": Row(READING, post=302, data=lambda: {"words-questions": "Ask for Lee."}),
    "incidents:notice-sent": Row(ACTING, post=422),
    "incidents:notice-withdraw": Row(ACTING, post=302, data=lambda: {"reason": "By mistake."}),
    "incidents:decisions": Row(ACTING, post=422),
    "incidents:reports": Row(READING),
    "incidents:attach-report": Row(ACTING, post=422, data=lambda: {"report": "0"}),
    "incidents:severity": Row(READING),
    "incidents:judge": Row(ACTING, post=302, data=lambda: {"actor": "criminal"}),
    "incidents:tasks": Row(READING),
    "incidents:playbooks": Row(ACTING, post=302, data=lambda: {"playbooks": "ransomware"}),
    "incidents:task": Row(ACTING, post=302, data=lambda: {"outcome": "done"}),
    "incidents:card": Row(READING),
    "incidents:timeline": Row(READING),
    "incidents:event-new": Row(ACTING, post=302, data=lambda: {"what": "A sign-in", "day": "2026-03-01"}),
    "incidents:event": Row(ACTING, post=302, data=lambda: {"what": "A sign-in", "day": "2026-03-01"}),
    "incidents:order": Row(ACTING, get=405, post=302, data=lambda: {"before": "1", "after": "2"}),
    "incidents:timeline-paper": Row(READING),
    "incidents:logs": Row(ACTING, post=302, data=lambda: log_form() | {"looked_for": "parcel-update.example"}),
    "incidents:log": Row(ACTING, post=302, data=lambda: {"proposals": "1"}),
    "incidents:custody": Row(READING),
    "incidents:take-item": Row(READING, post=302, data=lambda: ITEM),
    "incidents:hold": Row(HOLDING, post=302, data=lambda: {"authority": "A letter", "set_by": "Lee"}),
    "incidents:custody-export": Row(READING),
    "incidents:item": Row(READING, post=302, data=lambda: TRANSFER),
    "incidents:item-label": Row(READING),
    "incidents:item-receipt": Row(READING, post=200, data=lambda: {"code": "0000"}),
    "incidents:referrals": Row(READING),
    "incidents:refer": Row(HOLDING, post=302, data=lambda: REFERRAL),
    "incidents:referral": Row(READING),
    "incidents:referral-answer": Row(
        HOLDING, get=405, post=302, data=lambda: {"state": "received", "said_by": "Det. Ro"}
    ),
    "incidents:referral-packet": Row(READING),
    "receive": Row(EVERYONE, post=422, data=lambda: {"code": "0000"}),
    "desk:referrals": Row(ANALYSTS),
    "desk:referral": Row(DESK, post=302, data=lambda: {"state": "received", "said_by": "Det. Ro"}),
    "desk:referral-packet": Row(DESK),
    "evidence:holds": Row(READING),
    "evidence:set-hold": Row(
        HOLDING, post=302, data=lambda: {"matter": "Doe", "authority": "A letter", "set_by": "Lee"}
    ),
    "evidence:lift-hold": Row(HOLDING, post=302, data=lambda: {"lifted_by": "Lee", "reason": "Over."}),
    "evidence:custody": Row(READING),
    "evidence:begin-custody": Row(READING, post=302, data=lambda: {"item": "laptop-4", "to": "Lee", "place": "Safe"}),
    "evidence:chain": Row(
        READING, post=302, data=lambda: {"from_": "Lee", "to": "Pat", "purpose": "A copy", "place": "Office"}
    ),
    "evidence:chain-csv": Row(READING),
    "evidence:receipt": Row(READING),
    "evidence:retention": Row(READING),
    "evidence:markings": Row(READING, post=302, data=marking_form),
    "evidence:erasures": Row(READING),
    "evidence:propose-erasure": Row(READING, post=302, data=lambda: {"entries": "1", "basis": "Request 12"}),
    "evidence:decide-erasure": Row(READING, post=302, data=lambda: {"decision": "decline"}),
    "evidence:privileged": Row(INSIDE),
    "evidence:keep-privileged": Row(INSIDE, post=302, data=privileged_form),
    "evidence:privilege-log-csv": Row(INSIDE),
    "evidence:privilege-log-json": Row(INSIDE),
    "evidence:privileged-people": Row(INSIDE, post=422, data=lambda: {"email": "no address"}),
    "evidence:end-admission": Row(frozenset({"counsel"}), get=405, post=302),
    "evidence:privileged-file": Row(INSIDE),
    "providers:overview": Row(READING),
    "providers:engage": Row(frozenset({"lead"}), post=422),
    "providers:end": Row(ACTING, post=302, data=lambda: {"provider": "ridge-it", "reason": "Taken in house."}),
    "providers:state": Row(frozenset({"provider"}), post=422),
    "providers:everything": Row(READING, get=405, post=200),
    "anchors:overview": Row(READING),
    "anchors:now": Row(ACTING, get=405, post=302),
    "anchors:check-tokens": Row(ACTING, get=405, post=302),
    "anchors:check": Row(READING),
    "anchors:keys": Row(READING),
    "anchors:ceremony": Row(READING),
    "anchors:checkpoint": Row(READING),
    "anchors:cosigned": Row(READING),
    "anchors:log-key": Row(READING),
    "anchors:token": Row(READING),
    "anchors:certificates": Row(READING),
    "anchors:witness-key": Row(READING),
    "anchors:refused": Row(READING),
    "anchors:tiles": Row(READING),
    "detections:hunts": Row(ACTING, post=302, data=log_form),
    "detections:pull": Row(ACTING, get=405, post=302),
    "detections:hunt": Row(ACTING),
    "detections:send-sightings": Row(ACTING, get=405, post=302),
    "desk:queue": Row(ANALYSTS),
    "desk:arrivals": Row(ANALYSTS),
    "desk:seen": Row(ANALYSTS, get=405, post=302),
    "desk:report": Row(DESK),
    "desk:close": Row(DESK, get=405, post=302),
    "desk:attachment": Row(DESK),
    "desk:mail": Row(DESK),
    "desk:mail-picture": Row(DESK),
    "desk:compare": Row(DESK),
    "desk:exports": Row(DESK),
    "desk:export": Row(DESK),
    "desk:reports-table": Row(ANALYSTS),
    "desk:campaign-bundle": Row(DESK),
    "desk:key-sheet": Row(ANALYSTS, post=422),
    "desk:campaign": Row(DESK),
    "desk:confirm-campaign": Row(DESK, get=405, post=302),
    "desk:split-campaign": Row(DESK, get=405, post=422),
    "desk:merge-campaign": Row(DESK, get=405, post=422),
    "desk:undo-decision": Row(DESK, get=405, post=422),
    "intelligence:shared": Row(SIGNED_IN),
    "intelligence:bundle": Row(READERS_OF_MEMBERS),
    "intelligence:indicators": Row(ANALYSTS),
    "intelligence:propose": Row(
        DESK, post=302, data=lambda: {"observables": ["domain|login-nutmeg.example.net"], "tlp": "TLP:GREEN"}
    ),
    "intelligence:indicator": Row(DESK),
    "intelligence:release": Row(DESK, get=405, post=302),
    "intelligence:amend": Row(DESK, get=405, post=302, data=lambda: {"tlp": "TLP:CLEAR"}),
    "intelligence:withdraw": Row(DESK, get=405, post=302, data=lambda: {"reason": "A shared host."}),
    "accounts:account": Row(SIGNED_IN),
    "accounts:password": Row(SIGNED_IN, post=422, data=lambda: {"old": "x", "new": "y", "again": "z"}),
    "accounts:sign-in": Row(
        EVERYONE, post=422, data=lambda: {"username": "x", "password": "y"}, own=dict.fromkeys(SIGNED_IN, 302)
    ),
    "accounts:sign-out": Row(SIGNED_IN, get=405, post=302),
    "healthz": Row(EVERYONE),
    "alert-link": Row(EVERYONE, post=200),
    "calendar-feed": Row(EVERYONE),
    "security-txt": Row(EVERYONE, get=404),
    "set_language": Row(EVERYONE, get=302, post=302, data=lambda: {"language": "es"}),
    "api:report-attachments": Row(EVERYONE, get=405, post=415, without_token=True),
    "api:openapi": Row(EVERYONE),
    "api:phish": Row(EVERYONE, get=405, post=422, without_token=True),
    "api:phish-exports": Row(EVERYONE, get=400, post=405, without_token=True),
    "api:reports": Row(EVERYONE, get=405, post=415, without_token=True),
    "api:report-supplements": Row(EVERYONE, get=405, post=415, without_token=True),
    "api:report-status": Row(EVERYONE, get=400, post=405, without_token=True),
    "witness:witnesses": Row(EVERYONE, without_token=True),
    "witness:add-checkpoint": Row(EVERYONE, get=405, post=404, without_token=True),
    "witness:checkpoint": Row(EVERYONE, get=404, without_token=True),
    "taxii:discovery": Row(SIGNED_IN, basic=True),
    "taxii:api-root": Row(SIGNED_IN, basic=True),
    "taxii:collections": Row(SIGNED_IN, basic=True),
    "taxii:collection": Row(READERS_OF_MEMBERS, basic=True),
    "taxii:objects": Row(READERS_OF_MEMBERS, basic=True),
    "taxii:object": Row(READERS_OF_MEMBERS, basic=True),
    "taxii:versions": Row(READERS_OF_MEMBERS, basic=True),
    "taxii:manifest": Row(READERS_OF_MEMBERS, basic=True),
}
"""Every route by its name. To add a page, add its line: who may open it, and what reading and writing answer."""


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the portal, by the name that reverses to it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from routes(pattern, inner)
        else:
            yield f"{prefix}{pattern.name}", pattern


def test_every_route_has_a_line_in_the_table() -> None:
    found = {name for name, _pattern in routes()}
    assert found - TABLE.keys() == set(), "say in TABLE who may open these"
    assert TABLE.keys() - found == set(), "these are gone; take their lines out of TABLE"


@dataclass(slots=True)
class World:
    """Two members, a provider of the first, two desks, and something of every kind that has an address."""

    people: dict[str, User]
    member: Organisation
    other: Organisation
    arguments: dict[str, dict[str, Any]]
    others: dict[str, Any]

    def address(self, name: str) -> str:
        """The address of what belongs to the first member or to the desk."""
        return reverse(name, kwargs=self.arguments.get(name, {}))

    def absent(self, name: str) -> str | None:
        """The same kind of address for something that does not exist; none where an address names nothing."""
        arguments = self.arguments.get(name)
        return None if arguments is None else reverse(name, kwargs={key: ABSENT[key] for key in arguments})


ABSENT: dict[str, Any] = {
    "slug": "no-such-organisation",
    "code": "no-such-page",
    "number": 987_654,
    "token": "no-such-token",
    "space": 987_654,
    "inject": "no-such-inject",
    "sha256": "a" * 64,
    "stix_id": "indicator--00000000-0000-4000-8000-000000000000",
    "alias": "no-such-collection",
    "reference": "00000000-0000-4000-8000-000000000001",
    "object_id": "indicator--00000000-0000-4000-8000-000000000002",
    "practice_id": "no-such-practice",
    "index": 987_654,
    "gap": "no-such-gap",
    "hold": "hold-99",
    "framework": "no-such-framework",
    "edition": "no-such-edition",
    "requirement": "no-such-requirement",
    "name": "no-such-name",
    "part": "no-such-part",
    "policy": "no-such-policy",
    "form": "no-such-form",
    "item": "no-such-item",
    "position": 987_654,
    "identifier": "no-such-element",
    "size": 987_654,
    "algorithm": "no-such-algorithm",
    "witness": "no-such-witness",
    "origin_sha256": "b" * 64,
    "kind": "no-such-kind",
    "paper": "no-such-paper",
    "notice": "no-such-notice",
    "sending": 987_654,
    "group": "no-such-group",
    "event": 987_654,
    "place": 987_654,
    "playbook": "no-such-playbook",
    "reading": 987_654,
    "step": "no-such-step",
}


def keep_things(organisation: Organisation, user: User) -> dict[str, Any]:
    """Evidence, a dossier, a hunt and a report of an organisation, by the identifiers in their addresses."""
    recorder = programs.recorder_for(user)
    file = programs.UploadedFile("list.txt", "text/plain", io.BytesIO(f"of {organisation.slug}".encode()))
    evidence = programs.NewEvidence(
        practice=next(iter(programs.load_practices().by_id)),
        title=f"Kept by {organisation.slug}",
        occurred_from=date(2026, 1, 5),
        files=(file,),
    )
    entry = programs.record_evidence(organisation, evidence, recorder)
    gap = GapOpened(gap="old-router", title="A router without updates", owner="Lee")
    gaps.open_gap(organisation, gap, date(2026, 1, 5), recorder)
    till = collectors.NewSource("till-backups", "backup-log", "The till", by="Lee")
    collectors.register_source(organisation, till, date(2026, 1, 5), recorder)
    payroll = Store(place=f"Payroll of {organisation.slug}", kinds=("names",))
    guided_start.save_section(
        organisation, "stores", lambda said: structs.replace(said, stores=(payroll,)), recorder, seen=0
    )
    listed = programs.UploadedFile("controls.csv", "text/csv", io.BytesIO(LIST))
    brought = imports.bring_in(organisation, listed, "", recorder)
    feeds.pull_own_desk(organisation, by=user)
    log = programs.UploadedFile("proxy.log", "text/plain", io.BytesIO(b"GET http://parcel-update.example/ 200\n"))
    run = detections.run_hunt(organisation, [log], recorder).run
    incident = incidents.open_incident(organisation, incidents.NewIncident(f"Mail of {organisation.slug}"), recorder)
    incident_tasks.choose_playbooks(incident, ["ransomware"], recorder)
    referral = take_evidence_and_refer(incident, recorder)
    levels = (Level(number=3, name="High"),)
    response_plans.load_plan(organisation, Plan(kind="cirp", title="Plan", levels=levels), recorder)
    adoption = plan_adoptions.NewPlanAdoption("1.0", "Lee", "Owner", incident.opened.date())
    plan_adoptions.adopt_plan(organisation, "cirp", adoption, recorder)
    incidents.add_event(incident, incidents.NewEvent("A strange sign-in", now()), recorder)
    dated = programs.UploadedFile(
        "proxy.log", "text/plain", io.BytesIO(b"2026-03-01T10:00:00Z http://parcel-update.example/\n")
    )
    (reading,) = incident_logs.read_logs(incident, [dated], recorder, looked_for="parcel-update.example")
    practice = exercise_spaces.NewSpace(f"Exercise of {organisation.slug}", "invoice-fraud")
    exercise = exercise_spaces.set_up_exercise(organisation, practice, recorder)
    told = notice_sending.NewSending(notice="ctic", to="CTIC", sent=incident.opened, how="By mail")
    sending = notice_sending.record_sending(incident, told, recorder)
    report = reports.file_phish_report(
        reports.PhishReport(message=MAIL.format(number=organisation.pk).encode(), outcome="unsuccessful"),
        reports.Reporter(user=user, organisation=organisation),
        desk=Organisation.objects.get(slug="charter-desk"),
    )
    attached = report_attachments.NewAttachment("tool.exe", io.BytesIO(f"of {report.pk}".encode()))
    report_attachments.attach_file(report, attached, user=user, channel="web")
    make_checkpoint(organisation)
    dossier = dossiers.create_dossier(organisation, date(2026, 1, 5), date(2026, 1, 6), made_by=recorder)
    return {
        "index": entry.index,
        "sha256": entry.evidence_files.get().sha256,
        "hunt": run.pk,
        "import": brought.pk,
        "incident": incident.number,
        "referral": referral.pk,
        "reading": reading.pk,
        "alert": alert_link(incident),
        "calendar": incident_calendar.open_feed(organisation, "Lee", recorder),
        "exercise": exercise.pk,
        "sending": sending.pk,
        "dossier": dossier.pk,
        "report": report.pk,
        "receipt": report.receipt,
        "title": evidence.title,
        **anchored(organisation),
    }


def alert_link(incident: Incident) -> str:
    """The link of a message about an alert, as it would be mailed."""
    moment = now()
    alert = Alert.objects.create(
        incident=incident, duty="CT-BREACH-AG/attorney-general", to="Attorney General", percent=50, limit=moment,
        reached=moment, raised=moment,
    )  # fmt: skip
    delivery = AlertDelivery.objects.create(alert=alert, name="Lee", email="lee@example.org", due=moment)
    return incident_alerts.link_of(delivery)


def anchored(organisation: Organisation) -> dict[str, int]:
    """What outsiders would have said of a ledger, as rows of the right form; the pages hand them out unread."""
    row, moment = Checkpoint.objects.filter(organisation=organisation).order_by("-size")[0], now()
    name, long_ago = f"Known to {organisation.slug}", {"added": moment, "retired": moment}
    authority = Authority.objects.create(name=name, operator=name, roots_pem="-----", **long_ago)
    token = Token.objects.create(
        checkpoint=row, authority=authority, request=b"", response=b"reply", moment=moment, serial="1",
        certificate_expires=moment, received=moment, checked=moment, library_result="fails", openssl_result="fails",
    )  # fmt: skip
    vkey = Ed25519Cosigner(f"{organisation.slug}.example/witness", b"k" * 32).verifier.vkey
    witness = Witness.objects.create(name=name, operator=name, vkey=vkey, **long_ago)
    Cosignature.objects.create(
        checkpoint=row, witness=witness, line=f"— {name.replace(' ', '.')} AAAAAAA=\n", moment=moment, received=moment
    )
    refusal = Refusal.objects.create(
        organisation=organisation, witness=name, origin="o", reason="shrunk", text="shorter", size=row.size,
        note=b"note", note_sha256="0" * 64, moment=moment,
    )  # fmt: skip
    ceremony = LedgerEntry.objects.filter(organisation=organisation, kind="key.ceremony")[0]
    return {
        "size": row.size, "ceremony": ceremony.index, "token": token.pk, "authority": authority.pk,
        "witness": witness.pk, "refusal": refusal.pk,
    }  # fmt: skip


@pytest.fixture(scope="module")
def standing_world(
    django_db_setup: None,  # noqa: ARG001 - asks for the database
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[tuple[World, Callable[[], None]]]:
    """The world of the table, built once: to build it takes longer than most of what is asked of it."""
    with standing(build_world, settings.DATA.root, django_db_blocker) as stands:
        yield stands


@pytest.fixture
def world(standing_world: tuple[World, Callable[[], None]], db: None, data_directory: Path) -> World:  # noqa: ARG001 - ask for the database and its files
    """The world of the table, as it was built."""
    built, put_back = standing_world
    put_back()
    return copy.deepcopy(built)


def build_world() -> World:
    """Every kind of thing that has an address, for two organisations."""
    member = add_organisation("elm-hollow-bakery")
    desk = add_organisation("charter-desk", part="desk", kind="state-agency")
    provider = add_organisation("ridge-it", part="provider")
    member.providers.add(provider)
    security_lead = add_person("Lee", member, "security-lead")
    analyst = add_person("Ana", desk, "analyst")
    other = add_organisation("north-stonington", kind="municipality")
    other_desk = add_organisation("other-desk", part="desk", kind="state-agency")
    people = {
        "lead": security_lead,
        "lead elsewhere": add_person("Otto", other),
        "provider": add_person("Pat", provider, "provider"),
        "analyst": analyst,
        "analyst elsewhere": add_person("Ada", other_desk, "analyst"),
        "analyst of no desk": add_person("Ann", add_organisation("west-hill"), "analyst"),
        "counsel": add_person("Cora", member, "counsel"),
        "counsel elsewhere": add_person("Cole", other, "counsel"),
        "admitted": add_person("Ada-Lynn"),
        "nobody": add_person("Nan"),
        "inactive": add_person("Ina", member),
    }
    collection = sharing.open_collection(
        desk, sharing.NewCollection("Members", "members", Audience.MEMBERS, TLPLabel.AMBER_STRICT)
    )
    released, waiting = intelligence.propose_indicators(
        desk, [parse_observable("parcel-update.example"), parse_observable("parcel-second.example")], by=analyst
    ).records
    assert intelligence.release_indicator(desk, released, by=analyst).is_released
    own, others = keep_things(member, security_lead), keep_things(other, people["lead elsewhere"])
    own |= keep_apart(member, own["sha256"], people)
    own["document"] = imported_catalogs.import_document(CATALOG.read_bytes(), CATALOG.name, None).row.pk
    return World(people, member, other, _arguments(member, own, collection, released.stix_id, waiting.stix_id), others)


def take_evidence_and_refer(incident: Incident, recorder: programs.Recorder) -> Referral:
    """A file that is evidence of an incident, and the incident referred through the desk."""
    new = incident_evidence.NewItemOfEvidence(
        title="Log", what="log", collected_by="Lee", to="Lee", place="Store", purpose="Proof"
    )
    log = programs.UploadedFile("fw.log", "text/plain", io.BytesIO(b"GET /\n"))
    incident_evidence.take_upload(incident, new, log, recorder)
    case = referrals.NewReferral(
        to="State Police", basis="consent", authority="A letter", by="Lee", contact="Lee",
        desk=Organisation.objects.get(slug="charter-desk"),
    )  # fmt: skip
    return referrals.make_referral(incident, case, programs.Recorder("system"))


def keep_apart(member: Organisation, sha256: str, people: Mapping[str, User]) -> dict[str, Any]:
    """A hold, a proposal to erase, and something in the privileged workspace, by their identifiers."""
    holds.set_hold(member, holds.NewHold("Doe", "A letter", "Cora", [sha256]), programs.recorder_for(people["counsel"]))
    proposal = erasure_proposals.propose_erasure(
        member, erasure.Targets(entries=[1]), basis="Request 11", by=people["provider"]
    )
    admission = privilege.admit(member, people["admitted"].username, people["counsel"])
    new = privilege.NewPrivilegedItem(
        "note", "attorney-client", date(2026, 2, 1), "Cora", "Lee", "Advice", text="In confidence."
    )
    item = privilege.keep_privileged(member, new, people["counsel"])
    return {"proposal": proposal.pk, "admission": admission.pk, "item": item.number}


def _arguments(
    member: Organisation, own: Mapping[str, Any], collection: Collection, released: str, waiting: str
) -> dict[str, dict[str, Any]]:
    organisation = {"slug": member.slug}
    reference = {"reference": str(collection.pk)}
    arguments: dict[str, dict[str, Any]] = {name: organisation for name in TABLE if name.startswith(OF_AN_ORGANISATION)}
    arguments |= {
        name: organisation | {"number": own["incident"]}
        for name in TABLE
        if name.startswith("incidents:") and name not in NOT_OF_ONE_INCIDENT
    }
    arguments |= {
        **{name: organisation | {"number": own["exercise"]} for name in OF_ONE_EXERCISE},
        "exercises:report-file": organisation | {"number": own["exercise"], "form": "md"},
        **{
            name: {"space": own["exercise"]}
            for name in TABLE
            if name.startswith("playing:") and name != "playing:enter"
        },
        "playing:act-on": {"space": own["exercise"], "inject": "contractor-asks"},
        "alert-link": {"token": own["alert"]},
        "calendar-feed": {"token": own["calendar"]},
        **{
            name: organisation | {"kind": "cirp"}
            for name in TABLE
            if name.startswith("plans:") and name != "plans:overview"
        },
        "plans:file": organisation | {"kind": "cirp", "form": "md"},
        "plans:draft-file": organisation | {"kind": "cirp", "form": "md"},
        "plans:part": organisation | {"kind": "cirp", "part": "scope"},
        "incidents:paper": organisation | {"number": own["incident"], "paper": "situation-report", "form": "md"},
        "incidents:facts-part": organisation | {"number": own["incident"], "part": "what"},
        "incidents:log": organisation | {"number": own["incident"], "reading": own["reading"]},
        "incidents:event": organisation | {"number": own["incident"], "event": 1},
        **{
            f"incidents:{name}": organisation | {"number": own["incident"], "place": 1}
            for name in (
                "item",
                "item-label",
                "item-receipt",
                "referral",
                "referral-answer",
                "referral-packet",
            )
        },
        "desk:referral": {"number": own["referral"]},
        "desk:referral-packet": {"number": own["referral"]},
        "incidents:task": organisation | {"number": own["incident"], "playbook": "ransomware", "step": "clean"},
        "incidents:notice": organisation | {"number": own["incident"], "notice": "residents"},
        "incidents:notice-file": organisation | {"number": own["incident"], "notice": "residents", "form": "txt"},
        "incidents:notice-words": organisation | {"number": own["incident"], "notice": "residents"},
        "incidents:notice-sent": organisation | {"number": own["incident"], "notice": "residents"},
        "incidents:notice-answers": organisation | {"number": own["incident"], "group": "people"},
        "incidents:notice-withdraw": organisation | {"number": own["incident"], "sending": own["sending"]},
        "programs:practice": organisation | {"practice_id": next(iter(programs.load_practices().by_id))},
        "start:practice": organisation | {"practice_id": "name-who-leads"},
        "start:store": organisation | {"number": 1},
        "imports:meaning": organisation | {"number": own["import"]},
        "imports:rows": organisation | {"number": own["import"]},
        "imports:record": organisation | {"number": own["import"]},
        "programs:draft-part": organisation | {"part": "scope"},
        "programs:draft-policy": organisation | {"policy": "backup"},
        "programs:draft-file": organisation | {"form": "md"},
        "programs:client-report-file": organisation | {"form": "md"},
        "programs:correct-entry": organisation | {"index": own["index"]},
        "programs:close-gap": organisation | {"gap": "old-router"},
        "programs:change-plan": organisation | {"gap": "old-router"},
        "programs:edition-coverage": organisation | {"framework": "nist-csf", "edition": "2.0"},
        "programs:edition-practices": organisation | {"framework": "nist-csf", "edition": "2.0"},
        "collecting:end": organisation | {"name": "till-backups"},
        "collecting:accept": organisation | {"gap": "till-backups-silent"},
        "assessing:edition": organisation | {"framework": "nist-csf", "edition": "2.0"},
        "assessing:record-sheet": organisation | {"framework": "nist-csf", "edition": "2.0"},
        "assessing:sheet": organisation | {"framework": "nist-csf", "edition": "2.0"},
        "assessing:requirement": organisation | {"framework": "nist-csf", "edition": "2.0", "requirement": "PR.AA-01"},
        "frameworks:edition": {"framework": "nist-csf", "edition": "2.0"},
        "frameworks:element": {"framework": "nist-csf", "edition": "2.0", "identifier": "PR.AA-01"},
        "frameworks:imported": {"number": own["document"]},
        "frameworks:imported-file": {"number": own["document"]},
        "frameworks:imported-control": {"number": own["document"], "position": 0},
        "programs:supersede-evidence": organisation | {"index": own["index"]},
        "programs:entry": organisation | {"index": own["index"]},
        "programs:entry-proof": organisation | {"index": own["index"]},
        "programs:entry-header": organisation | {"index": own["index"]},
        "programs:evidence-file": organisation | {"sha256": own["sha256"]},
        "programs:dossier-file": organisation | {"number": own["dossier"]},
        "dossiers:dossier": organisation | {"number": own["dossier"]},
        "evidence:lift-hold": organisation | {"hold": "hold-1"},
        "evidence:chain": organisation | {"item": own["sha256"]},
        "evidence:chain-csv": organisation | {"item": own["sha256"]},
        "evidence:receipt": organisation | {"item": own["sha256"]},
        "evidence:decide-erasure": organisation | {"number": own["proposal"]},
        "evidence:end-admission": organisation | {"number": own["admission"]},
        "evidence:privileged-file": organisation | {"number": own["item"]},
        "anchors:ceremony": organisation | {"index": own["ceremony"]},
        "anchors:checkpoint": organisation | {"size": own["size"]},
        "anchors:cosigned": organisation | {"size": own["size"]},
        "anchors:log-key": organisation | {"size": own["size"], "algorithm": "p256"},
        "anchors:token": organisation | {"number": own["token"]},
        "anchors:certificates": organisation | {"number": own["authority"]},
        "anchors:witness-key": organisation | {"number": own["witness"]},
        "anchors:refused": organisation | {"number": own["refusal"]},
        "detections:hunt": organisation | {"number": own["hunt"]},
        "detections:send-sightings": organisation | {"number": own["hunt"]},
        "playbooks:playbook": {"identifier": "ransomware"},
        "playbooks:card": {"identifier": "ransomware"},
        "desk:report": {"number": own["report"]},
        "desk:attachment": {"number": own["report"], "position": 1},
        "desk:mail": {"number": own["report"]},
        "desk:mail-picture": {"number": own["report"], "position": 1},
        "desk:compare": {"number": own["report"]},
        "reports:paper": {"form": "pdf"},
        "desk:exports": {"number": own["report"]},
        "desk:export": {"number": own["report"], "form": "csv"},
        "desk:campaign-bundle": {"number": Campaign.objects.get().pk},
        "desk:close": {"number": own["report"]},
        "reports:more": {"code": "when"},
        "desk:campaign": {"number": Campaign.objects.get().pk},
        "desk:confirm-campaign": {"number": Campaign.objects.get().pk},
        "desk:split-campaign": {"number": Campaign.objects.get().pk},
        "desk:merge-campaign": {"number": Campaign.objects.get().pk},
        "desk:undo-decision": {"number": Campaign.objects.get().pk},
        "intelligence:propose": {"number": own["report"]},
        "witness:add-checkpoint": {"witness": member.slug},
        "witness:checkpoint": {"witness": member.slug, "origin_sha256": "0" * 64},
        "intelligence:bundle": {"alias": collection.alias},
        "intelligence:indicator": {"stix_id": waiting},
        "intelligence:release": {"stix_id": waiting},
        "intelligence:amend": {"stix_id": waiting},
        "intelligence:withdraw": {"stix_id": released},
    }
    for name in ("collection", "objects", "manifest"):
        arguments[f"taxii:{name}"] = reference
    for name in ("object", "versions"):
        arguments[f"taxii:{name}"] = reference | {"object_id": released}
    return arguments


def client_for(world: World, person: str) -> Client:
    client = Client()
    if person in world.people:
        client.force_login(world.people[person])
    if person == "inactive":
        world.people[person].is_active = False
        world.people[person].save()
    return client


def headers_for(world: World, person: str, row: Row) -> dict[str, str]:
    if not row.basic:
        return {}
    headers = {"Accept": "application/taxii+json;version=2.1"}
    if person in world.people:
        pair = base64.b64encode(f"{world.people[person].username}:{PASSWORD}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    return headers


@contextmanager
def undone() -> Iterator[None]:
    """Takes back what happens inside, so that each request meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def body_of(response: HttpResponseBase) -> bytes:
    """The whole body. Reading a stream to its end closes it, as a server would."""
    return b"".join(response) if response.streaming else bytes(response.content)


def ask(client: Client, method: str, address: str, row: Row, headers: Mapping[str, str]) -> HttpResponseBase:
    if method == "get":
        return client.get(address, headers=headers)
    return client.post(address, row.data(), headers=headers)


def alike(text: bytes, address: str, arguments: Mapping[str, Any]) -> str:
    """A page without what differs between any two addresses: the token, and the address itself, which it repeats."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text.decode())
    page = page.replace(address, "ADDRESS")
    for key, value in arguments.items():
        page = page.replace(f"/{value}/", f"/{key}/")
    return page


CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
NO_FACTS = tuple(model._meta.db_table for model in (Session, RequestCount))


@contextmanager
def written() -> Iterator[list[str]]:
    """The statements inside that write to a table. Sessions and counted requests are no facts."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.lstrip().upper().startswith(CHANGES) and not any(table in sql for table in NO_FACTS):
            found.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found


@pytest.mark.parametrize("person", PEOPLE)
def test_every_address_answers_a_person_as_the_table_says(world: World, person: str) -> None:
    client = client_for(world, person)
    faults = []
    for name, row in TABLE.items():
        for method in ("get", "post"):
            address, expected = world.address(name), row.expected(person, method)
            with undone(), written() as changes:
                response = ask(client, method, address, row, headers_for(world, person, row))
                content = body_of(response)
                # What was filed is undone, and so is the receipt that the browser holds.
                client.cookies.pop(COOKIE, None)
            is_refused = response.status_code in {401, 404, 405}
            if response.status_code != expected:
                faults.append(f"{method} {name}: {response.status_code}, not {expected}")
            if is_refused and (changes or world.others["title"].encode() in content):
                faults.append(f"{method} {name}: refused, and yet something happened")
            if response.status_code == 302 and name not in TABLE_OF_PUBLIC and person not in SIGNED_IN:
                location = response.headers["Location"]
                if not location.startswith("/account/sign-in/"):
                    faults.append(f"{method} {name}: leads a stranger to {location}")
            if name == "accounts:sign-out" and person in SIGNED_IN:
                client = client_for(world, person)
    assert not faults, "\n".join([person, *faults])


TABLE_OF_PUBLIC = frozenset(name for name, row in TABLE.items() if "anonymous" in row.allowed)


@pytest.mark.slow
@pytest.mark.parametrize("person", sorted(SIGNED_IN))
def test_what_is_forbidden_looks_like_what_is_absent(world: World, person: str) -> None:
    client = client_for(world, person)
    compared = 0
    for name, row in TABLE.items():
        absent = world.absent(name)
        if absent is None or person in row.allowed:
            continue
        for method in ("get", "post"):
            answers = []
            for address, arguments in ((world.address(name), world.arguments[name]), (absent, ABSENT)):
                with undone():
                    response = ask(client, method, address, row, headers_for(world, person, row))
                    headers = {key: value for key, value in response.headers.items() if key != "Content-Length"}
                    answers.append((response.status_code, headers, alike(body_of(response), address, arguments)))
            assert answers[0] == answers[1], f"{method} {name}"
            assert answers[0][0] in {404, 405}, f"{method} {name}"
            compared += 1
    assert compared > 10


@pytest.mark.slow
@pytest.mark.parametrize("person", ["lead", "provider"])
def test_what_is_absent_looks_the_same_to_those_who_may_see_its_neighbours(world: World, person: str) -> None:
    """The other member's numbers below the own organisation, and below theirs: both are as if they did not exist."""
    client = client_for(world, person)
    own, others, theirs = world.member.slug, world.other.slug, world.others
    for address in (
        f"/organisations/{own}/evidence/files/{theirs['sha256']}/",
        f"/organisations/{others}/evidence/files/{theirs['sha256']}/",
        f"/organisations/{own}/dossiers/{theirs['dossier']}.zip",
        f"/organisations/{others}/dossiers/{theirs['dossier']}.zip",
        f"/organisations/{own}/hunts/{theirs['hunt']}/",
        f"/organisations/{others}/hunts/{theirs['hunt']}/",
        f"/organisations/{others}/evidence/",
        f"/organisations/{others}/ledger.note",
    ):
        response = client.get(address)
        assert response.status_code == 404, address
        assert theirs["title"] not in response.content.decode()
    for address in (
        f"/organisations/{own}/hunts/{theirs['hunt']}/sightings/",
        f"/organisations/{others}/hunts/{theirs['hunt']}/sightings/",
        f"/organisations/{others}/hunts/pull/",
        f"/organisations/{others}/ledger.note",
    ):
        with written() as changes:
            assert client.post(address).status_code == 404, address
        assert not changes, address


def test_pages_of_a_member_hold_nothing_of_another(world: World) -> None:
    client = client_for(world, "lead")
    for name, row in TABLE.items():
        if row.basic or row.get != 200 or "lead" not in row.allowed:
            continue
        content = body_of(client.get(world.address(name)))
        for words in (world.others["title"], world.others["receipt"], world.others["sha256"], world.other.name):
            assert words.encode() not in content, f"{name} shows {words}"


def test_same_bytes_kept_by_two_members_stay_two_files(world: World) -> None:
    """One copy lies in the store; each member still finds its own name for it, and only after handing it in."""
    client = client_for(world, "lead elsewhere")
    own = world.arguments["programs:evidence-file"]["sha256"]
    address = f"/organisations/{world.other.slug}/evidence/files/{own}/"
    assert client.get(address).status_code == 404
    copy = SimpleUploadedFile("my-own-name.txt", f"of {world.member.slug}".encode())
    client.post(f"/organisations/{world.other.slug}/evidence/new/", evidence_form() | {"file": copy})
    response = client.get(address)
    assert "my-own-name.txt" in response.headers["Content-Disposition"]
    assert body_of(response) == f"of {world.member.slug}".encode()


def test_report_of_one_desk_is_not_shown_at_another(world: World) -> None:
    client = client_for(world, "analyst elsewhere")
    report = Report.objects.order_by("pk")[0]
    for address in ("/desk/", "/desk/arrivals/?after=0", "/desk/indicators/"):
        page = client.get(address).content.decode()
        assert report.summary not in page
        assert "more report" not in page
    assert client.get(f"/desk/reports/{report.pk}/").status_code == 404


def test_analyst_who_is_also_a_members_person_reads_no_report_of_another_desk(world: World) -> None:
    """The member filed it; that makes its people no analysts of the desk that received it."""
    person = world.people["analyst elsewhere"]
    person.memberships.create(organisation=world.member, role="security-lead")
    client = client_for(world, "analyst elsewhere")
    assert client.get(world.address("desk:report")).status_code == 404
    assert client.post(world.address("intelligence:propose"), TABLE["intelligence:propose"].data()).status_code == 404


def test_role_that_was_taken_away_is_gone_with_the_next_request(world: World) -> None:
    client = client_for(world, "provider")
    address = world.address("programs:evidence")
    assert client.get(address).status_code == 200
    world.member.providers.clear()
    assert client.get(address).status_code == 404


def test_cursor_of_one_person_is_no_good_for_another(world: World) -> None:
    address = world.address("taxii:objects")
    row = TABLE["taxii:objects"]
    first = Client().get(address, {"limit": "1"}, headers=headers_for(world, "lead", row)).json()
    asked = {"limit": "1", "next": first["next"]}
    assert Client().get(address, asked, headers=headers_for(world, "lead", row)).status_code == 200
    assert Client().get(address, asked, headers=headers_for(world, "lead elsewhere", row)).status_code == 400


def test_session_of_a_browser_opens_no_feed(world: World) -> None:
    client = client_for(world, "lead")
    response = client.get(world.address("taxii:objects"), headers={"Accept": "application/taxii+json;version=2.1"})
    assert response.status_code == 401


NO_IDENTIFIERS = (
    "/organisations/elm-hollow-bakery/hunts/99999999999999999999999999/",
    "/organisations/elm-hollow-bakery/dossiers/99999999999999999999999999.zip",
    "/organisations/elm-hollow-bakery/evidence/files/..%2F..%2Fkeys/",
    "/organisations/elm-hollow-bakery/evidence/files/%00/",
    "/organisations/elm-hollow-bakery/evidence/files/%C3%28/",
    "/organisations/elm-hollow-bakery/evidence/?page=%00&entry=%C2%B2",
    "/desk/reports/99999999999999999999999999/",
    "/desk/campaigns/0/",
    "/desk/arrivals/?after=%C2%B2",
    "/desk/arrivals/?after=-1",
    "/desk/indicators/%00/",
    "/intelligence/%00.json",
    "/taxii2/api/collections/%00/",
    "/taxii2/api/collections/%00/objects/",
    "/taxii2/api/collections/members/objects/%00/",
    "/taxii2/api/collections/members/objects/?match[id]=%00&match[type]=%00",
    "/taxii2/api/collections/members/objects/?next=%00",
    "/account/sign-in/?next=%00",
)


@pytest.mark.parametrize("person", ["lead", "analyst"])
def test_identifier_that_is_none_is_absent_and_no_fault(world: World, person: str) -> None:
    client = client_for(world, person)
    for address in NO_IDENTIFIERS:
        row = TABLE["taxii:objects" if address.startswith("/taxii2") else "home"]
        response = client.get(address, headers=headers_for(world, person, row))
        assert response.status_code in {200, 302, 400, 404}, address


@pytest.mark.parametrize("person", ["lead", "analyst"])
def test_nothing_changes_without_the_forms_token(world: World, person: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people[person])
    for name, row in TABLE.items():
        if row.post != 405 and not row.without_token:
            with written() as changes:
                assert client.post(world.address(name), row.data()).status_code == 403, name
            assert not changes, name


@pytest.mark.parametrize("person", ["anonymous", "lead", "analyst"])
def test_methods_that_no_page_has_change_nothing(world: World, person: str) -> None:
    client = client_for(world, person)
    for name in TABLE:
        for method in (client.put, client.patch, client.delete):
            with written() as changes:
                response = method(world.address(name), headers={"X-HTTP-Method-Override": "POST"})
            assert response.status_code in {302, 404, 405}, name
            assert not changes, name


def test_the_table_knows_the_time() -> None:
    """The days in its forms lie in the past."""
    assert date(2026, 2, 1) < now().date()
