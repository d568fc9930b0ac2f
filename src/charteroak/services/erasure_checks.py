"""What is missing from a record without an entry that says why. Proofs hold without a body, so only this shows it."""

from charteroak.ledger.errors import LogError
from charteroak.program.bodies import ContentErased
from charteroak.program.recorded import read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry, LedgerPart
from charteroak.services.ledger import to_domain


def verify_erasures(organisation: Organisation) -> None:
    """Return if each body and each private part that is not at hand was erased by an entry of the ledger.

    Call it once the entries themselves have been verified: it believes them.

    Raises:
        LogError: one is missing and no entry says so; the first is named.
    """
    rows = LedgerEntry.objects.filter(organisation=organisation)
    bodies = set(rows.filter(body=None).values_list("index", flat=True))
    parts = set(LedgerPart.objects.filter(organisation=organisation, value=None).values_list("index", "name"))
    if not bodies and not parts:
        return
    for row in rows.filter(kind="content.erased").order_by("index"):
        body = read_fact(to_domain(row)).body
        if isinstance(body, ContentErased):
            bodies -= {index for index in body.entries if index < row.index}
            named = {(int(index), name) for index, _, name in (part.partition("/") for part in body.parts)}
            parts -= {part for part in parts if part in named or part[0] in body.entries}
    for index in sorted(bodies | {index for index, _ in parts})[:1]:
        names = sorted(name for at, name in parts if at == index)
        what = "body" if index in bodies else names[0]
        raise LogError(f"The {what} of entry {index} is missing, and no entry says that it was erased.", index=index)
