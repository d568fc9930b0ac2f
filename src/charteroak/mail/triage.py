"""Whether a phish is *sophisticated*: what the state wants told apart from the mass of lures.

The state's form asks for "sophisticated" phishing and gives no definition that we could get hold of. Five observations
stand for it here, each with its reason: the message is aimed at this organisation, an official sender is spoofed, it
wants a payment or bank details changed, it carries something that runs, or the lure is new. One is enough. The answer
is a pure function of signals, so that a report filed earlier can be sorted again from what was kept of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from charteroak.mail.analysis import Analysis
from charteroak.mail.score import Verdict


class Sophistication(StrEnum):
    """One observation that lifts a phish out of the mass."""

    TARGETED = "targeted"
    SPOOFED_OFFICIAL = "spoofed-official"
    PAYMENT_CHANGE = "payment-change"
    MALWARE = "malware"
    NEW_LURE = "new-lure"


_SIGNALS = (
    (Sophistication.TARGETED, ("sender-imitates-reader", "link-imitates-reader", "role-from-free-mail")),
    (Sophistication.SPOOFED_OFFICIAL, ("official-name-borrowed",)),
    (Sophistication.PAYMENT_CHANGE, ("about-payroll",)),
    (
        Sophistication.MALWARE,
        (
            "file-program",
            "file-archive-with-program",
            "file-disk-image",
            "file-smuggles",
            "file-double-ending",
            "file-macros",
            "file-loads-from-outside",
            "file-acts",
            "file-password-given",
            "link-active-code",
        ),
    ),
)
_FINDINGS = frozenset({Verdict.PHISHING, Verdict.SUSPICIOUS})
_NEW = "No campaign that this desk knows has this sender, these links, this text or these files."


@dataclass(frozen=True, slots=True)
class TriageReason:
    """Why a phish counts as sophisticated: which observation, and the sentence of the signal that showed it."""

    kind: Sophistication
    explanation: str

    def to_json(self) -> dict[str, str]:
        """The reason as commands print it."""
        return {"kind": self.kind.value, "explanation": self.explanation}


def triage(analysis: Analysis, *, is_campaign_known: bool | None = None) -> tuple[TriageReason, ...]:
    """The reasons for which a message counts as sophisticated; empty where none was seen, which proves nothing.

    ``is_campaign_known`` says whether reports of the same campaign were seen before; ``None``: nobody looked, and then
    nothing is said about it.
    """
    explanations = {signal.id: signal.explanation for signal in analysis.signals}
    return triage_signals(explanations, analysis.verdict, is_campaign_known=is_campaign_known)


def triage_signals(
    explanations: Mapping[str, str], verdict: Verdict, *, is_campaign_known: bool | None = None
) -> tuple[TriageReason, ...]:
    """The same from the ids and sentences of the signals, as a filed report keeps them.

    Payment, aim and novelty count only where the verdict found something: a treasurer writes about bank details too.
    """
    is_finding = verdict in _FINDINGS
    reasons = []
    for kind, signals in _SIGNALS:
        found = next((signal for signal in signals if signal in explanations), None)
        if found is not None and (is_finding or kind is Sophistication.MALWARE):
            reasons.append(TriageReason(kind, explanations[found]))
    if is_finding and is_campaign_known is False:
        reasons.append(TriageReason(Sophistication.NEW_LURE, _NEW))
    return tuple(reasons)
