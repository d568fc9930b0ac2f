"""Pages about anchors: what outsiders have seen, how to check it oneself, and the log's keys. Asking is a button."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from charteroak.adapters.system_clock import now
from charteroak.errors import CharterOakError
from charteroak.portal.anchors.steps import steps_for
from charteroak.portal.anchors.wording import (
    ACTION_WORDS,
    REFUSAL_WORDS,
    anchor_sentence,
    done_sentence,
    joined,
    result_sentence,
)
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.recording import may_record
from charteroak.program.bodies import KeyCeremony
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Cosignature, Token
from charteroak.records.ledger.models import Checkpoint
from charteroak.services import log_keys, programs, timestamps, witnesses, witnessing
from charteroak.services.access import access_organisation
from charteroak.services.anchors import anchor_age, cosignatures_of
from charteroak.services.stamp_queue import active_authorities, waiting_of

LINES_SHOWN = 25
WARNINGS_SHOWN = 10
_RESULTS = Token.Result
_IN_DOUBT = (
    Q(library_result=_RESULTS.FAILS)
    | Q(openssl_result=_RESULTS.FAILS)
    | Q(library_result=_RESULTS.COULD_NOT, openssl_result=_RESULTS.HOLDS)
)
"""Tokens about which the page warns: one program refuses them, or the library cannot read what openssl verifies."""


@dataclass(frozen=True, slots=True)
class AnchorLine:
    """One statement of an outsider, or of the operator, about one checkpoint."""

    anchor: Token | Cosignature
    by: str
    operator: str
    is_outside: bool
    token: Token | None
    said: str


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """How old the last outside anchor is, what it leaves open, and everything that outsiders said."""
    organisation = access_organisation(request.user, slug)
    age = anchor_age(organisation)
    tokens, cosignatures = _tokens(organisation), cosignatures_of(organisation)
    shown = [*map(_token_line, tokens[:LINES_SHOWN]), *map(_cosignature_line, cosignatures[:LINES_SHOWN])]
    lines = sorted(shown, key=lambda line: line.anchor.moment, reverse=True)[:LINES_SHOWN]
    wrong = [_token_line(token) for token in tokens.filter(_IN_DOUBT)[:WARNINGS_SHOWN]]
    authorities, asked = active_authorities(), witnesses.active_witnesses(organisation)
    own = witnessing.witness_run_by(organisation)
    page = Page(_("Anchors"), anchor_sentence(age, now()), (), organisation)
    return render(
        request,
        "anchors/overview.html",
        {
            "page": page,
            "organisation": organisation,
            "age": age,
            "lines": lines,
            "more": tokens.count() + cosignatures.count() - len(lines),
            "disputed": [line for line in wrong if line.token is not None and line.token.is_disputed],
            "failed": [line for line in wrong if line.token is not None and not line.token.is_disputed],
            "refusals": [(row, REFUSAL_WORDS[row.reason]) for row in witnesses.refusals_of(organisation)],
            "own": own,
            "logs": witnessing.logs_of(own) if own is not None else [],
            "refused_here": [
                (row, REFUSAL_WORDS[row.reason]) for row in witnessing.refusals_as_witness(own)[:LINES_SHOWN]
            ]
            if own is not None
            else [],
            "waiting": waiting_of(organisation),
            "authorities": authorities,
            "witnesses": asked,
            "may_anchor": may_record(request, organisation) and age.entries and (authorities or asked),
            "checkpoint": Checkpoint.objects.filter(organisation=organisation).order_by("-size").first(),
        },
    )


def _tokens(organisation: Organisation) -> QuerySet[Token]:
    """The organisation's tokens, the newest first, without their bytes."""
    rows = Token.objects.filter(checkpoint__organisation=organisation).defer("request", "response")
    return rows.select_related("authority", "checkpoint")


def _token_line(row: Token) -> AnchorLine:
    authority = row.authority
    return AnchorLine(
        row, authority.name, authority.operator, not authority.is_same_operator, row, result_sentence(row)
    )


def _cosignature_line(row: Cosignature) -> AnchorLine:
    witness = row.witness
    said = _("co-signature verified")
    return AnchorLine(row, witness.name, witness.operator, not witness.is_same_operator, None, said)


