"""The papers of an item of evidence: the label that sticks on it, and the receipt that goes with it."""

from django.conf import settings

from charteroak.documents.custody_receipt import CustodyReceipt, render_receipt
from charteroak.documents.dossier_document import Subject
from charteroak.documents.item_label import ItemLabel, render_label
from charteroak.program.incident_items import IncidentItem, label_text
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.services.log_keys import origin_of


def label_of(incident: Incident, item: IncidentItem) -> bytes:
    """An item's label as PDF."""
    organisation = incident.organisation
    first = next(link for link in item.chain.links if link.entry == item.entry)
    return render_label(
        ItemLabel(
            organisation=organisation.name,
            item=item.name,
            title=item.taken.title,
            sha256=item.digest,
            check=item.check,
            serial=item.taken.serial,
            seal=item.taken.seal,
            taken=first.recorded,
            taken_by=item.taken.collected_by,
            code_text=_label_text(organisation, item),
            is_fictional=organisation.is_fictional,
        )
    )


def receipt_of(incident: Incident, item: IncidentItem, *, code: str = "") -> bytes:
    """The receipt for the offer that waits, or for the last step of an item's chain, as PDF.

    ``code`` is the one-time code of an offer to somebody outside; it is known only when the offer is made.
    """
    organisation, chain = incident.organisation, item.chain
    step = chain.offer or chain.links[-1]
    return render_receipt(
        CustodyReceipt(
            organisation=Subject(
                name=organisation.name,
                slug=organisation.slug,
                kind=organisation.kind,
                is_fictional=organisation.is_fictional,
            ),
            item=f"{item.name}: {item.taken.title}",
            description=", ".join(
                word for word in (item.taken.maker, item.taken.model, _serial(item), item.taken.description) if word
            ),
            sha256=item.digest,
            from_=step.from_,
            to=step.received_by or step.to or _person(step.actor),
            purpose=step.purpose,
            place=step.place,
            when=step.recorded,
            origin=origin_of(organisation),
            entry=step.entry,
            body_sha256=step.body_sha256,
            agency=step.agency,
            badge=step.badge,
            condition=step.condition,
            label=_label_text(organisation, item),
            check=item.check,
            code=code,
            expires=step.expires,
        )
    )


def _serial(item: IncidentItem) -> str:
    return f"serial number {item.taken.serial}" if item.taken.serial else ""


def _label_text(organisation: Organisation, item: IncidentItem) -> str:
    return label_text(organisation.slug, item.name, item.digest, settings.PUBLIC_ADDRESS)


def _person(actor: str) -> str:
    user = User.objects.filter(actor_id=actor.removeprefix("user:")).first() if actor.startswith("user:") else None
    return actor if user is None else str(user)
