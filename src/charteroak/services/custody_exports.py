"""The custody of one incident as a file to hand over: the entries of its chains, their files, and how to check it."""

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from charteroak.adapters.software_identity import software_identity
from charteroak.clock import connecticut_day
from charteroak.dossier.archive import write_archive
from charteroak.dossier.contents import Dossier, DossierSubject, SignedCheckpoint
from charteroak.dossier.custody_export import CustodyRequest, build_custody_export, digests_of_items
from charteroak.dossier.entries import named_digests
from charteroak.ledger.entry import Entry
from charteroak.program.recorded import read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import Checkpoint as CheckpointRow
from charteroak.services.access import Role, require_role
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.dossier_sources import checkpoints_to_enclose, proofs_under, sources_of
from charteroak.services.incident_evidence import items_of
from charteroak.services.log_keys import keys_in_force, verifiers_of
from charteroak.services.programs import ProgramInputError, Recorder
from charteroak.services.selected import read_selected

EXPORTERS = (Role.SECURITY_LEAD, Role.PROVIDER, Role.COUNSEL)


def export_custody(incident: Incident, target: BinaryIO, recorder: Recorder) -> Dossier:
    """Write the custody of an incident as a zip file with its own ``verify.sh``.

    Raises:
        AccessError: the person may not.
        ProgramInputError: the incident has no item of evidence.
        VerificationError: the record does not hold; nothing is made from it.
    """
    if recorder.user is not None:
        require_role(recorder.user, incident.organisation, *EXPORTERS)
    entries = entries_of_items(incident)
    request = custody_request(incident, entries, name=incident.number)
    made = build_custody_export(request)
    write_archive(made, target)
    return made


def export_file_name(incident: Incident) -> str:
    """What the file of an incident's custody is called."""
    return f"custody-{incident.organisation.slug}-{incident.number.lower()}.zip"


def entries_of_items(incident: Incident) -> list[Entry]:
    """The entries that the chains of an incident's items are made of, in the order of the log.

    Raises:
        ProgramInputError: the incident has no item of evidence.
    """
    items = items_of(incident)
    if not items:
        raise ProgramInputError("This incident has no item of evidence yet.", field="items")
    indexes = {item.entry for item in items}.union(link.entry for item in items for link in item.chain.links)
    return list(read_selected(incident.organisation, sorted(indexes)))


def custody_request(
    incident: Incident,
    entries: Sequence[Entry],
    *,
    name: str,
    withheld: Mapping[str, str] | None = None,
    further_files: Mapping[str, bytes] | None = None,
    title: str = "CUSTODY OF EVIDENCE",
) -> CustodyRequest:
    """What an export of some entries is built from, under a checkpoint over everything recorded so far."""
    organisation = incident.organisation
    checkpoint = make_checkpoint(organisation)
    evidence, missing = sources_of(organisation, digests_of(entries), withheld or {})
    return CustodyRequest(
        organisation=DossierSubject(
            organisation.name, organisation.slug, organisation.kind, is_fictional=organisation.is_fictional
        ),
        incident=incident.number,
        name=name,
        entries=entries,
        proof_of=proofs_under(organisation, checkpoint).proof_of,
        checkpoints=_newest(organisation, checkpoint),
        keys=keys_in_force(organisation),
        verifiers=verifiers_of(organisation),
        evidence=evidence,
        software_version=software_identity().version,
        not_enclosed=missing,
        further_files=further_files or {},
        title=title,
    )


def digests_of(entries: Sequence[Entry]) -> set[str]:
    """The files that some entries name: as evidence, or as an item."""
    named = {digest.sha256 for entry in entries for digest in named_digests(entry)}
    return named.union(digests_of_items([read_fact(entry) for entry in entries]))


def _newest(organisation: Organisation, checkpoint: CheckpointRow) -> tuple[SignedCheckpoint, ...]:
    """The newest checkpoint alone: some entries cannot show that an older one is a part of it."""
    day = connecticut_day(checkpoint.created)
    return tuple(
        each for each in checkpoints_to_enclose(organisation, checkpoint, day, day) if each.size == checkpoint.size
    )
