"""A provider's statement as files: the PDF, a note signed with the provider's own log keys, and how to check both.

The note is a C2SP signed note. Its text names the PDF by digest, so that one signature covers both; the signatures also
stand apart as files, so that ``openssl`` checks them without anything being cut out by hand.
"""

import hashlib
from collections.abc import Mapping, Sequence

from charteroak.clock import format_instant
from charteroak.documents.provider_statement import NOT_A_CERTIFICATE, StatementDocument
from charteroak.dossier import layout
from charteroak.dossier.contents import Dossier, DossierFile
from charteroak.ledger.errors import NoteFormatError, NoteSignatureError
from charteroak.ledger.keys import parse_vkey
from charteroak.ledger.log_keys import LogKeys
from charteroak.ledger.note import parse_note, render_note, sign_note, verify_note

FORMAT = "charteroak.provider-statement/1"
VERIFY_NAME = "VERIFY.txt"
_VERIFY = """\
How to check this statement
===========================

sha256sum and openssl are enough; nothing of ours is needed.

1. The PDF is the one that the note names:

    sha256sum statement.pdf; grep '^document:' statement.text

2. The provider's two keys signed the note's text:

    openssl dgst -sha256 -verify provider.p256.pem -signature statement.p256.sig statement.text
    openssl pkeyutl -verify -rawin -pubin -inkey provider.ed25519.pem -in statement.text -sigfile statement.ed25519.sig

   The first works with every openssl, LibreSSL included; the second needs OpenSSL 3. statement.note is the same text
   with both signatures, as c2sp.org/signed-note has it; `charteroak provider verify` reads it.

3. The keys are the provider's: ask the provider for the digest of its key by another way than this file.

    sha256sum provider.p256.pem provider.ed25519.pem

4. The digest of each kind of work: take the entries named from a dossier of the client, one line for each,
   "<index> <leaf hash>", in order, and hash the lines. The leaf hash is the SHA-256 of 09-record/entries/<index>.leaf.

    cut -d , -f 2- entries.csv          # index and leaf hash of every entry, by kind of work

What it shows: the holder of these keys said this, and the client's log had these entries.
What it does not show: that the work was enough. {limit}
"""


def statement_text(document: StatementDocument, kinds: Mapping[str, str], pdf_sha256: str, provider_origin: str) -> str:
    """The text that the provider signs: one fact a line, so that people and programs read the same."""
    lines = [
        FORMAT,
        f"provider: {document.provider} ({provider_origin})",
        f"client: {document.client} ({document.origin})",
        f"client-log: {document.size} entries, root {document.root}",
        f"period: {document.first.isoformat()} to {document.last.isoformat()}",
        f"stated: {format_instant(document.stated)} by {document.stated_by}, {document.role}",
    ]
    lines += [f"work: {kinds[row.title]} {len(row.entries)} entries, sha256 {row.sha256}" for row in document.rows]
    lines += ["work: none on record"] if not document.rows else []
    lines += [f"document: sha256 {pdf_sha256}", f"limit: {NOT_A_CERTIFICATE}"]
    return "".join(f"{line}\n" for line in lines)


def build_statement(
    document: StatementDocument,
    pdf: bytes,
    keys: LogKeys,
    kinds: Mapping[str, str],
    leaf_hashes: Mapping[int, bytes],
) -> tuple[Dossier, bytes]:
    """The files of a statement, and the signed note among them. The same statement gives the same bytes."""
    text = statement_text(document, kinds, hashlib.sha256(pdf).hexdigest(), keys.name)
    note = render_note(sign_note(text, *keys.signers))
    listed = "".join(
        f"{kinds[row.title]},{index},{leaf_hashes[index].hex()}\n" for row in document.rows for index in row.entries
    )
    message = text.encode()
    contents = {
        VERIFY_NAME: _VERIFY.replace("{limit}", NOT_A_CERTIFICATE).encode(),
        "entries.csv": f"work,entry,leaf\n{listed}".encode(),
        "provider.ed25519.pem": keys.ed25519.verifier.spki_pem,
        "provider.p256.pem": keys.p256.verifier.spki_pem,
        "provider.vkey": "".join(f"{vkey}\n" for vkey in keys.public.vkeys).encode(),
        "statement.ed25519.sig": keys.ed25519.sign(message),
        "statement.note": note,
        "statement.p256.sig": keys.p256.sign(message),
        "statement.pdf": pdf,
        "statement.text": message,
    }
    files = [DossierFile(name, hashlib.sha256(content).hexdigest(), content) for name, content in contents.items()]
    folder = f"statement-{document.first.isoformat()}-{document.last.isoformat()}"
    built = Dossier(folder, tuple(sorted(files, key=lambda file: layout.place_in_order(file.name))), "", "")
    return built, note


def verify_statement(note: bytes, vkeys: Sequence[str]) -> str:
    """The text of a statement that every one of the given keys signed.

    Raises:
        NoteFormatError: it is no signed note, or no statement.
        KeyFormatError: a key cannot be read.
        NoteSignatureError: one of the keys did not sign it, or a signature does not hold.
    """
    parsed = parse_note(note)
    verifiers = [parse_vkey(text) for text in vkeys]
    signed_by = verify_note(parsed, verifiers)
    for verifier in verifiers:
        if verifier not in signed_by:
            raise NoteSignatureError("A key that was given did not sign this statement.", key_name=verifier.name)
    if not parsed.text.startswith(f"{FORMAT}\n"):
        raise NoteFormatError("This is a signed note, and no provider's statement.")
    return parsed.text
