#!/usr/bin/env python3
"""The promise: each hostile mail is answered within a second and 64 MB, by no exception, no socket and no script.

    benchmarks/hostile_mail.py             every row; written to benchmarks/results/hostile_mail.json
    benchmarks/hostile_mail.py --cheap     the rows that are built and read in no time, and nothing written

Each row has a process and a worker of its own and takes the whole path: taken apart as it was handed in
(``mail.handed_in``), analysed with the worker (``services.mail_analysis``), its texts made safe to show, its pictures
made anew, its answer written as JSON. Both processes run under a filter of the kernel that kills whoever opens a socket
(``tests/simulators/no_sockets.py``); the first row is a control that must die of it.
"""

import argparse
import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

TOP = Path(__file__).parent.parent
sys.path[:0] = [str(TOP), str(TOP / "tools")]

from tests.simulators import hostile_files, hostile_mail, hostile_messages  # noqa: E402 - the path is made above
from tests.simulators.no_sockets import kill_whoever_opens_a_socket  # noqa: E402

from charteroak.errors import CharterOakError  # noqa: E402
from charteroak.mail.defects import DefectLog  # noqa: E402
from charteroak.mail.filetypes import detect_type  # noqa: E402
from charteroak.mail.handed_in import HandedIn, messages_of_file  # noqa: E402
from charteroak.mail.mime import split_message  # noqa: E402
from charteroak.mail.safe_markup import safe_markup, safe_text  # noqa: E402
from charteroak.services import mail_analysis  # noqa: E402
from measure import origin  # noqa: E402

RESULT = TOP / "benchmarks" / "results" / "hostile_mail.json"
RECIPIENT = "c@d.example"
MOST_SECONDS = 1.0
MOST_GROWTH_MB = 64
CASES: dict[str, Callable[[], bytes]] = {**hostile_messages.CASES, **hostile_mail.CASES, **hostile_files.CASES}
FACTS = {name: number for number, name in enumerate(list(hostile_messages.CASES)[:30], start=1)} | {
    "forged_results_on_top_of_a_pasted_mail": 31,
    "two_from_fields_and_two_addresses_in_one": 32,
    "comma_and_nul_encoded_in_a_display_name": 33,
    "file_name_turned_around": 34,
    "archive_in_itself": 35,
    "archive_whose_entries_overlap": 35,
    "archive_whose_sizes_lie": 35,
    "pdf_of_a_million_objects_that_acts": 36,
    "drawing_with_script_and_an_entity_bomb": 37,
    "outlook_file_whose_sectors_go_in_circles": 38,
    "subject_that_starts_a_header": 39,
    "subject_that_is_a_formula": 40,
    "script_in_every_field": 41,
    "link_that_ends_a_pattern": 42,
    "links_that_are_scripts": 43,
    "file_name_that_climbs": 44,
    "mailbox_lines_in_a_body": 44,
    "links_that_carry_who_reported": 45,
}
"""Which case of our measurements (facts: 45) a row is; the others are of our own."""
ENDS_ITS_WORKER = frozenset(
    {
        "pictures_of_twelve_megapixels_24_times",
        "pdf_that_draws_two_million_curves",
        "pdf_whose_drawings_hold_ten_of_the_next",
        "pdf_of_transparent_layers",
        "twenty_four_pdf_that_take_long",
    }
)
"""Files that a reader may only be stopped at: the worker is ended, and the report is partial."""
CHEAP_BYTES = 300_000
_WARM = b"""\
From: a@b.example
Subject: x
Content-Type: text/html

<a href=http://x.example>warm up</a> urgent <script>x</script>"""
_ACTS = re.compile(r"<(?!/?(?:p|br|b|strong|i|em|u|s|code|div|blockquote|pre|ul|ol|li|table|tbody|tr|td)>)")
_PICTURES = frozenset({"png", "jpeg", "gif", "webp", "bmp", "tiff"})


