"""Whether an installation may serve: its database has this version's shape, and its ledgers' newest checkpoints hold.

The check is short enough to be asked every few seconds: for each ledger one signature and the hashes on the right edge
of its tree. Replaying whole ledgers is ``services.checkpoints.verify_ledger``.
"""

import logging
from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from charteroak.errors import CharterOakError
from charteroak.ledger.tree import root_hash
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint, LedgerNode
from charteroak.services.ledger import NodeRows
from charteroak.services.log_keys import are_files_there, verifiers_of

log = logging.getLogger(__name__)


def faults_of_installation() -> list[str]:
    """What keeps this installation from serving, a sentence each; empty when it is in order.

    Anybody may ask, so the sentences name no organisation; the log does, and ``charteroak ledger verify`` tells more.
    """
    try:
        return list(dict.fromkeys([*_missing_migrations(), *_broken_ledgers()]))
    except DatabaseError:
        return ["The database does not answer."]


def _missing_migrations() -> Iterator[str]:
    executor = MigrationExecutor(connection)
    for migration, _is_backwards in executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield f"The migration {migration} is missing."


def _broken_ledgers() -> Iterator[str]:
    newest = Checkpoint.objects.order_by("organisation_id", "-size")
    seen: set[int] = set()
    for row in newest.select_related("organisation"):
        if row.organisation_id not in seen:
            seen.add(row.organisation_id)
            for fault in _faults_of_ledger(row.organisation, row):
                log.error("%s ledger=%s", fault, row.organisation.slug)
                yield fault


def _faults_of_ledger(organisation: Organisation, row: Checkpoint) -> Iterator[str]:
    # Asking for the keys would make new ones where they are gone; a new key verifies nothing.
    if not are_files_there(organisation):
        yield "The signing key of a ledger is missing."
        return
    try:
        checkpoint = verifiers_of(organisation).open(bytes(row.note)).checkpoint
        found = root_hash(checkpoint.size, NodeRows(organisation.pk))
    except (CharterOakError, LedgerNode.DoesNotExist):
        yield "The newest checkpoint of a ledger does not verify."
        return
    if found != checkpoint.root:
        yield "A ledger is not the one that its newest checkpoint was signed for."
