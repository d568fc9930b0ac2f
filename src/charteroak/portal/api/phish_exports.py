"""Reported mail over the API, for analysts: as a document, as STIX, as a list."""

from django.http import HttpRequest, HttpResponse

from charteroak.portal.api.problems import APIRequestError, APISignInError, endpoint
from charteroak.portal.desk.exports import LABELS, exported
from charteroak.portal.programs.draft_views import as_download
from charteroak.portal.sharing.authentication import LockedOutError, user_of
from charteroak.services.mail_exports import CSV_MEDIA_TYPE, PAPER_TYPES, STIX_MEDIA_TYPE
from charteroak.services.request_limits import TooManyRequestsError

FORMS = (*PAPER_TYPES, "stix", "csv")
MEDIA_TYPES = (*PAPER_TYPES.values(), STIX_MEDIA_TYPE, CSV_MEDIA_TYPE)


@endpoint("GET")
def exports(request: HttpRequest) -> HttpResponse:
    """The report ``report`` as ``form``; ``tlp`` labels a bundle. Only an analyst of its desk finds it."""
    number, form, label = (request.GET.get(name, "") for name in ("report", "form", "tlp"))
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise APIRequestError("Name a report by its number.", remedy="Send report=12.")
    if form not in FORMS:
        raise APIRequestError("There is no such form.", remedy=f"Send form= one of {', '.join(FORMS)}.")
    if label and label not in LABELS:
        raise APIRequestError("There is no such label.", remedy=f"Send tlp= one of {', '.join(LABELS)}.")
    try:
        user = user_of(request)
    except LockedOutError as error:
        raise TooManyRequestsError("Locked for a while.", retry_after=900) from error
    if user is None:
        raise APISignInError("This name and password do not count here.")
    answer = as_download(exported(user, int(number), form, label or "amber"))
    answer["Cache-Control"] = "no-store"
    return answer
