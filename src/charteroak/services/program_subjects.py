"""What exceptions, gaps and assessments are about: a practice, or a requirement of an edition that is on file."""

import re

from charteroak.frameworks.catalog import Control, load_catalog
from charteroak.frameworks.errors import UnknownFrameworkError
from charteroak.services.programs import ProgramInputError, practice_named

_IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 64


def usable_identifier(text: str, field: str) -> str:
    """A name that later entries call something by: lower-case words with hyphens.

    Raises:
        ProgramInputError: it is no such name.
    """
    name = text.strip().lower()
    if not _IDENTIFIER.fullmatch(name) or len(name) > _LONGEST:
        raise ProgramInputError(
            "Use a short name of lower-case letters, digits and hyphens.", field=field, remedy="Such as old-till."
        )
    return name


def usable_subject(practice: str | None, framework: str | None, edition: str | None, requirement: str | None) -> None:
    """Refuse a subject that is neither a practice nor a requirement of a catalog.

    Raises:
        ProgramInputError: there is no such practice or requirement, or neither is named.
    """
    if practice is not None:
        practice_named(practice)
    if requirement is not None or framework is not None or edition is not None:
        requirement_named(framework or "", edition or "", requirement or "")
    elif practice is None:
        raise ProgramInputError("Choose a practice or a requirement.", field="practice")


def requirement_named(framework: str, edition: str, requirement: str) -> Control:
    """A requirement of an edition whose catalog comes with this release.

    Raises:
        ProgramInputError: there is no such edition or requirement.
    """
    try:
        catalog = load_catalog(framework, edition)
    except UnknownFrameworkError as error:
        raise ProgramInputError(f"There is no catalog of {framework} {edition} here.", field="edition") from error
    for control in catalog.active():
        if control.id == requirement:
            return control
    raise ProgramInputError(f"{framework} {edition} has no requirement {requirement!r}.", field="requirement")
