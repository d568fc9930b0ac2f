"""A desk in a new data directory, for measurements: ``made_desk.py DIRECTORY`` makes it in a process of its own."""

import sys
from pathlib import Path
from typing import Any


def made_desk(directory: Path) -> Any:
    """The desk of a new installation, which is Django's in this process from now on."""
    from charteroak.cli.installation import migrate, set_up_django  # noqa: PLC0415 - Django is set up by it

    set_up_django(directory)
    migrate()
    from charteroak.adapters.system_clock import now  # noqa: PLC0415 - needs Django set up
    from charteroak.records.accounts.models import Organisation  # noqa: PLC0415 - needs Django set up

    return Organisation.objects.create(slug="desk", name="Desk", part=Organisation.Part.DESK, created=now())


if __name__ == "__main__":
    made_desk(Path(sys.argv[1]))
