"""What a record supports under a state's safe-harbor act, element by element. Not legal advice."""

from charteroak.law.safe_harbor.determination import Determination, ElementFinding, Outcome, determine
from charteroak.law.timeline import Status

__all__ = ["Determination", "ElementFinding", "Outcome", "Status", "determine"]
