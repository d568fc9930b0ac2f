"""Custody: every item with whoever has it, an item's chain, and the two steps by which it passes on."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.documents.custody_receipt import CustodyReceipt, render_receipt
from charteroak.documents.dossier_document import Subject
from charteroak.portal.evidence.forms import AnswerOfferForm, ItemForm, OfferForm
from charteroak.portal.evidence.pages import keeping_of, shared_context
from charteroak.portal.evidence.people import Names
from charteroak.portal.forms import QuestionForm, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.recording import Question, record_with
from charteroak.program.custody import CUSTODY_COLUMNS, Chain, chain_rows
from charteroak.program.tables import render_csv
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services import custody as service
from charteroak.services.log_keys import origin_of
from charteroak.services.programs import Recorder, safe_name

ITEMS_ON_A_PAGE = 50


@require_safe
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """Every item of the record, those that wait for an answer first."""
    organisation = keeping_of(request, slug)
    number = _page_number(request)
    shown = service.custody_page(organisation, offset=(number - 1) * ITEMS_ON_A_PAGE, limit=ITEMS_ON_A_PAGE)
    answer = ngettext("%(count)s item is on record.", "%(count)s items are on record.", shown.items) % {
        "count": shown.items
    }
    if shown.waiting:
        answer += " " + ngettext(
            "%(count)s was offered and waits for an answer.",
            "%(count)s were offered and wait for an answer.",
            shown.waiting,
        ) % {"count": shown.waiting}
    names = Names()
    context = shared_context(request, organisation) | {
        "page": Page(_("Custody"), answer if shown.items else _("No item is on record yet."), (), organisation),
        "pages": Paginator(range(shown.items), ITEMS_ON_A_PAGE).get_page(number),
        "rows": [(chain, names.holder(chain)) for chain in shown.chains],
    }
    return render(request, "evidence/custody.html", context)


def _page_number(request: HttpRequest) -> int:
    """The page asked for; the first for anything that is none."""
    asked = request.GET.get("page", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 1


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a thing into the record."""
    organisation = keeping_of(request, slug)
    form = ItemForm(posted(request), initial={"to": str(request.user)})
    above = Crumb(_("Custody"), reverse("evidence:custody", args=[slug]))
    question = Question(
        page=Page(
            _("Take a thing into the record"),
            _("A laptop, a disk in a bag. The chain of a file begins by itself when it is recorded."),
            (above,),
            organisation,
        ),
        verb=_("Begin its chain"),
        done=above.url,
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: service.begin_custody(
            organisation,
            service.NewItem(
                item=form.cleaned_data["item"],
                description=form.cleaned_data["description"],
                to=form.cleaned_data["to"],
                place=form.cleaned_data["place"],
            ),
            recorder,
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def chain(request: HttpRequest, slug: str, item: str) -> HttpResponse:
    """An item's chain from its first moment, with the form of its next step: an offer, or the answer to one."""
    organisation = keeping_of(request, slug)
    found = service.chain_of(organisation, item)
    names = Names()
    holder = names.holder(found)
    form: QuestionForm
    if found.offer is None:
        form = OfferForm(posted(request), initial={"from_": holder})
    else:
        form = AnswerOfferForm(posted(request), initial={"received_by": found.offer.to})
    answer = _("%(holder)s has it.") % {"holder": holder or _("Nobody that we know of")}
    if found.offer is not None:
        answer += " " + _("It was offered to %(to)s and waits for an answer.") % {"to": found.offer.to}
    above = Crumb(_("Custody"), reverse("evidence:custody", args=[slug]))
    question = Question(
        page=Page(found.title, answer, (above,), organisation),
        verb=_("Offer it") if found.offer is None else _("Record the answer"),
        done=reverse("evidence:chain", args=[slug, item]),
        template="evidence/chain.html",
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: _next_step(organisation, found, form, recorder),
        chain=found,
        links=[(link, names.actor(link.actor)) for link in found.links],
        **{key: value for key, value in shared_context(request, organisation).items() if key != "organisation"},
    )


def _next_step(organisation: Organisation, found: Chain, form: QuestionForm, recorder: Recorder) -> LedgerEntry:
    answers = form.cleaned_data
    if found.offer is None:
        offer = service.Offer(found.item, answers["from_"], answers["to"], answers["purpose"], answers["place"])
        return service.offer_custody(organisation, offer, recorder)
    return service.answer_offer(
        organisation,
        found.item,
        recorder,
        accepted=answers["answer"] == "accepted",
        received_by=answers["received_by"],
    )


@require_safe
def receipt(request: HttpRequest, slug: str, item: str) -> HttpResponse:
    """A receipt to sign for the offer that waits, or for the last step of the chain; one page of PDF."""
    organisation = keeping_of(request, slug)
    found = service.chain_of(organisation, item)
    step = found.offer or found.links[-1]
    names = Names()
    document = CustodyReceipt(
        organisation=Subject(
            name=organisation.name,
            slug=organisation.slug,
            kind=organisation.kind,
            is_fictional=organisation.is_fictional,
        ),
        item=found.title,
        description=step.description,
        sha256=found.sha256 or "",
        from_=step.from_,
        to=step.received_by or step.to or names.actor(step.actor),
        purpose=step.purpose,
        place=step.place,
        when=step.recorded,
        origin=origin_of(organisation),
        entry=step.entry,
        body_sha256=step.body_sha256,
    )
    return HttpResponse(
        render_receipt(document),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="receipt-entry-{step.entry}.pdf"'},
    )


@require_safe
def chain_csv(request: HttpRequest, slug: str, item: str) -> HttpResponse:
    """An item's chain for a spreadsheet."""
    found = service.chain_of(keeping_of(request, slug), item)
    name = f"custody-{safe_name(found.title)}".encode("ascii", "replace").decode("ascii").replace("?", "_")
    return HttpResponse(
        render_csv(CUSTODY_COLUMNS, chain_rows(found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
