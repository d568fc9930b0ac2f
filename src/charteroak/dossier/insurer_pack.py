"""The record in the shape in which insurers and pools ask: question, answer, since when, what shows it, how old.

The answer is worked out from what is on record alone, and never rounds up:

- *yes*: every practice that the question rests on was answered yes and is shown by evidence that is fresh;
- *no*: at least one was answered no, and none yes or partly;
- *not on record*: nobody recorded an answer to any of them;
- *partly*: everything between, evidence that has grown old included.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from charteroak.clock import format_instant
from charteroak.documents.dossier_document import RecordState, Subject
from charteroak.documents.insurer_pack import InsurerAnswer, InsurerDocument, InsurerRow
from charteroak.dossier import layout, texts
from charteroak.dossier.contents import Dossier, DossierFile, DossierSubject
from charteroak.dossier.parts.words import title_of
from charteroak.ledger.log_keys import LogKeys
from charteroak.program.exhibits import exhibits_of
from charteroak.program.findings import Finding
from charteroak.program.status import ProgramStatus
from charteroak.program.tables import render_csv

ANSWERS = {"yes": "yes", "partly": "partly", "no": "no", "not-on-record": "not on record"}
COLUMNS = ("Number", "Question", "Answer", "Since", "Newest evidence", "SHA-256", "Age in days", "Practices", "Entries")
NOTE = (
    "These are our questions and not an insurer's form. Each answer says what the record holds on the day; the "
    "applicant answers the form itself and should have it read by whoever gives advice on the policy."
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the practices that speak to it."""

    text: str
    practices: tuple[str, ...]


@cache
def load_questions() -> tuple[Question, ...]:
    """The questions that come with this release."""
    text = (files("charteroak.dossier") / "data" / "insurer_questions.toml").read_text(encoding="utf-8")
    return tuple(Question(row["text"], tuple(row["practices"])) for row in tomllib.loads(text)["question"])


def insurer_rows(status: ProgramStatus) -> tuple[InsurerRow, ...]:
    """What the record holds about each question on the day of a status."""
    return tuple(
        _row(number, question, [status.findings[practice] for practice in question.practices])
        for number, question in enumerate(load_questions(), start=1)
    )


@dataclass(frozen=True, slots=True)
class InsurerPack:
    """Everything that the pack is made from."""

    organisation: DossierSubject
    as_of: date
    known_at: datetime
    rows: Sequence[InsurerRow]
    record: RecordState

    @property
    def document(self) -> InsurerDocument:
        """What the PDF says."""
        subject = self.organisation
        return InsurerDocument(
            organisation=Subject(
                name=subject.name, slug=subject.slug, kind=subject.kind, is_fictional=subject.is_fictional
            ),
            as_of=self.as_of,
            known_at=self.known_at,
            rows=tuple(self.rows),
            record=self.record,
            note=NOTE,
        )


def build_insurer_pack(pack: InsurerPack, pdf: bytes, checkpoint_note: bytes, keys: LogKeys) -> Dossier:
    """The pack as files: the same for the same record, with a manifest that the log's two keys sign."""
    contents = {
        "READ-ME.txt": _read_me(pack),
        "answers.csv": render_csv(COLUMNS, map(_cells, pack.rows)),
        "answers.json": texts.render_json(pack_document(pack)),
        "answers.pdf": pdf,
        "checkpoint.note": checkpoint_note,
        "log.ed25519.vkey": f"{keys.public.vkeys[0]}\n".encode(),
        "log.p256.pem": keys.p256.verifier.spki_pem,
    }
    listed = [_file(name, content) for name, content in sorted(contents.items())]
    manifest = "".join(f"{file.sha256}  {file.name}\n" for file in listed).encode("ascii")
    listed += [
        _file(layout.MANIFEST, manifest),
        _file(layout.MANIFEST_ED25519, keys.ed25519.sign(manifest)),
        _file(layout.MANIFEST_P256, keys.p256.sign(manifest)),
    ]
    return Dossier(
        folder=f"insurer-{pack.organisation.slug}-{pack.as_of.isoformat()}",
        files=tuple(sorted(listed, key=lambda file: layout.place_in_order(file.name))),
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        verifier_sha256="",
    )


