"""Hostile messages: the thirty of our measurements and more. None may raise, take a second, or fill the memory.

They run in a child process of their own, one after the other, so that the peak of resident memory belongs to the
analysis alone. The file is its own child: run as a script, it prints one JSON line a case.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[3]))
from tests.simulators.hostile_messages import CASES, HEAD

MAX_CPU_SECONDS = 1.0
MAX_GROWTH_MB = 64


def _status_kb(field: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field))


def measure(name: str) -> dict[str, object]:
    """Analyse one case in this process and say what it took."""
    from charteroak.mail import analyze

    data = CASES[name]()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _status_kb("VmRSS")
    start = time.process_time()
    try:
        analysis = analyze(data)
        outcome, defects = analysis.status.value, [defect.kind.code for defect in analysis.defects]
        json.dumps(analysis.to_json(name)).encode("utf-8")
    except Exception as error:  # noqa: BLE001 - the very thing that is looked for
        outcome, defects = f"raised {type(error).__name__}: {error}", []
    seconds = time.process_time() - start
    growth_mb = (_status_kb("VmHWM") - before) >> 10
    return {"name": name, "outcome": outcome, "defects": defects, "seconds": seconds, "growthMB": growth_mb}


LEFT_OUT = {
    "multiparts_nested_3000_deep": "too-deep",
    "messages_attached_3000_deep": "too-deep",
    "hundred_thousand_parts": "too-many-parts",
    "two_hundred_thousand_headers": "header-block-cut",
    "one_header_of_20_mb": "header-block-cut",
    "two_hundred_thousand_recipients": "long-header",
    "html_of_30_mb_of_open_elements": "html-cut",
    "html_with_500_thousand_links": "html-cut",
    "hundred_thousand_encoded_words": "long-header",
    "charset_that_is_a_transformation": "unknown-charset",
    "charset_utf_7_hiding_markup": "unknown-charset",
    "nul_bytes": "control-in-header",
    "nothing": "empty",
    "bare_carriage_returns": "bare-cr",
    "boundary_of_1_mb": "bad-boundary",
    "random_bytes": "no-header-block",
    "two_million_false_boundaries": "boundary-flood",
    "content_type_twice": "duplicate-field",
    "tag_with_100_thousand_attributes": "too-many-tags",
    "archive_directory_that_lies": "archive-unreadable",
}


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures memory as Linux tells it")
def test_every_hostile_message_is_answered_in_time_and_memory_and_says_what_it_left_out() -> None:
    done = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=True, timeout=300)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["name"] for one in found] == list(CASES)
    assert not [one for one in found if one["outcome"] not in {"analyzed", "partial", "unreadable"}]
    assert not [one for one in found if one["seconds"] >= MAX_CPU_SECONDS]
    assert not [one for one in found if one["growthMB"] >= MAX_GROWTH_MB]
    said = {one["name"]: one["defects"] for one in found}
    assert not {name: said[name] for name, code in LEFT_OUT.items() if code not in said[name]}


def main() -> None:
    """Each case in a forked child, so that one's memory is not another's."""
    from charteroak.mail import analyze

    analyze(HEAD + b"Content-Type: text/html\n\n<a href=http://x.example>warm up</a> urgent")
    for name in CASES:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            print(json.dumps(measure(name)), flush=True)  # noqa: T201 - what the parent reads
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
