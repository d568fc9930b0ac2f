"""The release gate: the one place where something may leave the desk.

Default deny. An indicator gets a ``Release`` only if every rule below agrees; otherwise the ``Refusal`` names every
rule that did not. Exports and feeds take ``Release`` values and nothing else, and only this module can make one.

1. The TLP label lets the audience have it (``charteroak.intel.audiences``).
2. It was not taken back. A revoked indicator leaves only as a withdrawal, to those who had it.
3. No warning list objects to the observable, and a range is no wider than /16 (IPv4) or /32 (IPv6).
4. No name, address or domain of a reporter, recipient or member stands in its name, description, campaign or
   pattern; how that is told from the attacker's own words stands in ``charteroak.intel.confidentiality``.

A withdrawal leaves with generic words in place of name and description: whoever had the indicator learns only that it
no longer holds, and rules 3 and 4, which may be why it is withdrawn, cannot keep it in circulation.
"""

from collections.abc import Collection, Iterator
from dataclasses import InitVar, dataclass, field, replace

from charteroak.intel.audiences import Audience, is_allowed
from charteroak.intel.confidentiality import ConfidentialTerms
from charteroak.intel.indicators import Indicator
from charteroak.intel.warning_lists import WarningLists

_SEAL = object()

WITHDRAWN_NAME = "Withdrawn indicator"
WITHDRAWN_DESCRIPTION = "Taken back by the desk that published it. Remove it from blocklists and detection rules."


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something may not leave: a stable code, and a sentence for the analyst.

    The sentence says where a confidential word stands and never repeats the word.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Leave to send one version of one indicator to one audience. Only this module makes one."""

    indicator: Indicator
    audience: Audience
    is_withdrawal: bool
    lists_digest: str = field(default="")
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("A Release comes from the release gate alone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why one version of one indicator may not go to one audience; there is at least one reason."""

    indicator: Indicator
    audience: Audience
    reasons: tuple[Reason, ...]


def review_release(
    indicator: Indicator,
    *,
    audience: Audience,
    warning_lists: WarningLists,
    confidential_terms: ConfidentialTerms,
) -> Release | Refusal:
    """Decide whether this version may go to this audience. Pure: the same arguments, the same answer."""
    reasons = tuple(
        dict.fromkeys(
            (
                *_about_marking(indicator, audience),
                *_about_revocation(indicator),
                *(Reason(found.list_id, found.text) for found in warning_lists.objections_to(indicator.observable)),
                *_about_confidentiality(indicator, confidential_terms),
            )
        )
    )
    if reasons:
        return Refusal(indicator=indicator, audience=audience, reasons=reasons)
    return Release(
        indicator=indicator,
        audience=audience,
        is_withdrawal=False,
        lists_digest=warning_lists.digest,
        seal=_SEAL,
    )


def review_withdrawal(
    indicator: Indicator, *, audience: Audience, released_to: Collection[Audience]
) -> Release | Refusal:
    """Decide whether a revoked indicator may be taken back from this audience: only from those who had it."""
    reasons = []
    if not indicator.revoked:
        reasons.append(Reason("not-revoked", "The indicator still holds; only a revoked one is withdrawn."))
    if audience not in released_to:
        reasons.append(Reason("never-released", "This audience never had the indicator."))
    if reasons:
        return Refusal(indicator=indicator, audience=audience, reasons=tuple(reasons))
    bare = replace(indicator, name=WITHDRAWN_NAME, description=WITHDRAWN_DESCRIPTION, campaign="")
    return Release(indicator=bare, audience=audience, is_withdrawal=True, seal=_SEAL)


def _about_marking(indicator: Indicator, audience: Audience) -> Iterator[Reason]:
    if not is_allowed(indicator.tlp, audience):
        yield Reason("marking", f"{indicator.tlp.value} may not go to the audience “{audience.value}”.")


def _about_revocation(indicator: Indicator) -> Iterator[Reason]:
    if indicator.revoked:
        yield Reason("revoked", "The indicator was taken back; it can only be withdrawn.")


def _about_confidentiality(indicator: Indicator, terms: ConfidentialTerms) -> Iterator[Reason]:
    found = {
        "name": terms.kinds_in_text(indicator.name),
        "description": terms.kinds_in_text(indicator.description),
        "campaign": terms.kinds_in_text(indicator.campaign),
        # The value and not the pattern: escaping must not hide a word.
        "pattern": terms.kinds_in_observable(indicator.observable),
    }
    for place, kinds in found.items():
        for kind in sorted(kinds):
            yield Reason(
                f"confidential-{kind.value}",
                f"The {place} gives away a {kind.value} of someone who reported or received this.",
            )
