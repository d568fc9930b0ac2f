"""What was written about a report when the browser held its receipt no longer: kept, and the receipt asked for again.

The words travel in the page itself, as hidden fields, so that nothing is recorded of whoever cannot name the receipt.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from charteroak.errors import AccessError, InputError
from charteroak.portal.forms import REFUSED
from charteroak.portal.page import Page
from charteroak.portal.refusals import refusal
from charteroak.portal.reports.forms import ReceiptForm
from charteroak.portal.visitors import count_stranger
from charteroak.records.reports.models import Report
from charteroak.services.reports import report_by_receipt
from charteroak.services.request_limits import LOOK_UPS

FIELD = "receipt"
_NOT_CARRIED = frozenset({FIELD, "csrfmiddlewaretoken"})


def receipt_named_again(request: HttpRequest) -> str | HttpResponse:
    """The receipt of an incident that was sent along with the words, or the page that asks for it.

    Raises:
        TooManyRequestsError: a stranger tried too many receipts.
    """
    form = ReceiptForm(request.POST if FIELD in request.POST else None)
    if form.is_bound and form.is_valid():
        # Counted before anything is looked up: a right guess and a wrong one cost the same.
        count_stranger(request, LOOK_UPS)
        try:
            report = report_by_receipt(form.cleaned_data[FIELD])
        except (InputError, AccessError) as error:
            form.add_error(FIELD, refusal(error))
        else:
            if report.kind == Report.Kind.INCIDENT:
                return report.receipt
            form.add_error(FIELD, _("This receipt is of a mail. Enter that of the incident."))
    sentence = _(
        "This browser shows a receipt for an hour only, so enter yours again. "
        "Nothing was saved yet; what you wrote is kept on this page."
    )
    carried = [(name, value) for name, values in request.POST.lists() if name not in _NOT_CARRIED for value in values]
    context = {"page": Page(_("Enter your receipt again"), sentence), "form": form, "carried": carried}
    return render(request, "reports/receipt_again.html", context, status=REFUSED)
