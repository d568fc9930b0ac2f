"""The form that filters and sorts a provider's clients: a plain question in the address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import QuestionForm
from charteroak.portal.programs.choices import ORGANISATION_KINDS
from charteroak.services.portfolio import Order, PortfolioQuestion, Show

MAX_NAME = 200

SHOWN = (
    (Show.ALL, _("All clients")),
    (Show.SLIPPED, _("Slipped this week")),
    (Show.NOT_MET, _("An element not met")),
    (Show.AT_RISK, _("At risk: a clock ends within 90 days")),
    (Show.QUIET, _("Quiet: no entry for a month")),
    (Show.OVERDUE, _("Overdue gaps")),
    (Show.STALE, _("Stale evidence")),
)
ORDERS = (
    (Order.ATTENTION, _("Those first that need you")),
    (Order.NAME, _("Name")),
    (Order.QUIET, _("Longest without an entry")),
    (Order.CLOCK, _("Next clock to end")),
    (Order.STALE, _("Most stale evidence")),
    (Order.GAPS, _("Most overdue gaps")),
    (Order.COST, _("Highest cost to close")),
)


class PortfolioForm(QuestionForm):
    """Which clients to list, and in which order."""

    records = False
    not_marked = frozenset({"show", "kind", "name", "order"})
    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)
    kind = forms.ChoiceField(label=_("Kind of organization"), required=False)
    name = forms.CharField(label=_("Name"), max_length=MAX_NAME, required=False)
    order = forms.ChoiceField(label=_("Sort by"), choices=ORDERS, required=False)

    def __init__(self, *args: object, kinds: tuple[str, ...], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        known = [(kind, ORGANISATION_KINDS.get(kind, kind)) for kind in kinds]
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Any kind")), *known]

    def question(self, page: int) -> PortfolioQuestion:
        """What is asked for, from a valid form."""
        answers = self.cleaned_data
        return PortfolioQuestion(
            show=Show(answers["show"] or Show.ALL),
            kind=answers["kind"],
            search=answers["name"],
            order=Order(answers["order"] or Order.ATTENTION),
            page=page,
        )
