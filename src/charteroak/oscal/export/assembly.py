"""One document while it is made: identifiers, people and resources, collected as they are named."""

from datetime import date, datetime, time

from charteroak.clock import CONNECTICUT, format_instant
from charteroak.frameworks.catalog import EditionName
from charteroak.oscal.document import Document, Json, told_apart
from charteroak.oscal.export.record import ExportedRecord
from charteroak.oscal.identifiers import NAMESPACE, control_id, objective_id, stable_uuid
from charteroak.oscal.models import Model
from charteroak.oscal.texts import marked, marked_line, value
from charteroak.program.exhibits import exhibits_of
from charteroak.program.recorded import DayOrInstant, RecordedFact, first_moment

WRITTEN_VERSION = "1.2.1"
"""The OSCAL version of what is written. Everything in it is valid under 1.2.1 and 1.2.3; other tools lag."""
NO_ADVICE = (
    "Made by Charter Oak from entries of the organization's record. It says what the record shows. It does not say "
    "that anyone complies with anything, and it is not legal advice."
)
_ROLES = {
    "organization": "The organization whose record this is",
    "assessor": "Who assessed",
    "owner": "Who closes a gap",
    "approver": "Who accepted an exception",
}
_CATALOG_FILES = {
    EditionName("nist-800-53", "r5"): "NIST_SP-800-53_rev5_catalog.json",
    EditionName("nist-800-53", "5.1.1"): "NIST_SP-800-53_rev5_catalog.json",
    EditionName("nist-800-53", "5.2.0"): "NIST_SP-800-53_rev5_catalog.json",
    EditionName("fedramp", "rev5"): "NIST_SP-800-53_rev5_catalog.json",
    EditionName("nist-800-171", "r3"): "NIST_SP800-171_rev3_catalog.json",
    EditionName("nist-csf", "2.0"): "NIST_CSF_v2.0_catalog.json",
}
"""What NIST calls the file of the catalog, where there is one."""


def prop(name: str, text: str) -> Json:
    """A property of our namespace."""
    return {"name": name, "ns": NAMESPACE, "value": value(text)}


def moment(when: DayOrInstant) -> str:
    """A day or instant as OSCAL writes time; a day as its first moment in Connecticut."""
    return format_instant(first_moment(when))


def end_of(day: date) -> str:
    """The last second of a day in Connecticut."""
    return format_instant(datetime.combine(day, time(23, 59, 59), tzinfo=CONNECTICUT))


