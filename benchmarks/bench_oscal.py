"""The promise: reading and judging the catalog of SP 800-53 takes at most twice what its JSON and schema alone take.

Each measurement is the best of some runs in a process of its own, in processor time. *Floor* is ``json.loads`` and
``jsonschema-rs`` with the same schema, compiled in that run. *Read* is what an import does before anything is kept:
limits, strict JSON, schema, reference checks. *Text* adds the edition and the words of every control. Beside it stand
the growth with size (made-up catalogs of 1,000 to 30,000 controls), the resolving of NIST's LOW and FedRAMP's HIGH
baseline, and compliance-trestle in the environment that ``make test-slow`` makes. Aims that are missed are named in
``missed``. Without the reference data beside the checkout the made-up catalogs alone are measured.
"""

import argparse
import gc
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOP = Path(__file__).parent.parent
OSCAL = TOP.parent / "shared" / "data" / "oscal"
CATALOG = OSCAL / "catalogs" / "NIST_SP-800-53_rev5.0.1_catalog-min.json"
PROFILE = OSCAL / "profiles" / "FedRAMP_rev5_HIGH-baseline_profile-min.json"
LOW = OSCAL / "profiles" / "NIST_SP-800-53_rev5_LOW-baseline_profile-min.json"
TRESTLE = TOP / ".venv-trestle" / "bin" / "python"
RUNS = 7
SIZES = (1_000, 3_000, 10_000, 30_000)
AIM_TIMES = 2.0
BY_TRESTLE = """\
import json, sys, time
from pathlib import Path
from trestle.oscal.catalog import Catalog
best = 9.0
for _ in range(3):
    started = time.process_time()
    Catalog.oscal_read(Path(sys.argv[1]))
    best = min(best, time.process_time() - started)
print(json.dumps(best))
"""


def made_up(controls: int) -> bytes:
    """A catalog with so many controls, each of a statement with a parameter, guidance and three objectives."""
    made = [
        {
            "id": f"c-{number}",
            "title": f"Control {number}",
            "params": [{"id": f"c-{number}_prm", "label": "frequency"}],
            "parts": [
                {
                    "id": f"c-{number}_smt",
                    "name": "statement",
                    "prose": f"Do it {{{{ insert: param, c-{number}_prm }}}}.",
                },
                {"id": f"c-{number}_gdn", "name": "guidance", "prose": "A sentence about how this is done. " * 8},
                *(
                    {"id": f"c-{number}_obj.{each}", "name": "assessment-objective", "prose": "It is done."}
                    for each in range(3)
                ),
            ],
        }
        for number in range(controls)
    ]
    catalog = {
        "uuid": "0ac0ffee-0000-4000-8000-000000000001",
        "metadata": {
            "title": "Made up", "last-modified": "2026-01-02T15:00:00Z", "version": "1", "oscal-version": "1.1.2",
        },
        "groups": [{"id": "g", "title": "Group", "controls": made}],
    }  # fmt: skip
    return json.dumps({"catalog": catalog}, separators=(",", ":")).encode()


