"""``charteroak account``: the organizations and people of an installation, for whoever runs it."""

import sys
from pathlib import Path
from typing import ClassVar

import click

from charteroak.adapters.log_lines import security_events_said
from charteroak.cli.files import print_json
from charteroak.cli.installation import data_option, open_installation
from charteroak.cli.printable import printable
from charteroak.cli.recording import org_option
from charteroak.errors import InputError
from charteroak.law.facts.words import OrganisationKind

PARTS = ("member", "provider", "desk")
ROLES = ("security-lead", "counsel", "provider", "analyst")
MAX_PASSWORD_CHARACTERS = 1_000

_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_role_option = click.option(
    "--role",
    required=True,
    type=click.Choice(ROLES),
    help="At a member security-lead or counsel, at a provider provider, at a desk analyst.",
)


class PasswordInputError(InputError):
    """No password was handed in."""

    code: ClassVar[str] = "account.password"


@click.group()
@click.pass_context
def account(context: click.Context) -> None:
    """Who signs in here, and for which organization."""
    context.with_resource(security_events_said())


@account.command("add-organization")
@click.argument("name")
@click.option("--part", type=click.Choice(PARTS), default="member", show_default=True, help="What it does here.")
@click.option(
    "--kind",
    required=True,
    type=click.Choice([kind.value for kind in OrganisationKind]),
    metavar="KIND",
    help="Its legal form: municipality, public-school-district, state-agency, nonprofit, corporation, llc, and others.",
)
@click.option("--slug", default="", help="Its short name in addresses and commands; otherwise made of its name.")
@_json_option
@data_option
def add_organization(*, name: str, part: str, kind: str, slug: str, as_json: bool, data_directory: Path) -> None:
    """Add an organization: a member, a provider that looks after members, or the desk that takes reports."""
    open_installation(data_directory)
    from charteroak.services import account_keeping  # noqa: PLC0415 - needs Django set up

    made = account_keeping.found_organisation(name, part=part, kind=kind, slug=slug)
    if as_json:
        print_json({"organisation": made.slug, "name": made.name, "part": made.part, "kind": made.kind})
        return
    click.echo(made.slug)
    role = account_keeping.ROLES_AT[made.part][0]
    click.echo(
        f"Next, a person: charteroak account add-person EMAIL --name NAME --org {made.slug} --role {role}", err=True
    )


@account.command("add-person")
@click.argument("email")
@click.option("--name", required=True, help="First and last name.")
@org_option
@_role_option
@_json_option
@data_option
def add_person(*, email: str, name: str, org: str, role: str, as_json: bool, data_directory: Path) -> None:
    """Add a person who signs in with a mail address. The password is asked for, or read from standard input.

    It needs 12 characters or more; a few words that nobody would guess are best.
    """
    open_installation(data_directory)
    from charteroak.services import account_keeping, accounts  # noqa: PLC0415 - needs Django set up

    new = account_keeping.newcomer(email, name, accounts.organisation_named(org), role)
    made = account_keeping.admit(new, _password())
    _say(f"{made.email} signs in as {role} of {org}.", made.email, as_json=as_json, organisation=org, role=role)


@account.command()
@click.argument("email")
@org_option
@_role_option
@_json_option
@data_option
def join(*, email: str, org: str, role: str, as_json: bool, data_directory: Path) -> None:
    """Give somebody who signs in already a role at an organization, or another role there."""
    open_installation(data_directory)
    from charteroak.services import account_keeping, accounts  # noqa: PLC0415 - needs Django set up

    seat = account_keeping.join_organisation(email, accounts.organisation_named(org), role)
    _say(f"{seat.user.email} is {role} of {org}.", seat.user.email, as_json=as_json, organisation=org, role=role)


@account.command()
@click.argument("email")
@_json_option
@data_option
def password(*, email: str, as_json: bool, data_directory: Path) -> None:
    """Give somebody a new password, asked for or read from standard input; they are signed out everywhere."""
    open_installation(data_directory)
    from charteroak.services import account_keeping, accounts  # noqa: PLC0415 - needs Django set up

    user = account_keeping.give_password(accounts.person_named(email), _password())
    _say(f"{user.email} has a new password.", user.email, as_json=as_json)


@account.command()
@click.argument("email")
@_json_option
@data_option
def end(*, email: str, as_json: bool, data_directory: Path) -> None:
    """End an account: nobody signs in with it any more. What was recorded under its name stays."""
    open_installation(data_directory)
    from charteroak.services import account_keeping  # noqa: PLC0415 - needs Django set up

    user = account_keeping.end_account(email)
    _say(f"{user.email} signs in no more.", user.email, as_json=as_json)
    if places := account_keeping.calendars_left(user):
        named = ", ".join(dict.fromkeys(places))
        click.echo(
            f"Secret calendar addresses that they made still work: {len(places)}, of {named}. "
            "Whoever keeps the record revokes them: Incidents, Limits in a calendar.",
            err=True,
        )


@account.command()
@click.argument("email")
@_json_option
@data_option
def reopen(*, email: str, as_json: bool, data_directory: Path) -> None:
    """Let somebody whose account was ended sign in again, with the password they had."""
    open_installation(data_directory)
    from charteroak.services import account_keeping  # noqa: PLC0415 - needs Django set up

    user = account_keeping.reopen_account(email)
    _say(f"{user.email} signs in again.", user.email, as_json=as_json)


@account.command("list")
@_json_option
@data_option
def list_(*, as_json: bool, data_directory: Path) -> None:
    """List the organizations and people of this installation."""
    open_installation(data_directory)
    from charteroak.services import account_keeping  # noqa: PLC0415 - needs Django set up

    organisations, seats = account_keeping.organisations_kept(), account_keeping.seats_kept()
    if as_json:
        print_json(
            {
                "organisations": [
                    {"organisation": each.slug, "name": each.name, "part": each.part, "kind": each.kind}
                    for each in organisations
                ],
                "people": [
                    {
                        "email": seat.email,
                        "name": seat.name,
                        "organisation": seat.organisation or None,
                        "role": seat.role or None,
                        "signsIn": seat.is_active,
                    }
                    for seat in seats
                ],
            }
        )
        return
    for each in organisations:
        click.echo(printable(f"{each.slug}: {each.name} ({each.part}, {each.kind})"))
    for seat in seats:
        place = f"{seat.role} of {seat.organisation}" if seat.organisation else "of no organization"
        click.echo(printable(f"{seat.email}: {seat.name}, {place}{'' if seat.is_active else ', ended'}"))
    if not organisations:
        click.echo("No organization is kept here. Add one with: charteroak account add-organization", err=True)


def _password() -> str:
    """What a person types twice without seeing it, or the first line of standard input.

    Raises:
        PasswordInputError: there is nothing on standard input.
    """
    if sys.stdin.isatty():
        typed = click.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
        return str(typed)
    line = sys.stdin.buffer.readline(MAX_PASSWORD_CHARACTERS * 4).rstrip(b"\r\n")
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise PasswordInputError("The password is no UTF-8 text.", remedy="Hand it in as UTF-8.") from error
    if not text or len(text) > MAX_PASSWORD_CHARACTERS:
        raise PasswordInputError(
            "No password was handed in." if not text else f"Longer than {MAX_PASSWORD_CHARACTERS} characters.",
            remedy="Type it at a terminal, or hand it in as one line of standard input.",
        )
    return text


def _say(sentence: str, email: str, *, as_json: bool, **more: str) -> None:
    if as_json:
        print_json({"email": email, **more})
    else:
        click.echo(printable(sentence))
