"""Names of people for the opaque actors of a ledger, where they are still known here."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from charteroak.program.custody import Chain
from charteroak.records.accounts.models import User


@dataclass(slots=True)
class Names:
    """Looks each actor up once."""

    _known: dict[str, str] = field(default_factory=dict)

    def actor(self, actor: str) -> str:
        """A person's name; the software, or an identifier whose name was forgotten, as such."""
        if actor not in self._known:
            self._known[actor] = self._name(actor)
        return self._known[actor]

    def holder(self, chain: Chain) -> str:
        """Whoever has an item: the name in the record, or that of the person who recorded it."""
        return self.actor(chain.holder) if chain.holder.startswith(("user:", "system")) else chain.holder

    def _name(self, actor: str) -> str:
        if actor == "system":
            return _("the software itself")
        user = User.objects.filter(actor_id=actor.removeprefix("user:")).first() if actor.startswith("user:") else None
        return str(user) if user is not None else actor
