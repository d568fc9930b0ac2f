"""Holding a ledger against what somebody outside kept of it: signed checkpoints and time-stamp tokens, as files.

Whoever has the database *and* the signing keys can make a whole new history that verifies in itself. It cannot agree
with what others hold. Roots are made here from the headers alone; neither stored hashes nor stored checkpoints are
believed, and roots of authorities can be handed in, since the stored ones are the operator's too.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from charteroak.adapters.openssl import check_reply
from charteroak.clock import format_instant
from charteroak.errors import CharterOakError, CouldNotError, InputError, SourceLocation, VerificationError
from charteroak.ledger.checkpoint import Checkpoint, parse_checkpoint
from charteroak.ledger.keys import parse_vkey
from charteroak.ledger.log_keys import LogVerifiers
from charteroak.ledger.note import NoteVerifier, SignedNote, parse_note, render_note, verify_note
from charteroak.ledger.timestamp import TimestampToken, parse_timestamp_response
from charteroak.ledger.timestamp_check import CheckOutcome, check_token, parse_certificates
from charteroak.ledger.tree import Frontier, hash_leaf
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Authority
from charteroak.records.ledger.models import Checkpoint as CheckpointRow
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.anchors import AnchorAge, anchor_age
from charteroak.services.ledger import to_domain
from charteroak.services.log_keys import origin_of, verifiers_of


class HeldFileError(InputError):
    """A kept file is not what it was given as, or is of another ledger."""

    code: ClassVar[str] = "ledger.held-file"


@dataclass(frozen=True, slots=True)
class Held:
    """A file that somebody kept: its name, for the answer, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the ledger of today says to one kept file. ``size`` is how many entries the file speaks of."""

    name: str
    holds: bool
    size: int
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """The comparison as a JSON object."""
        return {"file": self.name, "holds": self.holds, "size": self.size, "found": self.sentence}


@dataclass(frozen=True, slots=True)
class _Note:
    """A kept checkpoint, read."""

    name: str
    data: bytes
    note: SignedNote
    checkpoint: Checkpoint


def compare_held(
    organisation: Organisation,
    checkpoints: Sequence[Held],
    tokens: Sequence[Held] = (),
    *,
    vkeys: Sequence[str] = (),
    roots_pem: Sequence[bytes] = (),
) -> list[Comparison]:
    """Hold the ledger against kept checkpoints and tokens. What does not hold is an answer and raises nothing.

    ``vkeys`` are keys of the log as the holder knows them, ``roots_pem`` certificates of authorities; without them
    those of this installation are believed, which an operator could have replaced.

    Raises:
        HeldFileError: a file is no checkpoint or no token, or a checkpoint is of another ledger.
        KeyFormatError, CertificateFormatError: a key or a certificate cannot be read.
    """
    parsed = [(held.name, _read_token(held)) for held in tokens]
    given = [_read(organisation, held) for held in checkpoints]
    for bundle in roots_pem:
        parse_certificates(bundle)
    stored = _stored_notes(organisation, {token.digest for _, token in parsed})
    notes = sorted((*given, *stored), key=lambda note: note.checkpoint.size)
    replayed = _replayed(organisation, {note.checkpoint.size for note in notes})
    trusted = [parse_vkey(text) for text in vkeys]
    verifiers = verifiers_of(organisation)
    found = []
    agreed = 0
    for note in notes:
        fault = replayed.fault_of(note.checkpoint, agreed) or _fault_of_signature(note, verifiers, trusted)
        agreed = agreed if fault else note.checkpoint.size
        count = note.checkpoint.size
        sentence = fault or f"the first {count} entries are those that were signed."
        found.append(Comparison(note.name, not fault, count, sentence))
    by_token = [_compare_token(organisation, each, list(zip(notes, found, strict=True)), roots_pem) for each in parsed]
    return [*(one for note, one in zip(notes, found, strict=True) if note in given), *by_token]


@dataclass(frozen=True, slots=True)
class _Replayed:
    """The roots of the ledger as it stands, for some sizes."""

    entries: int
    roots: dict[int, bytes]

    def fault_of(self, checkpoint: Checkpoint, agreed: int) -> str:
        """Why these entries are not what was signed, when the first ``agreed`` ones are; empty if they are."""
        size = checkpoint.size
        if size > self.entries:
            return (
                f"the ledger ends after {self.entries} entries, {size} were signed: entry {self.entries} and what came "
                "after it are gone."
            )
        if self.roots[size] == checkpoint.root:
            return ""
        if size == agreed + 1:
            return f"of the {size} entries that were signed, entry {agreed} is another one now."
        return f"the {size} entries that were signed are others now: the first is one of {agreed} to {size - 1}."


def window_of(organisation: Organisation, comparisons: Iterable[Comparison] = ()) -> tuple[AnchorAge, str]:
    """What could still be altered unseen, in a sentence: all that came after the last thing that an outsider holds."""
    age = anchor_age(organisation)
    shown = max((one.size for one in comparisons if one.holds), default=0)
    seen = max(age.size, shown)
    after = age.entries - seen
    if not seen:
        return age, (
            f"No outsider has seen this ledger: all {age.entries} entries could still be altered unseen by whoever has "
            "the database and the keys."
        )
    by = f"{age.by} saw them on {age.last:%Y-%m-%d %H:%M} UTC" if age.size >= shown else "that is what you hold"
    rest = "Nothing has come since."
    if after:
        what = f"What came after ({after} {'entry' if after == 1 else 'entries'})"
        rest = f"{what} could still be altered unseen by whoever has the database and the keys."
    return age, f"The first {seen} entries are held from outside ({by}). {rest}"


def _read(organisation: Organisation, held: Held) -> _Note:
    place = SourceLocation(path=held.name)
    try:
        note = parse_note(held.data)
        checkpoint = parse_checkpoint(note.text)
    except InputError as error:
        raise HeldFileError(error.message, remedy="Give a checkpoint as it was handed out.", location=place) from error
    if checkpoint.origin != origin_of(organisation):
        raise HeldFileError(
            f"This is a checkpoint of {checkpoint.origin!r}, not of {origin_of(organisation)!r}.",
            remedy="Choose the ledger with --org.",
            location=place,
        )
    return _Note(held.name, held.data, note, checkpoint)


def _read_token(held: Held) -> TimestampToken:
    try:
        return parse_timestamp_response(held.data)
    except (InputError, CouldNotError) as error:
        raise HeldFileError(
            error.message, remedy="Give an authority's reply as it came.", location=SourceLocation(path=held.name)
        ) from error


def _replayed(organisation: Organisation, sizes: set[int]) -> _Replayed:
    tree = Frontier()
    roots = {0: tree.root()}
    headers = LedgerEntry.objects.filter(organisation=organisation).order_by("index").values_list("header", flat=True)
    for header in headers.iterator():
        tree.append(hash_leaf(bytes(header)))
        if tree.size in sizes:
            roots[tree.size] = tree.root()
    return _Replayed(tree.size, roots)


def _fault_of_signature(note: _Note, verifiers: LogVerifiers, trusted: Sequence[NoteVerifier]) -> str:
    """Why a checkpoint that fits the entries is not this log's own word; empty if it is."""
    try:
        if trusted:
            verify_note(note.note, trusted)
        verifiers.open(note.data)
    except VerificationError as error:
        by_whom = "" if trusted else " Give the log's key as you know it, to see which."
        return (
            "it fits the entries, but is not signed as this ledger is now: its keys were replaced, or the file is not "
            f"what the log signed ({error.message.rstrip('.')}).{by_whom}"
        )
    return ""