class Assembly:
    """One document about one record."""

    def __init__(self, record: ExportedRecord, model: Model) -> None:
        self.record = record
        self._model = model
        self._parties: dict[str, Json] = {}
        self._roles: dict[str, set[str]] = {}
        self._resources: dict[str, Json] = {}
        self.organization = self._party("organization", record.name, "organization")

    def uuid(self, *names: str) -> str:
        """The identifier that a thing of this record has in every document and at every time."""
        return stable_uuid(self.record.slug, *names)

    def document_uuid(self, model: Model) -> str:
        """The identifier of a document of this record, edition, day and state of knowledge."""
        record = self.record
        return self.uuid("document", model.value, str(record.edition), record.day.isoformat(), str(record.entries))

    def person(self, name: str, role: str) -> str:
        """The party for a person whom the record names in a role."""
        return self._party("person", name, role)

    def _party(self, kind: str, name: str, role: str) -> str:
        identifier = self.uuid(kind, name)
        self._parties[identifier] = {"uuid": identifier, "type": kind, "name": value(name)}
        self._roles.setdefault(role, set()).add(identifier)
        return identifier

    def control(self, identifier: str) -> str:
        """The OSCAL identifier of a requirement of the edition."""
        return control_id(self.record.edition, identifier)

    def objective(self, identifier: str) -> str:
        """The OSCAL identifier of an objective; of a requirement where that is asked about as a whole."""
        companion = self.record.companion
        if companion is None or identifier in self.record.catalog:
            return self.control(identifier)
        return objective_id(companion, identifier)

    def catalog_reference(self) -> str:
        """A reference to the catalog of the edition, as a resource of this document."""
        catalog = self.record.catalog
        identifier = stable_uuid("catalog", str(catalog.name))
        resource: Json = {
            "uuid": identifier,
            "title": marked_line(catalog.title),
            "description": marked(f"Published by {catalog.publisher} on {catalog.published.isoformat()}."),
            "props": [prop("framework", catalog.name.framework), prop("edition", catalog.name.edition)],
        }
        if catalog.name in _CATALOG_FILES:
            resource["rlinks"] = [
                {"href": _CATALOG_FILES[catalog.name], "media-type": "application/oscal.catalog+json"}
            ]
        self._resources[identifier] = resource
        return f"#{identifier}"

    def document_reference(self, model: Model) -> str:
        """A reference to another document of the same record and day, which is made by itself."""
        identifier = self.document_uuid(model)
        self._resources[identifier] = {
            "uuid": identifier,
            "title": f"{model.value} of {marked_line(self.record.name)}",
            "description": "Another document made from the same record, with this identifier as its own.",
            "rlinks": [{"href": f"{self.record.slug}-{model.value}.json", "media-type": "application/oscal+json"}],
        }
        return f"#{identifier}"

    def evidence(self, fact: RecordedFact) -> list[Json]:
        """The files that an entry names as relevant evidence, each a resource with its digest."""
        return [
            {"href": self._file(each.sha256, each.name, each.media_type), "description": marked_line(_title(fact))}
            for each in exhibits_of(fact)
        ] or [{"description": marked_line(_title(fact)), "props": [prop("entry", str(fact.index))]}]

    def _file(self, sha256: str, name: str, media_type: str) -> str:
        identifier = self.uuid("file", sha256)
        link: Json = {"href": f"evidence/{sha256}", "hashes": [{"algorithm": "SHA-256", "value": sha256}]}
        if media_type:
            link["media-type"] = value(media_type)
        self._resources[identifier] = {
            "uuid": identifier,
            "title": marked_line(name),
            "props": [{"name": "type", "value": "evidence"}],
            "rlinks": [link],
        }
        return f"#{identifier}"

    def origin(self, party: str, role: str) -> list[Json]:
        """Who something comes from."""
        return [{"actors": [{"type": "party", "actor-uuid": party, "role-id": role}]}]

    def entry_props(self, fact: RecordedFact) -> list[Json]:
        """Where an entry stands in the ledger, and when it was recorded."""
        return [
            prop("entry", str(fact.index)),
            prop("recorded", format_instant(fact.recorded)),
            prop("body-sha256", fact.body_sha256),
        ]

    def finished(self, title: str, content: Json) -> Document:
        """The document, with everything that was named on the way."""
        record = self.record
        body: Json = {
            "uuid": self.document_uuid(self._model),
            "metadata": {
                "title": f"{title}: {marked_line(record.name)}",
                "last-modified": format_instant(record.made),
                "version": f"{record.day.isoformat()}.{record.entries}",
                "oscal-version": WRITTEN_VERSION,
                "props": [
                    prop("as-of", record.day.isoformat()),
                    prop("entries", str(record.entries)),
                    prop("framework", record.edition.framework),
                    prop("edition", record.edition.edition),
                ],
                "roles": [{"id": role, "title": _ROLES[role]} for role in sorted(self._roles)],
                "parties": [self._parties[key] for key in sorted(self._parties)],
                "responsible-parties": [
                    {"role-id": role, "party-uuids": sorted(parties)} for role, parties in sorted(self._roles.items())
                ],
                "remarks": NO_ADVICE,
            },
            **{member: part for member, part in content.items() if part},
        }
        if self._resources:
            body["back-matter"] = {"resources": [self._resources[key] for key in sorted(self._resources)]}
        return told_apart({self._model.value: body})


def _title(fact: RecordedFact) -> str:
    return str(getattr(fact.body, "title", "")) or fact.kind
