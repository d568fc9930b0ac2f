"""One item of evidence: its chain, the next step, its label and its receipt; and the page where an outsider accepts."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.errors import InputError
from charteroak.portal.evidence.people import Names
from charteroak.portal.forms import QuestionForm, form_page, posted
from charteroak.portal.incidents.custody_forms import AnswerForm, HandOverForm, ReceiveForm
from charteroak.portal.incidents.frame import incident_of, incident_page
from charteroak.portal.page import Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.recording import tell_recorded
from charteroak.portal.visitors import caller_of
from charteroak.program.incident_items import IncidentItem
from charteroak.records.incidents.models import Incident
from charteroak.services import custody as service
from charteroak.services.incident_evidence import item_numbered
from charteroak.services.item_papers import label_of, receipt_of
from charteroak.services.programs import Recorder, recorder_for
from charteroak.services.transfer_codes import CodedOffer, accept_by_code, is_code_of, offer_with_code


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, slug: str, number: str, place: int) -> HttpResponse:
    """An item's chain from its first moment, with the form of its next step."""
    found = incident_of(request, slug, number)
    shown, names = item_numbered(found, place), Names()
    form = _form(request, shown, names.holder(shown.chain), str(person_of(request)))
    if request.method == "POST" and form.is_valid():
        try:
            made = _next_step(found, shown, form, recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error, getattr(error, "field", None))
        else:
            if isinstance(made, CodedOffer):
                return _show_code(request, found, item_numbered(found, place), made)
            return redirect("incidents:item", slug, number, place)
    holder = names.holder(shown.chain)
    answer = _("%(holder)s has it.") % {"holder": holder}
    if shown.chain.offer is not None:
        answer += " " + _("It was offered to %(to)s and waits for an answer.") % {"to": shown.chain.offer.to}
    context = {
        "page": incident_page(found, f"{shown.name} {shown.taken.title}", answer),
        "organisation": found.organisation,
        "incident": found,
        "item": shown,
        "facts": _facts(shown),
        "links": [(link, names.actor(link.actor)) for link in shown.chain.links],
        "form": form,
        "verb": _("Offer it") if shown.chain.offer is None else _("Record the answer"),
    }
    return form_page(request, "incidents/item.html", context)


@require_safe
def label(request: HttpRequest, slug: str, number: str, place: int) -> HttpResponse:
    """The label to stick on the item."""
    found = incident_of(request, slug, number)
    shown = item_numbered(found, place)
    return _pdf(label_of(found, shown), f"label-{shown.name.lower()}")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, slug: str, number: str, place: int) -> HttpResponse:
    """The receipt of the last step. With the one-time code only right after an offer, from the page that shows it."""
    found = incident_of(request, slug, number)
    shown = item_numbered(found, place)
    code = request.POST.get("code", "")
    offer = shown.chain.offer
    right = offer is not None and is_code_of(found.organisation, offer.entry, code)
    return _pdf(receipt_of(found, shown, code=code if right else ""), f"receipt-{shown.name.lower()}")


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Where somebody without an account accepts an item with the code on its receipt."""
    form = ReceiveForm(posted(request))
    done = False
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        receiver = service.Receiver(answers["name"], answers["agency"], answers["badge"])
        try:
            accept_by_code(
                answers["code"],
                receiver,
                accepted=answers["answer"] == "accepted",
                user=request.user,
                caller=caller_of(request),
            )
        except InputError as error:
            form.take_error(error, getattr(error, "field", "code"))
        else:
            done = True
    said = _("Type the code from the receipt, and who you are.")
    if done:
        accepted = form.cleaned_data["answer"] == "accepted"
        said = _("Recorded: you have the item.") if accepted else _("Recorded: it stays where it is.")
    context = {"page": Page(_("Accept an item of evidence"), said), "form": form, "done": done}
    return form_page(request, "incidents/receive.html", context)


def _form(request: HttpRequest, shown: IncidentItem, holder: str, person: str) -> QuestionForm:
    if shown.chain.offer is None:
        return HandOverForm(posted(request), initial={"from_": holder})
    return AnswerForm(posted(request), initial={"received_by": person})


def _next_step(incident: Incident, shown: IncidentItem, form: QuestionForm, recorder: Recorder) -> CodedOffer | None:
    answers, organisation, chain = form.cleaned_data, incident.organisation, shown.chain
    if isinstance(form, HandOverForm):
        offer = service.Offer(
            chain.item,
            answers["from_"],
            answers["to"],
            answers["purpose"],
            answers["place"],
            answers["condition"],
            timedelta(hours=answers["hours"]),
        )
        if answers["outside"] == "yes":
            return offer_with_code(organisation, offer, recorder)
        service.offer_custody(organisation, offer, recorder)
    elif answers["answer"] == "withdrawn":
        service.withdraw_offer(organisation, chain.item, recorder)
    else:
        receiver = service.Receiver(answers["received_by"], answers["agency"], answers["badge"])
        accepted = answers["answer"] == "accepted"
        service.answer_offer(organisation, chain.item, recorder, accepted=accepted, received_by=receiver)
    return None


def _show_code(request: HttpRequest, incident: Incident, shown: IncidentItem, made: CodedOffer) -> HttpResponse:
    tell_recorded(request, incident.organisation, made.entry)
    answer = _("Print the receipt now: the code is shown this once.")
    context = {
        "page": incident_page(incident, _("%(item)s is offered") % {"item": shown.name}, answer),
        "organisation": incident.organisation,
        "incident": incident,
        "item": shown,
        "code": made.code,
    }
    response = render(request, "incidents/offered.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _facts(shown: IncidentItem) -> list[tuple[str, str]]:
    taken = shown.taken
    words = {True: _("yes"), False: _("no"), None: ""}
    rows = [
        (_("What it is"), " ".join(word for word in (taken.maker, taken.model, taken.capacity) if word)),
        (_("Serial number"), taken.serial),
        (_("Seal"), taken.seal),
        (_("State when taken"), taken.condition),
        (_("Found at"), taken.found_at),
        (_("System"), taken.system),
        (_("Collected by"), taken.collected_by),
        (_("From whom"), taken.collected_from),
        (_("How"), taken.method),
        (_("Write blocker"), words[taken.write_protected]),
        (_("Original"), words[taken.is_original]),
        (_("Its clock"), taken.clock_offset),
        (_("By what right"), taken.authority),
        (_("Also"), taken.description),
    ]
    return [(name, value) for name, value in rows if value]


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
