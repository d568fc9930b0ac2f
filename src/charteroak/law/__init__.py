"""Statutes as dated data and small pure evaluators over it.

``facts`` is what is known of an organization, its program and a breach; ``editions`` and ``clocks`` know when each
framework that the act names was revised; ``safe_harbor`` answers, element by element, what the record supports.

Nothing here reads a clock, a file of the user's or the network, and nothing here is legal advice.
"""

from charteroak.law.safe_harbor import Determination, ElementFinding, Outcome, Status, determine

__all__ = ["Determination", "ElementFinding", "Outcome", "Status", "determine"]
