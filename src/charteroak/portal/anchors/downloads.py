"""The files with which a stranger checks the ledger without this software. Whoever may see the ledger may have them."""

import tempfile
import zipfile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from charteroak.ledger.cosignature import parse_cosigner_vkey
from charteroak.ledger.keys import Verifier
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Authority, Refusal, Token, Witness
from charteroak.records.ledger.models import Checkpoint
from charteroak.services.access import access_organisation, refuse
from charteroak.services.key_ceremonies import ceremony_pdf
from charteroak.services.log_export import export_log
from charteroak.services.log_keys import verifiers_of
from charteroak.services.witnesses import with_cosignatures

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


@require_safe
def checkpoint(request: HttpRequest, slug: str, size: int) -> HttpResponse:
    """A checkpoint as the log signed it: the bytes that authorities stamp."""
    return _file(bytes(_checkpoint(access_organisation(request.user, slug), size).note), "checkpoint.note")


@require_safe
def cosigned(request: HttpRequest, slug: str, size: int) -> HttpResponse:
    """The same with the lines of the witnesses that co-signed it."""
    row = _checkpoint(access_organisation(request.user, slug), size)
    return _file(with_cosignatures(row), "cosigned.note")


@require_safe
def log_key(request: HttpRequest, slug: str, size: int, algorithm: str) -> HttpResponse:
    """The public key that signed a checkpoint of this size, in PEM."""
    organisation = access_organisation(request.user, slug)
    period = verifiers_of(organisation).period_of(_checkpoint(organisation, size).size)
    key = {"ed25519": period.ed25519, "p256": period.p256}.get(algorithm)
    if key is None:
        refuse()
    return _file(key.spki_pem, f"{algorithm}.pem")


@require_safe
def token(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A time-stamp reply as it came."""
    organisation = access_organisation(request.user, slug)
    row = Token.objects.filter(pk=number, checkpoint__organisation=organisation).first()
    if row is None:
        refuse()
    return _file(bytes(row.response), f"token-{row.pk}.tsr")


@require_safe
def certificates(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The certificates that we believe for an authority which stamped this ledger."""
    organisation = access_organisation(request.user, slug)
    row = Authority.objects.filter(pk=number, tokens__checkpoint__organisation=organisation).first()
    if row is None:
        refuse()
    return _file(row.roots_pem.encode("ascii"), f"authority-{row.pk}.pem")


@require_safe
def witness_key(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The public key of a witness that co-signed this ledger, in PEM."""
    organisation = access_organisation(request.user, slug)
    row = Witness.objects.filter(pk=number, cosignatures__checkpoint__organisation=organisation).first()
    if row is None:
        refuse()
    key = parse_cosigner_vkey(row.vkey)
    return _file(Verifier(key.name, key.public_key).spki_pem, f"witness-{row.pk}.pem")


@require_safe
def refused(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A checkpoint that a witness refused, as it was sent."""
    organisation = access_organisation(request.user, slug)
    row = Refusal.objects.filter(pk=number, organisation=organisation).first()
    if row is None:
        refuse()
    return _file(bytes(row.note), f"refused-{row.pk}.note")


@require_safe
def ceremony(request: HttpRequest, slug: str, index: int) -> HttpResponse:
    """The record of a key ceremony, to be printed and signed by hand."""
    organisation = access_organisation(request.user, slug)
    return _file(ceremony_pdf(organisation, index), f"key-ceremony-{index}.pdf")


@require_safe
def tiles(request: HttpRequest, slug: str) -> FileResponse:
    """The whole log as static files (C2SP tlog-tiles) in one archive: headers alone, no body and no private part."""
    organisation = access_organisation(request.user, slug)
    draft = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in export_log(organisation).files:
            member = zipfile.ZipInfo(path, _LONG_AGO)
            member.external_attr = _MODE
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    draft.seek(0)
    name = f"log-{organisation.slug}.zip"
    return FileResponse(draft, as_attachment=True, filename=name, content_type="application/zip")


def _checkpoint(organisation: Organisation, size: int) -> Checkpoint:
    row = Checkpoint.objects.filter(organisation=organisation, size=size).first()
    if row is None:
        refuse()
    return row


def _file(content: bytes, name: str) -> HttpResponse:
    """Bytes as a download that no browser renders (ASVS 5, 5.4.1)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)
