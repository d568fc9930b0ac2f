"""An organisation and its provider: who looks after it, what the provider states, and leaving with everything."""

import tempfile
from typing import BinaryIO, cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charteroak.errors import InputError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.recording import Question, Words, nothing_recorded, record_with
from charteroak.portal.programs.wording import KIND_WORDS
from charteroak.portal.providers.forms import ProviderForm, StatementForm
from charteroak.program.bodies import ProviderStated
from charteroak.program.recorded import RecordedFact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services import departures, provider_relations, provider_statements
from charteroak.services.access import Role, access_organisation, refuse, roles_in
from charteroak.services.programs import KEEPERS, recorder_for

_IN_MEMORY_BYTES = 8 << 20


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Who looks after the organisation, what was stated, and how to leave."""
    organisation = access_organisation(request.user, slug)
    providers = provider_relations.providers_of(organisation)
    roles = roles_in(person_of(request), organisation)
    context = {
        "page": Page(_("Provider"), _sentence(providers, organisation), (), organisation),
        "organisation": organisation,
        "providers": providers,
        "statements": [(fact, _work(fact)) for fact in provider_statements.statements_of(organisation)],
        "is_lead": Role.SECURITY_LEAD in roles,
        "is_provider": Role.PROVIDER in roles,
        "has_record": LedgerEntry.objects.filter(organisation=organisation).exists(),
    }
    return render(request, "providers/overview.html", context)


def _sentence(providers: list[Organisation], client: Organisation) -> str:
    if not providers:
        return _("%(client)s keeps this record without a provider.") % {"client": client.name}
    names = {"names": ", ".join(provider.name for provider in providers), "client": client.name}
    words = ngettext(
        "%(names)s keeps this record with %(client)s.", "%(names)s keep this record with %(client)s.", len(providers)
    )
    return words % names


def _work(fact: RecordedFact) -> list[tuple[Words, int]]:
    """What a statement counts, in words."""
    if not isinstance(fact.body, ProviderStated):
        return []
    return [(KIND_WORDS.get(service.kind, service.kind), service.count) for service in fact.body.services]


@require_http_methods(["GET", "HEAD", "POST"])
def engage(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a provider's people act for the organisation. Its own security lead alone may say so."""
    organisation = access_organisation(request.user, slug, Role.SECURITY_LEAD)
    known = Organisation.objects.filter(part=Organisation.Part.PROVIDER).exclude(clients=organisation)
    form = ProviderForm(posted(request), providers=list(known.order_by("name")))
    question = Question(
        page=Page(
            _("Let a provider in"),
            _("From then on its people read and keep this record with you, until you end it."),
            (_crumb(slug),),
            organisation,
        ),
        verb=_("Let this provider in"),
        done=reverse("providers:overview", args=[slug]),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: (
            provider_relations.begin_relation(
                organisation,
                known.get(slug=form.cleaned_data["provider"]),
                recorder,
                reason=form.cleaned_data["reason"],
            ).client
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, slug: str) -> HttpResponse:
    """End it, from either side: the provider's people reach nothing of the organisation's any more."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    person = person_of(request)
    providers = organisation.providers.order_by("name")
    own = providers.filter(memberships__user=person, memberships__role=Role.PROVIDER)
    choices = list(own or providers)
    form = ProviderForm(posted(request), providers=choices)
    answer = _("From that moment its people reach nothing here any more. The record, its keys and its files stay.")
    page = Page(_("End it with a provider"), answer, (_crumb(slug),), organisation)
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in choices if one.slug == form.cleaned_data["provider"])
        try:
            provider_relations.end_relation(
                organisation, chosen, recorder_for(person), reason=form.cleaned_data["reason"]
            )
        except InputError as error:
            form.take_error(error)
        else:
            words = _("%(provider)s looks after %(client)s no more. Both ledgers say so.")
            messages.success(request, words % {"provider": chosen.name, "client": organisation.name})
            stays = bool(roles_in(person, organisation))
            return redirect("providers:overview", slug=slug) if stays else redirect("home")
    question = Question(page=page, verb=_("End it now"))
    context = {"page": page, "organisation": organisation, "form": form, "question": question}
    return form_page(request, question.template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """State what the provider did for this client in a period, signed with the provider's keys."""
    organisation = access_organisation(request.user, slug, Role.PROVIDER)
    person = person_of(request)
    provider = organisation.providers.filter(memberships__user=person, memberships__role=Role.PROVIDER).first()
    if provider is None:
        refuse()
    form = StatementForm(posted(request), initial={"by": person.get_full_name()})
    question = Question(
        page=Page(
            _("State what you did"),
            _("It counts what this client's record shows of your people's work. It certifies nothing."),
            (_crumb(slug),),
            organisation,
        ),
        verb=_("Sign and record it"),
        done=reverse("providers:overview", args=[slug]),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: provider_statements.state_services(
            organisation, provider, provider_statements.NewStatement(**form.cleaned_data), recorder
        ),
    )


@require_POST
def everything(request: HttpRequest, slug: str) -> HttpResponse | FileResponse:
    """Everything of the record as one file, to leave with."""
    organisation = access_organisation(request.user, slug)
    if not LedgerEntry.objects.filter(organisation=organisation).exists():
        return nothing_recorded(request, organisation, _("Leave with everything"), _("There is nothing to take yet."))
    target = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))  # noqa: SIM115 - the response closes it
    departures.write_everything(organisation, target, made_by=recorder_for(person_of(request)))
    size = {"Content-Length": str(target.tell())}
    target.seek(0)
    name = departures.departure_file_name(organisation)
    return FileResponse(target, as_attachment=True, filename=name, content_type="application/zip", headers=size)


def _crumb(slug: str) -> Crumb:
    return Crumb(_("Provider"), reverse("providers:overview", args=[slug]))
