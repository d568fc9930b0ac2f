"""The organisations and people of tests, for fixtures of any scope."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from charteroak.records.accounts.models import Organisation, User

PASSWORD = "correct horse battery staple"


def add_organisation(
    slug: str, *, part: str = "member", kind: str = "corporation", is_fictional: bool = False
) -> "Organisation":
    """An organisation; by default a member and a corporation that is not made up."""
    from charteroak.records.accounts.models import Organisation

    return Organisation.objects.create(
        slug=slug,
        name=slug.replace("-", " ").title(),
        part=part,
        kind=kind,
        is_fictional=is_fictional,
        created=datetime(2026, 1, 2, 15, tzinfo=UTC),
    )


def add_person(first_name: str, organisation: "Organisation | None" = None, role: str = "security-lead") -> "User":
    """A person with a role for an organisation; the password is ``PASSWORD``."""
    from charteroak.records.accounts.models import Membership, User

    user = User.objects.create_user(
        username=f"{first_name.lower()}@example.org",
        email=f"{first_name.lower()}@example.org",
        password=PASSWORD,
        first_name=first_name,
        last_name="Stone",
    )
    if organisation is not None:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user
