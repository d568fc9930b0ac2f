"""What can go wrong with a plan."""

from typing import ClassVar

from charteroak.errors import InputError


class PlanError(InputError):
    """A plan cannot mean what was handed in; nothing of it was kept."""

    code: ClassVar[str] = "plan.invalid"
