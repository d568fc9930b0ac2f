"""What a process records until it dies, and what must be true of the data directory afterwards.

Every step says on a pipe what it is about to do and, once the use case has returned, what it was promised. The check
is made by a fresh process that knows nothing but those lines.
"""

import hashlib
import importlib
import io
import json
import os
import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ORGANISATION, DESK = "elm-hollow-bakery", "charter-desk"
DAY = "2026-03-01"
STEPS = 8
_STORED = re.compile(r"(?:evidence|dossiers)/(?:[a-z0-9-]+/)*[0-9a-f]{2}/[0-9a-f]{64}(?:\.[0-9a-f]{16})?")
_LEFT_OVER = re.compile(r"(?:.*/)?(?:incoming-[^/]*|\.[^/]+\.[0-9a-f]{16})")
_INSTALLATION = re.compile(
    r"charteroak\.sqlite3(?:-wal|-shm|-journal|-line|-next)?|secret-key|keys/(?:[a-z]+/)?[a-z0-9][^/]*\.pem"
)

Say = Callable[[dict[str, Any]], None]


def use(data: Path) -> None:
    """Work on this data directory from now on."""
    from django.conf import settings
    from django.db import connection

    from charteroak.adapters.data_directory import DataDirectory

    settings.DATA = DataDirectory(data)
    if connection.vendor == "sqlite":
        connection.settings_dict["NAME"] = str(data / "charteroak.sqlite3")


def found() -> int:
    """An organisation with a short record, a checkpoint, keys and a witness; the number of its entries.

    Loads here, once, what every forked process would load again.
    """
    from charteroak.services import checkpoints
    from charteroak.services.accounts import NewOrganisation, add_organisation
    from charteroak.services.witnesses import NewWitness, add_witness
    from charteroak.services.witnessing import own_witness_of

    organisation = add_organisation(NewOrganisation(ORGANISATION, "Elm Hollow Bakery", "member", "corporation"))
    desk = add_organisation(NewOrganisation(DESK, "Charter Desk", "desk", "state-agency"))
    append(organisation, 3, random.Random(0))  # noqa: S311 - a repeatable order, no secret
    checkpoints.make_checkpoint(organisation)
    witness = own_witness_of(desk)
    add_witness(NewWitness("The desk", witness.vkey, "Charter Desk"))
    _introduce(organisation)
    for name in ("key_ceremonies", "programs"):
        importlib.import_module(f"charteroak.services.{name}")
    return checkpoints.verify_ledger(organisation).entries


def _introduce(organisation: Any) -> None:
    """Tell the witness the keys that the log has now."""
    from charteroak.records.anchors.models import LogKeyPair, OwnWitness
    from charteroak.services.log_keys import origin_of
    from charteroak.services.witnessing import NewLog, add_log

    pair = LogKeyPair.objects.get(organisation=organisation, last_size=None)
    add_log(OwnWitness.objects.get(), NewLog(origin_of(organisation), (pair.ed25519_vkey, pair.p256_vkey)))


def record(seed: int, say: Say, *, with_key_files: bool = True, lie: bool = False) -> None:
    """A handful of steps in an order that the seed decides; with a lie, one more that is promised and not done."""
    from charteroak.records.accounts.models import Organisation

    order = random.Random(seed)  # noqa: S311 - a repeatable order, no secret
    organisation = Organisation.objects.get(slug=ORGANISATION)
    steps = dict(STEPS_BY_NAME)
    if not with_key_files:
        del steps["rotate"]
    names = [*steps, *order.choices(list(steps), k=STEPS - len(steps))]
    order.shuffle(names)
    for name in names:
        steps[name](organisation, order, say)
    if lie:
        say({"entries": [(0, "00" * 32)], "evidence": ["00" * 32], "checkpoint": [10_000, "00" * 32]})


def append(organisation: Any, count: int, order: random.Random) -> list[tuple[int, str]]:
    from django.db import transaction

    from charteroak.services.ledger import append_entry

    with transaction.atomic():
        rows = [
            append_entry(
                organisation,
                actor="system",
                kind="practice.answered",
                occurred_from=DAY,
                body={"practice": "name-who-leads", "answer": "yes", "note": f"note {order.random()}"},
            )
            for _ in range(count)
        ]
    return [(row.index, bytes(row.leaf_hash).hex()) for row in rows]


def _step_append(organisation: Any, order: random.Random, say: Say) -> None:
    say({"begin": "append", "pending": 1})
    say({"entries": append(organisation, 1, order)})


def _step_batch(organisation: Any, order: random.Random, say: Say) -> None:
    count = order.randint(2, 5)
    say({"begin": "batch", "pending": count})
    say({"entries": append(organisation, count, order)})


def _step_evidence(organisation: Any, order: random.Random, say: Say) -> None:
    from charteroak.services.programs import NewEvidence, Recorder, UploadedFile, record_evidence

    contents = [order.randbytes(order.choice((10, 5_000, 200_000))) for _ in range(order.randint(1, 2))]
    say({"begin": "evidence", "pending": 1})
    files = [UploadedFile(f"{number}.txt", "text/plain", io.BytesIO(data)) for number, data in enumerate(contents)]
    evidence = NewEvidence("name-who-leads", "Sign-in sheet", date.fromisoformat(DAY), files=files)
    row = record_evidence(organisation, evidence, Recorder("system"))
    say(
        {
            "entries": [(row.index, bytes(row.leaf_hash).hex())],
            "evidence": [hashlib.sha256(data).hexdigest() for data in contents],
        }
    )


def _step_checkpoint(organisation: Any, _order: random.Random, say: Say) -> None:
    from charteroak.services.checkpoints import make_checkpoint

    say({"begin": "checkpoint", "pending": 0})
    row = make_checkpoint(organisation)
    say({"checkpoint": [row.size, hashlib.sha256(bytes(row.note)).hexdigest()]})