def peak_megabytes() -> int:
    """The peak of this process alone: what ``getrusage`` says is inherited from the process that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) >> 10


def best(work: Callable[[], object], runs: int = RUNS) -> float:
    """The least processor time of some runs, in milliseconds."""
    found = []
    for _ in range(runs):
        gc.collect()
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return round(min(found) * 1000, 1)


def floor(data: bytes) -> None:
    """JSON and schema alone."""
    import jsonschema_rs  # noqa: PLC0415 - each process loads what it measures

    from charteroak.oscal.models import Model  # noqa: PLC0415 - as above
    from charteroak.oscal.schema import schema_text  # noqa: PLC0415 - as above

    validator = jsonschema_rs.validator_for(json.loads(schema_text(Model.CATALOG)), validate_formats=True)
    if not validator.is_valid(json.loads(data)):
        raise RuntimeError("the floor measures a valid catalog")


def read(data: bytes) -> Any:
    """What an import does before anything is kept. The schema is compiled anew, as in a fresh process."""
    from charteroak.oscal import schema  # noqa: PLC0415 - each process loads what it measures
    from charteroak.oscal.checking import usable_document  # noqa: PLC0415 - as above

    schema._validator.cache_clear()  # noqa: SLF001 - the floor compiles its schema in each run too
    return usable_document(data)[0]


def text(data: bytes) -> None:
    """The same, and the edition and the words of every control."""
    from charteroak.oscal.recognition import recognized  # noqa: PLC0415 - each process loads what it measures
    from charteroak.oscal.wording import control_texts  # noqa: PLC0415 - as above

    document = read(data)
    edition = recognized(document)
    for _ in control_texts(document, within=edition.ours if edition else None):
        pass


def measure(name: str, data: bytes, answers: Any) -> None:
    """One catalog, in this process."""
    floor(data)
    before = peak_megabytes()
    answer: dict[str, Any] = {
        "catalog": name,
        "megabytes": round(len(data) / 1e6, 2),
        "floorMilliseconds": best(lambda: floor(data)),
        "readMilliseconds": best(lambda: read(data)),
        "textMilliseconds": best(lambda: text(data), 3),
        "memoryBeforeMegabytes": before,
    }
    answer["times"] = round(answer["readMilliseconds"] / answer["floorMilliseconds"], 2)
    answer["memoryPeakMegabytes"] = peak_megabytes()
    answer["load"] = os.getloadavg()[0]
    answers.put(answer)


def resolving() -> dict[str, float]:
    """Milliseconds of resolving profiles from the catalog."""
    from charteroak.oscal.checking import read_document  # noqa: PLC0415 - only where the reference data is
    from charteroak.oscal.resolution import resolve_profile  # noqa: PLC0415 - as above
    from charteroak.oscal.shelf import Shelf, Shelved  # noqa: PLC0415 - as above

    shelf = Shelf([Shelved(CATALOG.name, read_document(CATALOG.read_bytes()))])
    low, high = (read_document(path.read_bytes()) for path in (LOW, PROFILE))
    return {
        "nistLowMilliseconds": best(lambda: resolve_profile(low, shelf), 3),
        "fedrampHighMilliseconds": best(lambda: resolve_profile(high, shelf), 3),
    }


def trestle() -> dict[str, Any] | None:
    """Processor milliseconds of compliance-trestle: reading the catalog, and resolving NIST's LOW baseline."""
    if not TRESTLE.exists():
        return None
    done = subprocess.run([TRESTLE, "-c", BY_TRESTLE, CATALOG], capture_output=True, text=True, check=False)
    answer: dict[str, Any] = {}
    if done.returncode == 0:
        answer["readMilliseconds"] = round(float(done.stdout) * 1000, 1)
    with tempfile.TemporaryDirectory(prefix="charteroak-trestle-") as name:
        folder = Path(name)
        command = TRESTLE.with_name("trestle")
        catalog = json.loads(CATALOG.read_bytes())
        profile = json.loads(LOW.read_bytes())
        profile["profile"]["imports"][0]["href"] = "trestle://catalogs/nist/catalog.json"
        subprocess.run([command, "init", "--local"], cwd=folder, capture_output=True, check=False)
        for kind, title, document in (("catalogs", "nist", catalog), ("profiles", "low", profile)):
            place = folder / kind / title
            place.mkdir(parents=True)
            (place / f"{kind[:-1]}.json").write_text(json.dumps(document), encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [command, "author", "profile-resolve", "-n", "low", "-o", "resolved"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer["resolveLowMilliseconds"] = round(
            (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000, 1
        )
        resolved = folder / "catalogs" / "resolved" / "catalog.json"
        if resolved.exists():
            answer["selected"] = resolved.read_text(encoding="utf-8").count('"class": "SP800-53')
        else:
            answer["said"] = (done.stdout + done.stderr)[-300:]
    return answer


def missed(catalogs: list[dict[str, Any]]) -> list[str]:
    """The aims that this run does not reach."""
    return [
        f"{each['catalog']} took {each['times']} times the floor, not {AIM_TIMES}"
        for each in catalogs
        if each["catalog"].startswith("SP 800-53") and each["times"] > AIM_TIMES
    ]


def main() -> int:
    """0 when everything ran; the aims are in the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    largest = parser.parse_args().largest
    wanted = [(f"{size} made-up controls", made_up(size)) for size in SIZES if size <= largest]
    is_here = CATALOG.exists()
    if is_here:
        wanted.insert(0, ("SP 800-53 5.0.1", CATALOG.read_bytes()))
    catalogs = []
    context = multiprocessing.get_context("spawn")
    for name, data in wanted:
        answers = context.Queue()
        process = context.Process(target=measure, args=(name, data, answers))
        process.start()
        catalogs.append(answers.get())
        process.join()
        print(json.dumps(catalogs[-1]), file=sys.stderr, flush=True)
    result: dict[str, Any] = {"catalogs": catalogs, "missed": missed(catalogs)}
    if is_here:
        result |= {"resolving": resolving(), "trestle": trestle()}
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