def pack_document(pack: InsurerPack) -> dict[str, object]:
    """The answers as a JSON object."""
    return {
        "format": "charteroak.insurer/1",
        "organisation": pack.organisation.slug,
        "asOf": pack.as_of.isoformat(),
        "knownAt": format_instant(pack.known_at),
        "log": {"origin": pack.record.origin, "size": pack.record.size, "root": pack.record.root},
        "answers": [
            {
                "number": row.number,
                "question": row.question,
                "answer": row.answer,
                "since": None if row.since is None else row.since.isoformat(),
                "newestEvidence": row.newest or None,
                "sha256": row.sha256 or None,
                "ageDays": row.age_days,
                "practices": list(row.practices),
                "entries": list(row.entries),
            }
            for row in pack.rows
        ],
        "note": NOTE,
        "notLegalAdvice": True,
    }


def _row(number: int, question: Question, findings: Sequence[Finding]) -> InsurerRow:
    shown = [finding for finding in findings if finding.newest is not None]
    newest = max(shown, key=lambda f: f.newest.order if f.newest is not None else (), default=None)
    fact = None if newest is None else newest.newest
    digests = [] if fact is None else [exhibit.sha256 for exhibit in exhibits_of(fact)]
    answered = [finding.answered for finding in findings if finding.answered is not None]
    return InsurerRow(
        number=number,
        question=question.text,
        answer=_answer(findings),
        since=max((each.first_day for each in answered), default=None),
        practices=question.practices,
        newest="" if fact is None else title_of(fact),
        sha256=digests[0] if digests else "",
        age_days=None if newest is None else newest.age_days,
        entries=tuple(sorted({each.index for each in (*answered, *([] if fact is None else [fact]))})),
    )


def _answer(findings: Iterable[Finding]) -> InsurerAnswer:
    each = list(findings)
    answers = {finding.answer for finding in each}
    if answers == {"unknown"}:
        return "not-on-record"
    if "no" in answers and not answers & {"yes", "partly"}:
        return "no"
    return "yes" if all(finding.is_shown for finding in each) else "partly"


def _cells(row: InsurerRow) -> Mapping[str, object]:
    values = (
        row.number, row.question, ANSWERS[row.answer], row.since, row.newest, row.sha256, row.age_days,
        "; ".join(row.practices), "; ".join(map(str, row.entries)),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _read_me(pack: InsurerPack) -> bytes:
    banner = "MADE-UP SAMPLE ORGANIZATION. NOTHING IN IT HAPPENED.\n\n" if pack.organisation.is_fictional else ""
    return (
        f"{banner}SECURITY ANSWERS OF {pack.organisation.name}\n\n"
        f"As of {pack.as_of.isoformat()}, from {pack.record.size} entries of the log {pack.record.origin}.\n"
        f"{pack.record.last_anchor}\n\n{NOTE}\n\n"
        "answers.pdf is for people, answers.csv for spreadsheets, answers.json for programs: the same answers.\n"
        "MANIFEST.sha256 lists the files and is signed by the log's two keys:\n\n"
        "    sha256sum -c MANIFEST.sha256\n"
        "    openssl dgst -sha256 -verify log.p256.pem -signature MANIFEST.sha256.p256.sig MANIFEST.sha256\n\n"
        "The digests in the answers name evidence that is not enclosed. Ask for it, or for a dossier, to check them.\n"
        f"\n{texts.NOT_LEGAL_ADVICE}\n"
    ).encode()


def _file(name: str, content: bytes) -> DossierFile:
    return DossierFile(name, hashlib.sha256(content).hexdigest(), content)