def _step_witness(organisation: Any, _order: random.Random, say: Say) -> None:
    from charteroak.services.witnesses import ask_witnesses

    say({"begin": "witness", "pending": 0})
    _introduce(organisation)
    [answer] = ask_witnesses(organisation)
    if answer.cosignature is None:
        raise AssertionError(answer)
    say({"cosigned": [answer.size, answer.cosignature.line]})


def _step_rotate(organisation: Any, _order: random.Random, say: Say) -> None:
    from charteroak.records.ledger.models import LedgerEntry
    from charteroak.services.key_ceremonies import rotate_keys
    from charteroak.services.log_keys import Ceremony

    say({"begin": "rotate", "pending": 1})
    size = rotate_keys(organisation, Ceremony()).size
    row = LedgerEntry.objects.get(organisation=organisation, index=size - 1)
    say({"entries": [(row.index, bytes(row.leaf_hash).hex())]})


STEPS_BY_NAME: dict[str, Callable[[Any, random.Random, Say], None]] = {
    "append": _step_append,
    "batch": _step_batch,
    "evidence": _step_evidence,
    "checkpoint": _step_checkpoint,
    "witness": _step_witness,
    "rotate": _step_rotate,
}


def faults_after(said: list[dict[str, Any]], data: Path, *, founded: int) -> list[str]:
    """What does not hold after a restart; empty if everything does, and recording goes on."""
    from charteroak.errors import CharterOakError
    from charteroak.records.accounts.models import Organisation
    from charteroak.services.checkpoints import make_checkpoint, verify_ledger
    from charteroak.services.witnesses import ask_witnesses

    organisation = Organisation.objects.get(slug=ORGANISATION)
    try:
        state = verify_ledger(organisation)
    except CharterOakError as error:
        return [f"the ledger does not hold: {error}"]
    faults = [
        *_lost(organisation, said, founded, state.entries),
        *_evidence_faults(organisation, said),
        *_rubbish(data),
    ]
    try:
        [(index, _)] = append(organisation, 1, random.Random(1))  # noqa: S311 - see above
        size = make_checkpoint(organisation).size
        _introduce(organisation)
        [answer] = ask_witnesses(organisation)
        verify_ledger(organisation)
    except CharterOakError as error:
        return [*faults, f"recording does not go on: {error}"]
    if (index, size) != (state.entries, state.entries + 1):
        faults.append(f"after {state.entries} entries came entry {index} and a checkpoint of {size}")
    if answer.cosignature is None:
        faults.append(f"the witness does not go on: {answer.status} {answer.error or answer.refusal}")
    return faults


def _lost(organisation: Any, said: list[dict[str, Any]], founded: int, count: int) -> list[str]:
    """Entries and checkpoints that were acknowledged and are not there, and steps that were recorded in part."""
    from charteroak.records.anchors.models import Cosignature, WitnessedLog
    from charteroak.records.ledger.models import Checkpoint, LedgerEntry

    faults = []
    acknowledged = {index: leaf for line in said for index, leaf in line.get("entries", ())}
    rows = LedgerEntry.objects.filter(organisation=organisation, index__in=acknowledged)
    kept = {row.index: bytes(row.leaf_hash).hex() for row in rows}
    faults += [f"entry {index} was acknowledged and is lost" for index in acknowledged if index not in kept]
    faults += [f"entry {index} is another one" for index, leaf in kept.items() if acknowledged[index] != leaf]
    standing = founded + len(acknowledged)
    pending = said[-1].get("pending", 0) if said else 0
    if count not in (standing, standing + pending):
        faults.append(f"{count} entries, after {standing} were acknowledged and {pending} begun")
    for size, digest in (line["checkpoint"] for line in said if "checkpoint" in line):
        row = Checkpoint.objects.filter(organisation=organisation, size=size).first()
        if row is None or hashlib.sha256(bytes(row.note)).hexdigest() != digest:
            faults.append(f"the checkpoint of {size} was acknowledged and is lost")
    for size, text in (line["cosigned"] for line in said if "cosigned" in line):
        if not Cosignature.objects.filter(checkpoint__size=size, line=text).exists():
            faults.append(f"the co-signature on {size} was acknowledged and is lost")
        if WitnessedLog.objects.get().size < size:
            faults.append(f"the witness has forgotten that it co-signed {size}")
    return faults


def _evidence_faults(organisation: Any, said: list[dict[str, Any]]) -> list[str]:
    """Evidence that a row or an acknowledgement names, and that cannot be read whole."""
    from charteroak.errors import CharterOakError
    from charteroak.records.programs.models import EvidenceFile
    from charteroak.services.programs import open_evidence_file

    faults = []
    named = set(EvidenceFile.objects.filter(organisation=organisation).values_list("sha256", flat=True))
    for sha256 in sorted(named.union(*(line.get("evidence", ()) for line in said))):
        try:
            _row, stream = open_evidence_file(organisation, sha256)
            with stream:
                data = stream.read()
        except CharterOakError as error:
            faults.append(f"evidence {sha256[:8]}: {error}")
        else:
            if hashlib.sha256(data).hexdigest() != sha256:
                faults.append(f"evidence {sha256[:8]} is other bytes")
    return faults


def _rubbish(data: Path) -> list[str]:
    """Files that no part of an installation is known by, beyond drafts, which are named as such."""
    faults = []
    for folder, _folders, names in os.walk(data):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), data)  # noqa: PTH118 - only a name to look at
            if not any(known.fullmatch(path) for known in (_LEFT_OVER, _INSTALLATION, _STORED)):
                faults.append(f"nobody knows what {path} is")
    return faults


def as_line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"
