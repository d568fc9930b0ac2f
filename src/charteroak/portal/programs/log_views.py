"""The evidence log and the page of each entry. Both read; what they show is held against the tree as it is read."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from charteroak.adapters.system_clock import now
from charteroak.ledger.tree import hash_leaf
from charteroak.portal.forms import form_page
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.entry_words import body_rows
from charteroak.portal.programs.log_forms import LogForm
from charteroak.portal.programs.places import entry_url
from charteroak.portal.programs.recording import may_record, today
from charteroak.portal.programs.resting import rests_on
from charteroak.portal.programs.wording import actor_words, ago, line_of
from charteroak.program.exhibits import exhibits_of
from charteroak.program.recorded import RecordedFact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint
from charteroak.services import log_keys
from charteroak.services.access import access_organisation
from charteroak.services.anchors import AnchorAge, anchor_age
from charteroak.services.evidence_files import contradicted_names, erased_digests
from charteroak.services.evidence_log import LogQuestion, entry_with_ties, ledger_size, log_page, proof_under_checkpoint
from charteroak.services.holds import holds_of

MAX_INDEX = 10**15


@require_safe
def evidence_log(request: HttpRequest, slug: str) -> HttpResponse:
    """The entries of the organisation's ledger that are asked for, newest first, with both times."""
    organisation = access_organisation(request.user, slug)
    asked = request.GET if any(name in request.GET for name in LogForm.base_fields) else None
    form = LogForm(asked, today=today())
    question = form.question() if form.is_valid() else LogQuestion()
    around = _index(request, "entry")
    before = _index(request, "before") if around is None else around + 1
    page = log_page(organisation, question, before=before, after=_index(request, "after"))
    checkpoint = Checkpoint.objects.filter(organisation=organisation).order_by("-size").first()
    anchor = anchor_age(organisation)
    query = {name: value for name, value in request.GET.items() if name in LogForm.base_fields and value}
    context = {
        "page": Page(_("Evidence log"), _log_answer(page.size, anchor), (), organisation),
        "organisation": organisation,
        "form": form,
        "is_filtered": bool(question),
        "lines": [line_of(entry) for entry in page.entries],
        "log": page,
        "older": None if page.older is None else f"?{urlencode(query | {'before': str(page.older)})}",
        "newer": None if page.newer is None else f"?{urlencode(query | {'after': str(page.newer)})}",
        "newest": f"?{urlencode(query)}" if query else request.path,
        "erased": erased_digests(organisation),
        "contradicted": _contradicted(organisation, [entry.fact for entry in page.entries]),
        "holds": [hold for hold in holds_of(organisation) if hold.stands],
        "may_record": may_record(request, organisation),
        "checkpoint": checkpoint,
        "waiting": page.size - (checkpoint.size if checkpoint is not None else 0),
        "anchor": anchor,
        "vkeys": _vkeys(organisation),
    }
    return form_page(request, "programs/evidence_log.html", context)


@require_safe
def entry(request: HttpRequest, slug: str, index: int) -> HttpResponse:
    """One entry whole: what it says, when it was so and recorded, its ties, its proof, and its bytes."""
    organisation = access_organisation(request.user, slug)
    stored, found = entry_with_ties(organisation, index)
    line = line_of(found)
    checkpoint = Checkpoint.objects.filter(organisation=organisation, size__gt=index).order_by("-size").first()
    context: dict[str, Any] = {
        "page": Page(
            _("Entry %(index)s") % {"index": index},
            f"{line.kind}: {line.text.rstrip('.')}.",
            (Crumb(_("Evidence log"), f"{reverse('programs:evidence', args=[slug])}?entry={index}"),),
            organisation,
        ),
        "organisation": organisation,
        "line": line,
        "actor": actor_words(found.fact.actor),
        "rows": body_rows(stored, found.fact),
        "header": stored.header_bytes.decode("ascii"),
        "leaf_hash": hash_leaf(stored.header_bytes).hex(),
        "checkpoint": checkpoint,
        "uses": rests_on(organisation, index, today()),
        "erased": erased_digests(organisation),
        "contradicted": _contradicted(organisation, [found.fact]),
        "may_record": may_record(request, organisation),
        "earlier": entry_url(slug, index - 1) if index else None,
        "later": entry_url(slug, index + 1) if index + 1 < ledger_size(organisation) else None,
    }
    return render(request, "programs/entry.html", context)


@require_safe
def entry_proof(request: HttpRequest, slug: str, index: int) -> HttpResponse:
    """The inclusion proof of an entry under the newest signed checkpoint, as a C2SP ``tlog-proof``."""
    organisation = access_organisation(request.user, slug)
    return _download(proof_under_checkpoint(organisation, index), f"{slug}-{index}.tlog-proof", "text/plain")


@require_safe
def entry_header(request: HttpRequest, slug: str, index: int) -> HttpResponse:
    """The bytes of an entry's header, which are the leaf of the tree."""
    organisation = access_organisation(request.user, slug)
    stored, _found = entry_with_ties(organisation, index)
    return _download(stored.header_bytes, f"{slug}-{index}.header.json", "application/json")


def _contradicted(organisation: Organisation, facts: list[RecordedFact]) -> dict[str, str]:
    """The files of some entries whose content is of another type than their name promises."""
    names = {exhibit.sha256: exhibit.name for fact in facts for exhibit in exhibits_of(fact)}
    return contradicted_names(organisation, names)


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _vkeys(organisation: Organisation) -> list[str]:
    """The public keys in force, Ed25519 first."""
    pairs = log_keys.key_pairs_of(organisation)
    return [key for key in (pairs[-1].ed25519_vkey, pairs[-1].p256_vkey) if key] if pairs else []


def _index(request: HttpRequest, name: str) -> int | None:
    """The number of an entry in the address; nothing for what is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(MAX_INDEX)) else None


def _log_answer(entries: int, anchor: AnchorAge) -> str:
    """How long the record could be altered unseen, which is the first thing that whoever relies on it asks."""
    if entries == 0:
        return _("Nothing is recorded yet.")
    if anchor.last is None:
        recorded = ngettext("%(count)s entry is recorded", "%(count)s entries are recorded", entries)
        return _("%(recorded)s; no outsider has seen any of it yet.") % {"recorded": recorded % {"count": entries}}
    opening = _("Last outside anchor %(ago)s") % {"ago": ago(anchor.last, now())}
    if not anchor.entries_since:
        return _("%(opening)s; nothing was recorded since.") % {"opening": opening}
    since = ngettext("%(count)s entry came since", "%(count)s entries came since", anchor.entries_since)
    return f"{opening}; {since % {'count': anchor.entries_since}}."