def whole_path(data: bytes) -> dict[str, Any]:
    """Take one message the whole way and say what became of it."""
    try:
        messages = messages_of_file(data)
    except CharterOakError as error:
        messages, refused = (HandedIn(data),), error.message
    else:
        refused = ""
    verdicts, codes, acts, leaks = [], [], 0, 0
    for each in messages:
        analysis = mail_analysis.analyze_reported(each.data, reporters=each.carriers)
        json.dumps(analysis.to_json("-"), ensure_ascii=False).encode("utf-8")
        verdicts.append(analysis.verdict.value)
        codes += [defect.kind.code for defect in analysis.defects]
        leaks += sum(RECIPIENT in seen.observable.value.lower() for seen in analysis.observables)
        acts += sum(character in analysis.subject + analysis.sender for character in "\r\n\0\u2028")
    return {
        "verdict": ", ".join(dict.fromkeys(verdicts)),
        "defects": list(dict.fromkeys(codes)),
        "refused": refused,
        "acts": acts,
        "leaks": leaks,
    }


def preview(data: bytes) -> int:
    """Show one message as an analyst's page does; how many texts hold something that acts."""
    acts = 0
    shown = split_message(data, DefectLog())
    for part in [part for part in shown.parts if not part.is_attachment][:4]:
        source = part.text(1 << 20, DefectLog())
        acts += _ACTS.search(safe_markup(source)[0]) is not None
        acts += "http://" in safe_text(source[:80_000]).lower()
    for part in [part for part in shown.parts if detect_type(part.data) in _PICTURES][:8]:
        mail_analysis.small_copy_of_picture(part.data)
    return acts


def _children() -> list[str]:
    return [child for task in Path("/proc/self/task").glob("*/children") for child in task.read_text().split()]


