"""Several processes that append to one ledger at once, as fast as they can.

    python tests/redteam/appenders.py DATABASE ORGANISATION PROCESSES ENTRIES

``DATABASE`` is the name of a database that exists; the server, if there is one, is in ``DATABASE_URL``. Prints one JSON
list: what each process was promised, as pairs of index and leaf hash, and the error that ended it, if any.
"""

import json
import os
import random
import sys
import time
from typing import Any

import kill_points
import recording


def main() -> int:
    database, slug, processes, entries = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    os.environ["DJANGO_SETTINGS_MODULE"] = "charteroak.portal.settings"
    import django
    from django.db import connection

    django.setup()
    connection.settings_dict["NAME"] = database
    starting, start = os.pipe()
    waiting, ready = os.pipe()

    def work_of(number: int) -> Any:
        return lambda pipe: append(pipe, (ready, starting), slug, entries, number)

    told = []
    with_all = [kill_points.forked(work_of(number)) for number in range(processes)]
    opened = [each.__enter__() for each in with_all]
    # None may be done before another has begun: they start when all of them stand at the line.
    standing = 0
    while standing < processes:
        standing += len(os.read(waiting, processes))
    os.write(start, b"x" * processes)
    for each, (process, reading) in zip(with_all, opened, strict=True):
        with os.fdopen(os.dup(reading), "rb") as file:
            lines = [json.loads(line) for line in file.read().splitlines()]
        _, status = os.waitpid(process, 0)
        each.__exit__(None, None, None)
        told.append({"entries": [pair for line in lines for pair in line["entries"]], "status": status})
    sys.stdout.write(json.dumps(told))
    return 0


def append(pipe: int, line: tuple[int, int], slug: str, entries: int, number: int) -> None:
    """Append, now one entry and now several in one transaction, and tell of each that was acknowledged."""
    from charteroak.records.accounts.models import Organisation

    order = random.Random(number)  # noqa: S311 - a repeatable order, no secret
    organisation = Organisation.objects.get(slug=slug)
    ready, starting = line
    os.write(ready, b"x")
    os.read(starting, 1)
    left = entries
    while left:
        count = min(left, order.choice((1, 1, 3)))
        os.write(pipe, recording.as_line({"entries": recording.append(organisation, count, order)}))
        left -= count
        # SQLite lets whoever asks again at once go first, so that the others would begin when this one has finished.
        time.sleep(order.random() / 100)


if __name__ == "__main__":
    sys.exit(main())
