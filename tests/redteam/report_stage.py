"""A stage on which processes file reports and are killed: one start of Django, a fork for each death and each check.

    python tests/redteam/report_stage.py FOLDER

Each line on standard input is a run: ``{"killAt": 12}`` dies at the twelfth fault point of filing a report, adding to
it and sending the same form again, and then the same with two reports that are filed together; ``{"killAfter": 0.01}``
after that many seconds wherever it is; ``{}`` lives, and tells the names of its fault points. Each line on standard
output says how it ended, and what did not hold afterwards: no receipt without its record, and after every form was
sent again no record twice.
"""

import gc
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kill_points
import recording

DOCUMENT = {"outcome": "blocked", "kinds": ["malware"]}
ALONE, TOGETHER = 1, (2, 3)
"""First reports in one life; each is supplemented once and sent twice."""


def main() -> int:
    folder = Path(sys.argv[1])
    template, data = folder / "template", folder / "data"
    os.environ["CHARTEROAK_DATA"] = str(template)
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "charteroak.portal.settings"
    os.umask(0o077)
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    recording.found()
    file_and_add(0, lambda _line: None)
    connections.close_all()
    # What is loaded now is shared with every process that is forked; looking for garbage in it would copy it.
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(template, data)
        sys.stdout.write(json.dumps(run(json.loads(line), data)) + "\n")
        sys.stdout.flush()
    return 0


def prepared(number: int) -> Any:
    """The first report of this number, checked and not written."""
    from charteroak.response.incident_report import parse_report
    from charteroak.services.incident_reports import first_report

    record = parse_report({**DOCUMENT, "narrative": f"Report {number}"})
    return first_report(record, reporter(), channel="web", token=f"{number:032}")


def reporter() -> Any:
    from charteroak.records.accounts.models import Organisation
    from charteroak.services.incident_reports import Reporter

    return Reporter(organisation=Organisation.objects.get(slug=recording.ORGANISATION))


def file_and_add(number: int, say: recording.Say) -> None:
    """File a report, add to it, and send the first form again, saying what is begun and what was promised."""
    from charteroak.services.first_reports import file_first

    say({"begin": number})
    row = file_first(prepared(number))
    say({"number": number, "receipt": row.receipt})
    add_to(row, number, say)


def file_together_and_add(numbers: Sequence[int], say: recording.Say) -> None:
    """The same with several reports that come at one moment."""
    from charteroak.services.first_reports import file_together

    for number in numbers:
        say({"begin": number})
    rows = file_together([prepared(number) for number in numbers])
    for number, row in zip(numbers, rows, strict=True):
        say({"number": number, "receipt": row.receipt})
    for number, row in zip(numbers, rows, strict=True):
        add_to(row, number, say)


def add_to(row: Any, number: int, say: recording.Say) -> None:
    from charteroak.response.incident_report import parse_report
    from charteroak.services.first_reports import file_first
    from charteroak.services.incident_reports import add_supplement

    more = parse_report({**DOCUMENT, "narrative": f"More of {number}", "reportType": "supplement"})
    add_supplement(row, more, reporter(), channel="web", token=f"{number:032}")
    say({"number": number, "receipt": row.receipt, "supplemented": True})
    again = file_first(prepared(number))
    say({"number": number, "receipt": again.receipt})


def run(wish: dict[str, Any], data: Path) -> dict[str, Any]:
    """One life, one death and one check."""

    def live(pipe: int) -> None:
        recording.use(data)
        points = kill_points.KillPoints(data, wish.get("killAt"))
        if "killAfter" not in wish:
            points.install()
        file_and_add(ALONE, lambda line: _say(pipe, line))
        file_together_and_add(TOGETHER, lambda line: _say(pipe, line))
        _say(pipe, {"points": points.passed})

    with kill_points.forked(live) as (process, reading):
        if "killAfter" in wish:
            time.sleep(wish["killAfter"])
            os.kill(process, signal.SIGKILL)
        said = _read(reading)
        _, status = os.waitpid(process, 0)
    passed = said.pop()["points"] if said and "points" in said[-1] else []

    def look(pipe: int) -> None:
        recording.use(data)
        for fault in faults_after(said):
            _say(pipe, {"fault": fault})

    with kill_points.forked(look) as (process, reading):
        faults = [line["fault"] for line in _read(reading)]
        _, looked = os.waitpid(process, 0)
    return {
        **wish,
        "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        "points": passed,
        "acknowledged": sum("receipt" in line for line in said),
        "faults": faults if looked == 0 else [*faults, "the check itself failed"],
    }


def faults_after(said: list[dict[str, Any]]) -> list[str]:
    """What a fresh process finds wrong, before and after it sends every form that was begun again."""
    from charteroak.records.accounts.models import Organisation
    from charteroak.records.ledger.models import LedgerEntry
    from charteroak.records.reports.models import FiledForm, Report, ReportVersion
    from charteroak.services.checkpoints import verify_ledger

    faults = []
    for line in said:
        if "receipt" in line:
            row = Report.objects.filter(receipt=line["receipt"]).first()
            versions = 0 if row is None else row.versions.count()
            if versions < (2 if line.get("supplemented") else 1):
                faults.append(f"a receipt for report {line['number']} without its record")
    if ReportVersion.objects.filter(number=1).count() != Report.objects.count():
        faults.append("a report without its first version")
    begun = [line["begin"] for line in said if "begin" in line]
    for number in begun:
        file_and_add(number, lambda _line: None)
    if FiledForm.objects.count() != Report.objects.count() or Report.objects.count() != len(begun) + 1:
        faults.append(f"{Report.objects.count()} reports of {len(begun) + 1} forms")
    if ReportVersion.objects.count() != 2 * Report.objects.count():
        faults.append(f"{ReportVersion.objects.count()} versions of {Report.objects.count()} reports")
    for slug in (recording.ORGANISATION, recording.DESK):
        organisation = Organisation.objects.get(slug=slug)
        entries = LedgerEntry.objects.filter(organisation=organisation, kind__startswith="report.").count()
        if entries != ReportVersion.objects.count():
            faults.append(f"{entries} entries of {ReportVersion.objects.count()} versions at {slug}")
        verify_ledger(organisation)
    return faults


def _say(pipe: int, line: dict[str, Any]) -> None:
    os.write(pipe, recording.as_line(line))


def _read(descriptor: int) -> list[dict[str, Any]]:
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return [json.loads(line) for line in file.read().splitlines()]


if __name__ == "__main__":
    sys.exit(main())
