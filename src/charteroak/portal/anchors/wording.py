"""How pages speak of anchors: how old the last one is, what could still be altered, what checkers said."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from charteroak.portal.programs.wording import ago
from charteroak.records.anchors.models import Refusal, Token
from charteroak.services.anchors import AnchorAge

REFUSAL_WORDS: dict[str, str | Promise] = {
    Refusal.Reason.CONTRADICTION: gettext_lazy("The log signed another tree of a size that was co-signed before."),
    Refusal.Reason.INCONSISTENT: gettext_lazy(
        "The checkpoint could not be shown to continue what was co-signed before."
    ),
    Refusal.Reason.SHRUNK: gettext_lazy("The log is shorter than what was co-signed before."),
    Refusal.Reason.UNKNOWN: gettext_lazy("The witness does not know this log, or not its keys."),
}
ACTION_WORDS: dict[str, str | Promise] = {
    "created": gettext_lazy("Keys made"),
    "rotated": gettext_lazy("Keys replaced"),
    "compromised": gettext_lazy("Keys reported as compromised, and replaced"),
    "retired": gettext_lazy("Keys retired"),
}
RESULT_WORDS: dict[str, str | Promise] = {
    Token.Result.HOLDS: gettext_lazy("verified"),
    Token.Result.FAILS: gettext_lazy("refused"),
    Token.Result.COULD_NOT: gettext_lazy("could not check"),
}


def anchor_sentence(age: AnchorAge, now: datetime) -> str:
    """The answer of the anchors page: how old the last outside anchor is, and what it leaves open."""
    if not age.entries:
        return _("Nothing is recorded yet, so there is nothing to anchor.")
    if age.last is None:
        return _("No outsider has seen this ledger yet.")
    last = _("Last outside anchor %(ago)s by %(by)s;") % {"ago": ago(age.last, now), "by": age.by}
    if not age.entries_since:
        return f"{last} " + _("nothing was recorded since.")
    since = ngettext(
        "%(count)s entry since could still be altered unseen.",
        "%(count)s entries since could still be altered unseen.",
        age.entries_since,
    )
    return f"{last} {since % {'count': age.entries_since}}"


def result_sentence(token: Token) -> str:
    """What the two programs said of a token, with the reason of whichever did not verify it."""
    said = [
        ("rfc3161-client", token.library_result, token.library_reason),
        ("openssl", token.openssl_result, token.openssl_reason),
    ]
    return "; ".join(
        f"{name} {RESULT_WORDS[result]}{f' ({reason})' if reason and result != Token.Result.HOLDS else ''}"
        for name, result, reason in said
    )


def done_sentence(stamped: int, cosigned: int) -> str:
    """What anchoring by hand brought."""
    parts = []
    if stamped:
        parts.append(ngettext("%(count)s time-stamp", "%(count)s time-stamps", stamped) % {"count": stamped})
    if cosigned:
        parts.append(ngettext("%(count)s co-signature", "%(count)s co-signatures", cosigned) % {"count": cosigned})
    return _("Received: %(what)s.") % {"what": ", ".join(parts)}


def joined(faults: Sequence[str]) -> str:
    """Several faults as one text, each once."""
    return " ".join(dict.fromkeys(faults))
