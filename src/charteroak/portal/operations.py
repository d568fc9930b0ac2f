"""Addresses for machines that look after the installation: its health, and whom to tell about a weakness."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.portal.error_pages import not_found
from charteroak.services.health import faults_of_installation

SECURITY_TXT_VALID = timedelta(days=180)
"""RFC 9116 section 2.5.5 recommends less than a year."""


@login_not_required
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 and ``{"status": "ok"}``, or 503 with the reasons, which name no organisation."""
    faults = faults_of_installation()
    if faults:
        return JsonResponse({"status": "failing", "reasons": faults}, status=503)
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. There is none until ``CHARTEROAK_SECURITY_CONTACT`` names whom to tell; we invent no address."""
    if not settings.SECURITY_CONTACT:
        return not_found(request)
    expires = format_instant((now() + SECURITY_TXT_VALID).replace(microsecond=0))
    lines = (f"Contact: {settings.SECURITY_CONTACT}", f"Expires: {expires}", "Preferred-Languages: en, es")
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
