"""The C2SP witness protocol over HTTP (c2sp.org/tlog-witness): ``add-checkpoint``, and the newest co-signed checkpoint.

Whoever asks is known by the signature on the checkpoint and by nothing else: no session is read and none is made, so
there is nothing that a foreign page could ride on. Requests are bounded in size, and counted as those of strangers are.
"""

from collections.abc import Callable
from functools import update_wrapper

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from charteroak.errors import AccessError, CharterOakError
from charteroak.portal.security_log import note_limit
from charteroak.portal.visitors import count_network
from charteroak.services.request_limits import WITNESSING, TooManyRequestsError
from charteroak.services.witnessing import access_own_witness, add_checkpoint, cosigned_note, own_witnesses

_PLAIN = "text/plain; charset=utf-8"


def _protocol(method: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """What each address shares: one method, a count of the network's requests, and refusals in the protocol's form."""

    def decorate(endpoint: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, **names: str) -> HttpResponse:
            if request.method != method:
                return _said(405, "Method not allowed", Allow=method)
            try:
                count_network(request, WITNESSING)
                return endpoint(request, **names)
            except TooManyRequestsError as error:
                note_limit(request)
                return _said(429, error.message, **{"Retry-After": str(error.retry_after)})
            except AccessError:
                return _said(404, "There is nothing here")
            except RequestDataTooBig:
                return _said(413, "A request is smaller than that")
            except CharterOakError:
                return _said(503, "The witness cannot answer now")

        update_wrapper(view, endpoint)
        return csrf_exempt(login_not_required(view))

    return decorate


@_protocol("GET")
def witnesses(request: HttpRequest) -> HttpResponse:
    """The keys of the witnesses that run here, one a line, each followed by its submission prefix."""
    lines = [
        f"{own.vkey} {request.build_absolute_uri(reverse('witness:witnesses'))}{own.organisation.slug}\n"
        for own in own_witnesses()
    ]
    return HttpResponse("".join(lines), content_type=_PLAIN)


@_protocol("POST")
def add(request: HttpRequest, *, witness: str) -> HttpResponse:
    """``add-checkpoint``: a co-signature on a checkpoint that continues the last one, and on no other."""
    own = access_own_witness(witness)
    answer = add_checkpoint(own, request.body)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


@_protocol("GET")
def checkpoint(request: HttpRequest, *, witness: str, origin_sha256: str) -> HttpResponse:  # noqa: ARG001 - a view
    """The newest checkpoint of a log that the witness co-signed, for monitors."""
    return HttpResponse(cosigned_note(access_own_witness(witness), origin_sha256), content_type=_PLAIN)


def _said(status: int, words: str, **headers: str) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type=_PLAIN, headers=headers)
