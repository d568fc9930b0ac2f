"""The papers of a referral: the packet as PDF, its machine-readable twin, and the indicators in both spellings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256 as digest_of
from typing import Any, Literal

from charteroak.clock import CONNECTICUT, format_instant
from charteroak.documents.dossier_document import Subject
from charteroak.documents.referral_packet import (
    PacketEvent,
    PacketIndicator,
    PacketItem,
    PacketStep,
    ReferralPacket,
    render_packet,
)
from charteroak.dossier import texts
from charteroak.dossier.custody_export import CustodyRequest, custody_document
from charteroak.dossier.packaged import packaged_custody_verifier
from charteroak.intel.patterns import stix_pattern
from charteroak.observables import defang
from charteroak.program.incident_items import IncidentItem
from charteroak.program.referral import REASONS, Selection
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.response.fact_words import fact_rows
from charteroak.services.incidents import document_of, standing_events

Basis = Literal["consent", "warrant", "subpoena", "court-order", "statute", "victim-report"]
FORMAT = "charteroak.referral/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReferral:
    """What is asked about a referral: to whom, on which ground, what happened and what it cost."""

    to: str
    contact: str
    basis: Basis
    authority: str
    by: str
    summary: str = ""
    loss: str = ""
    indicators: str = ""
    reporters_agreed: bool = False
    desk: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A referral before its papers: its number, its items, what was decided, and when."""

    number: int
    items: Sequence[IncidentItem]
    selection: Selection
    made: datetime


def papers_of(incident: Incident, new: NewReferral, prepared: Prepared, request: CustodyRequest) -> dict[str, bytes]:
    """The files of a referral beside its custody; no word in them that the selection keeps back."""
    packet = _packet(incident, new, prepared, request)
    return {
        "referral.pdf": render_packet(packet),
        "referral.json": texts.render_json(_document(incident, new, prepared, request, packet)),
        "indicators.json": texts.render_json({"indicators": _indicators(prepared)}),
        "indicators.txt": "".join(f"{defang(each)}\n" for each in prepared.selection.indicators).encode()
        or b"No indicator was handed in.\n",
    }


def _packet(incident: Incident, new: NewReferral, prepared: Prepared, request: CustodyRequest) -> ReferralPacket:
    organisation, clean = incident.organisation, prepared.selection.clean
    return ReferralPacket(
        organisation=Subject(
            name=organisation.name,
            slug=organisation.slug,
            kind=organisation.kind,
            is_fictional=organisation.is_fictional,
        ),
        incident=incident.number,
        referral=prepared.number,
        to=new.to,
        by=new.by,
        contact=new.contact,
        basis=new.basis,
        authority=clean(new.authority),
        made=prepared.made,
        outcome=incident.get_outcome_display(),
        summary=clean(new.summary) or "No account was written.",
        facts=tuple((name, clean(value)) for name, value in fact_rows(document_of(incident), CONNECTICUT)),
        loss=clean(new.loss),
        events=tuple(_event(event, prepared.selection) for event in standing_events(incident)),
        indicators=tuple(
            PacketIndicator(type=str(each.type), defanged=defang(each)) for each in prepared.selection.indicators
        ),
        items=tuple(_item(item, prepared.selection, request) for item in prepared.items),
        left_out=tuple((each.what, REASONS[each.reason]) for each in prepared.selection.left_out),
        origin=request.verifiers.origin,
        log_size=request.checkpoints[-1].size,
        keys=request.keys.public.vkeys,
        verifier_sha256=digest_of(packaged_custody_verifier()).hexdigest(),
    )


def _document(
    incident: Incident, new: NewReferral, prepared: Prepared, request: CustodyRequest, packet: ReferralPacket
) -> dict[str, Any]:
    clean = prepared.selection.clean
    return {
        "format": FORMAT,
        "organisation": {
            "name": packet.organisation.name, "slug": packet.organisation.slug, "kind": packet.organisation.kind,
        },
        "fictional": packet.organisation.is_fictional,
        "incident": incident.number,
        "referral": prepared.number,
        "made": format_instant(prepared.made),
        "to": new.to,
        "by": new.by,
        "contact": new.contact,
        "basis": {"kind": new.basis, "authority": packet.authority},
        "outcome": incident.outcome,
        "summary": packet.summary,
        "loss": packet.loss,
        "facts": [{"name": name, "value": value} for name, value in packet.facts],
        "timeline": [
            {
                "earliest": format_instant(event.earliest),
                "latest": format_instant(event.latest),
                "precision": event.precision,
                "source": event.source,
                "what": clean(event.what),
            }
            for event in packet.events
        ],
        "indicators": _indicators(prepared),
        "evidence": custody_document(request.entries, request.incident, request.organisation)["items"],
        "leftOut": [{"what": what, "why": why} for what, why in packet.left_out],
        "notLegalAdvice": True,
    }  # fmt: skip


def _indicators(prepared: Prepared) -> list[dict[str, str]]:
    return [
        {"type": str(each.type), "value": each.value, "defanged": defang(each), "stixPattern": stix_pattern(each)}
        for each in prepared.selection.indicators
    ]


def _event(event: IncidentEvent, selection: Selection) -> PacketEvent:
    return PacketEvent(
        earliest=event.earliest,
        latest=event.latest,
        precision=event.precision,
        source=event.get_source_display(),
        what=selection.clean(event.what),
    )


def _item(item: IncidentItem, selection: Selection, request: CustodyRequest) -> PacketItem:
    clean, taken = selection.clean, item.taken
    made = " ".join(word for word in (taken.maker, taken.model) if word)
    serial = f"serial number {taken.serial}" if taken.serial else ""
    collected = f"collected by {taken.collected_by}"
    return PacketItem(
        name=item.name,
        title=clean(taken.title),
        what=taken.what,
        sha256=item.digest,
        check=item.check,
        holder=clean(_name_of(item.chain.holder)),
        collected=clean(", ".join(word for word in (made, serial, collected, taken.method) if word)),
        enclosed=item.digest in request.evidence,
        steps=tuple(
            PacketStep(
                at=link.recorded,
                entry=link.entry,
                step=link.step,
                from_="" if link.step in {"taken", "listed"} else clean(link.from_),
                to=clean(link.received_by or link.to or _name_of(link.actor)),
                why=clean(
                    ", ".join(word for word in (link.purpose, link.place, link.agency, link.badge, link.means) if word)
                ),
            )
            for link in item.chain.links
        ),
    )


def _name_of(actor: str) -> str:
    """A person's name for an opaque actor; the log's own word where the name was forgotten."""
    user = User.objects.filter(actor_id=actor.removeprefix("user:")).first() if actor.startswith("user:") else None
    return actor if user is None else str(user)