def _status_mb(process: str, field: str) -> float:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def _cpu_seconds() -> float:
    """CPU time of this process, of ended workers and of those that live."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = 0
    for child in _children():
        fields = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        living += int(fields[11]) + int(fields[12])
    return time.process_time() + ended.ru_utime + ended.ru_stime + living / os.sysconf("SC_CLK_TCK")


def measure_row(name: str) -> dict[str, Any]:
    """One row, in a process of its own that is already forked."""
    if not kill_whoever_opens_a_socket():
        raise SystemExit("This system cannot prove that no socket is opened.")
    data = CASES[name]()
    mail_analysis.analyze_reported(_WARM)
    # Starts the worker.
    mail_analysis.small_copy_of_picture(b"no picture")
    worker = _children()[0]
    for process in ("self", worker):
        Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")
    before = {process: _status_mb(process, "VmRSS") for process in ("self", worker)}
    cpu, wall = _cpu_seconds(), time.perf_counter()
    try:
        outcome = whole_path(data)
    except Exception as error:  # noqa: BLE001 - the very thing that is looked for
        outcome = {
            "verdict": "",
            "defects": [],
            "refused": "",
            "acts": 0,
            "leaks": 0,
            "raised": f"{type(error).__name__}: {error}",
        }
    seconds, cpu = time.perf_counter() - wall, _cpu_seconds() - cpu
    previewed = _cpu_seconds()
    outcome["acts"] += preview(data)
    previewed = _cpu_seconds() - previewed
    worker_mb = _status_mb(worker, "VmHWM") - before[worker] if Path(f"/proc/{worker}").exists() else None
    return {
        "name": name,
        "ofTheFacts": FACTS.get(name),
        "megabytes": round(len(data) / 1e6, 2),
        "seconds": round(seconds, 3),
        "cpuSeconds": round(cpu, 3),
        "previewCPUSeconds": round(previewed, 3),
        "growthMB": round(_status_mb("self", "VmHWM") - before["self"], 1),
        "workerGrowthMB": None if worker_mb is None else round(worker_mb, 1),
        **outcome,
    }


def in_a_process(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a forked process answers; a process that was killed answers with the signal."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        with os.fdopen(sink, "w") as out:
            out.write(json.dumps(work()))
        # The worker ends with its pipes.
        os._exit(0)
    os.close(sink)
    with os.fdopen(source) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if text else {"killed": os.WTERMSIG(status) if os.WIFSIGNALED(status) else -1}


def misses(row: dict[str, Any]) -> list[str]:
    """Which limits a row does not keep."""
    if "killed" in row:
        return [f"killed by signal {row['killed']}"]
    found = [f"{name} {row[name]}" for name in ("raised",) if name in row]
    found += [f"{name} {row[name]}" for name in ("cpuSeconds", "previewCPUSeconds") if row[name] >= MOST_SECONDS]
    growth = {name: row[name] for name in ("growthMB", "workerGrowthMB")}
    found += [f"{name} {mb}" for name, mb in growth.items() if mb is not None and mb >= MOST_GROWTH_MB]
    found += ["something acts"] if row["acts"] else []
    found += ["a recipient is an indicator"] if row["leaks"] else []
    if "reader-stopped" in row["defects"] and row["name"] not in ENDS_ITS_WORKER:
        found.append("the worker was lost")
    return found


def _opens_a_socket() -> dict[str, Any]:
    import socket  # noqa: PLC0415 - the control alone

    kill_whoever_opens_a_socket()
    socket.socket()
    return {"opened": True}


def main() -> int:
    """0 when every row kept its limits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cheap", action="store_true")
    parser.add_argument("--only", default="", help="rows whose name holds this; nothing is written")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON and no table; nothing is written")
    chosen = parser.parse_args()
    document: dict[str, Any] = {**origin(), "name": "hostile_mail", "loadAverage": os.getloadavg()[0]}
    control = in_a_process(_opens_a_socket)
    mail_analysis.analyze_reported(_WARM)
    rows = []
    if not chosen.json:
        print(f"{'case':55} {'s':>6} {'CPU s':>6} {'MB':>6} {'worker':>6}  verdict, defects")
    for name, build in CASES.items():
        if chosen.only not in name or (chosen.cheap and (name in DEAR or len(build()) > CHEAP_BYTES)):
            continue
        row = {"name": name, **in_a_process(partial(measure_row, name))}
        row["misses"] = misses(row)
        rows.append(row)
        if not chosen.json:
            print(_line(row), flush=True)
    document |= {
        "control": control,
        "rows": rows,
        "cases": len(rows),
        "ofTheFacts": len({row["ofTheFacts"] for row in rows if row.get("ofTheFacts")}),
        "ofOurOwn": sum(row.get("ofTheFacts") is None for row in rows),
        "misses": {row["name"]: row["misses"] for row in rows if row["misses"]},
    }
    if chosen.json:
        print(json.dumps(document))
    elif not chosen.cheap and not chosen.only:
        RESULT.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    sys.stderr.write(f"{len(rows)} rows, {len(document['misses'])} missed a limit; control: {control}\n")
    return 1 if document["misses"] or "killed" not in control else 0


DEAR = frozenset(
    {
        "archive_whose_entries_overlap",
        "compressed_file_that_grows_a_thousandfold",
        "zip_bomb_of_200_mb",
    }
)
"""Small when they are made, but not quickly made."""


def _line(row: dict[str, Any]) -> str:
    if "killed" in row:
        return f"{row['name']:55} KILLED by {row['killed']}"
    said = " ".join([row["verdict"], *row["defects"], *(["REFUSED"] if row["refused"] else [])])
    worker = "-" if row["workerGrowthMB"] is None else row["workerGrowthMB"]
    head = (
        f"{row['name'][:55]:55} {row['seconds']:6.2f} {row['cpuSeconds']:6.2f} {row['growthMB']:6} {worker:>6}  {said}"
    )
    return head + (f"  MISSED: {'; '.join(row['misses'])}" if row["misses"] else "")


if __name__ == "__main__":
    sys.exit(main())