@require_POST
def anchor_now(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign what waits for a checkpoint and ask every authority and witness about it."""
    organisation = access_organisation(request.user, slug, *programs.KEEPERS)
    stamped = cosigned = 0
    faults: list[str] = []
    try:
        if active_authorities():
            results = timestamps.anchor(organisation)
            stamped = sum(result.token is not None for result in results)
            faults.extend(f"{result.authority}: {result.error}" for result in results if result.error)
        if witnesses.active_witnesses(organisation):
            answers = witnesses.ask_witnesses(organisation)
            cosigned = sum(answer.status == "cosigned" for answer in answers)
            faults.extend(
                f"{answer.witness}: {answer.to_json()['reason']}" for answer in answers if answer.status != "cosigned"
            )
    except CharterOakError as error:
        faults.append(f"{error.message} {error.remedy}".strip())
    if stamped or cosigned:
        messages.success(request, done_sentence(stamped, cosigned))
    if faults:
        messages.warning(request, joined(faults))
    if not (stamped or cosigned or faults):
        messages.info(request, _("Nobody had anything new to say."))
    return redirect("anchors:overview", slug=organisation.slug)


@require_POST
def check_tokens(request: HttpRequest, slug: str) -> HttpResponse:
    """Check every token anew, by both programs."""
    organisation = access_organisation(request.user, slug, *programs.KEEPERS)
    checked = timestamps.check_tokens(organisation)
    good = sum(token.holds and not token.is_disputed for token in checked)
    text = ngettext("%(good)s of %(all)s token holds.", "%(good)s of %(all)s tokens hold.", len(checked))
    tell = messages.success if good == len(checked) else messages.warning
    tell(request, text % {"good": good, "all": len(checked)})
    return redirect("anchors:overview", slug=organisation.slug)


@require_safe
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """The files and the exact commands with which a stranger checks the ledger, to be printed and handed over."""
    organisation = access_organisation(request.user, slug)
    checkpoint = _checkpoint_to_show(organisation)
    answer = (
        _("With openssl and a shell you can check the ledger yourself, without this software and without trusting us.")
        if checkpoint is not None
        else _("Nothing is signed yet, so there is nothing to check.")
    )
    crumbs = (Crumb(_("Anchors"), reverse("anchors:overview", args=[slug])),)
    return render(
        request,
        "anchors/check.html",
        {
            "page": Page(_("How to check this yourself"), answer, crumbs, organisation),
            "organisation": organisation,
            "checkpoint": checkpoint,
            "age": anchor_age(organisation),
            "origin": log_keys.origin_of(organisation),
            "steps": [] if checkpoint is None else list(enumerate(steps_for(organisation, checkpoint), 1)),
            "period": None if checkpoint is None else log_keys.verifiers_of(organisation).period_of(checkpoint.size),
        },
    )


def _checkpoint_to_show(organisation: Organisation) -> Checkpoint | None:
    """The checkpoint of the last outside anchor; where there is none, of any anchor; else the newest."""
    rows = Checkpoint.objects.filter(organisation=organisation).order_by("-size")
    size = anchor_age(organisation).size
    if not size:
        anchored = rows.filter(cosignatures__isnull=False) | rows.filter(tokens__isnull=False)
        return anchored.first() or rows.first()
    return rows.filter(size=size).first()


@require_safe
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """The keys of the log, from when to when each signed, and the ceremonies with which they came and went."""
    organisation = access_organisation(request.user, slug)
    pairs = log_keys.key_pairs_of(organisation)
    if not pairs:
        answer = _("This log has signed nothing yet; its keys are made with its first checkpoint.")
    elif any(pair.compromised_since for pair in pairs):
        answer = _("Somebody else may have held earlier keys of this log; what they signed since does not count.")
    else:
        answer = _("Every checkpoint carries two signatures; these are their keys, and how they came about.")
    crumbs = (Crumb(_("Anchors"), reverse("anchors:overview", args=[slug])),)
    ceremonies = [
        (fact, fact.body, ACTION_WORDS[fact.body.action] if isinstance(fact.body, KeyCeremony) else "")
        for fact in log_keys.ceremonies_of(organisation)
    ]
    return render(
        request,
        "anchors/keys.html",
        {
            "page": Page(_("Keys of the log"), answer, crumbs, organisation),
            "organisation": organisation,
            "origin": log_keys.origin_of(organisation),
            "pairs": pairs,
            "ceremonies": ceremonies,
        },
    )