def _stored_notes(organisation: Organisation, digests: set[bytes]) -> Iterator[_Note]:
    """The checkpoints that are stored here and that were stamped so; whether they fit the entries is compared too."""
    rows = CheckpointRow.objects.filter(organisation=organisation).order_by("size") if digests else []
    for row in rows:
        data = bytes(row.note)
        if hashlib.sha256(data).digest() in digests:
            yield _read(organisation, Held(f"the stored checkpoint of {row.size}", data))


def _compare_token(
    organisation: Organisation,
    named: tuple[str, TimestampToken],
    compared: Sequence[tuple[_Note, Comparison]],
    roots_pem: Sequence[bytes],
) -> Comparison:
    name, token = named
    refused = _fault_of_token(token, roots_pem)
    if refused:
        return Comparison(name, holds=False, size=0, sentence=f"it is not believed: {refused}")
    moment = f"{token.gen_time:%Y-%m-%d %H:%M:%S} UTC"
    for note, comparison in compared:
        if token.digest in _stamped_forms(note.data):
            said = f"stamped on {moment}: {comparison.sentence}"
            return _in_time(organisation, Comparison(name, comparison.holds, comparison.size, said), token)
    gone = f"what was stamped on {moment} is no checkpoint that is stored here or was given: that one is gone."
    return Comparison(name, holds=False, size=0, sentence=gone)


def _stamped_forms(data: bytes) -> Iterator[bytes]:
    """Digests of a note as its log signed it: co-signatures are added to it later."""
    yield hashlib.sha256(data).digest()
    note = parse_note(data)
    origin = note.text.partition("\n")[0]
    own = tuple(line for line in note.signatures if line.key_name == origin)
    if own and own != note.signatures:
        yield hashlib.sha256(render_note(SignedNote(note.text, own))).digest()


def _in_time(organisation: Organisation, comparison: Comparison, token: TimestampToken) -> Comparison:
    """No entry of a stamped tree says that it was recorded after the stamp."""
    if not comparison.holds or not comparison.size:
        return comparison
    row = LedgerEntry.objects.filter(organisation=organisation, index=comparison.size - 1).first()
    latest = token.gen_time if row is None else to_domain(row).header.recorded_at
    if latest <= token.gen_time + (token.accuracy or timedelta(seconds=1)):
        return comparison
    said = (
        f"stamped at {format_instant(token.gen_time)}, yet entry {comparison.size - 1} says that it was recorded at "
        f"{format_instant(latest)}: one of the two clocks was wrong."
    )
    return Comparison(comparison.name, holds=False, size=comparison.size, sentence=said)


def _fault_of_token(token: TimestampToken, roots_pem: Sequence[bytes]) -> str:
    """Why no authority is believed to have given this token; empty if one is, by the library or by openssl."""
    bundles = list(roots_pem) or [row.roots_pem.encode() for row in Authority.objects.all()]
    reason = "no root certificate of an authority is known here; give one."
    for bundle in bundles:
        try:
            by_library = check_token(token, digest=token.digest, roots=parse_certificates(bundle))
        except CharterOakError as error:
            reason = error.message
            continue
        if by_library.outcome is CheckOutcome.VERIFIED:
            return ""
        second = check_reply(
            token.raw, digest=token.digest, certificates_pem=bundle.decode("ascii", "replace"), at=token.gen_time
        )
        if second.outcome == "verified":
            return ""
        reason = by_library.reason
    return reason
