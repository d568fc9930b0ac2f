"""Reading suspicious mail: bounded, offline, never raising, and explaining every point it gives.

    from charteroak.mail import analyze
    analysis = analyze(data, reporters=["clerk@town.example"])

``analyze`` and what belongs to it are loaded on first use, so that importing this package costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from charteroak.mail.analysis import Analysis, AnalysisStatus, Signal, analyze
    from charteroak.mail.campaign import Cluster, campaign_keys, cluster_analyses, link_strength
    from charteroak.mail.fingerprint import CampaignKey
    from charteroak.mail.score import Verdict

_HOMES = {
    "Analysis": "charteroak.mail.analysis",
    "AnalysisStatus": "charteroak.mail.analysis",
    "Signal": "charteroak.mail.analysis",
    "analyze": "charteroak.mail.analysis",
    "Cluster": "charteroak.mail.campaign",
    "campaign_keys": "charteroak.mail.campaign",
    "cluster_analyses": "charteroak.mail.campaign",
    "link_strength": "charteroak.mail.campaign",
    "CampaignKey": "charteroak.mail.fingerprint",
    "Verdict": "charteroak.mail.score",
}

__all__ = [
    "Analysis",
    "AnalysisStatus",
    "CampaignKey",
    "Cluster",
    "Signal",
    "Verdict",
    "analyze",
    "campaign_keys",
    "cluster_analyses",
    "link_strength",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
