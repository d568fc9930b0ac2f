#!/usr/bin/env python3
"""Say where the time of a test run went, by file, from the report that pytest wrote.

    tools/test_times.py REPORT.xml [FILES]

A few files make up most of a run. Whoever adds tests sees here what they cost beside the others, before `make test`
grows past what anyone waits for.
"""

import argparse
from collections import Counter, defaultdict
from pathlib import Path

import defusedxml.ElementTree


def main() -> int:
    """Print the slowest files, their tests and their share."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path)
    parser.add_argument("files", type=int, nargs="?", default=15)
    chosen = parser.parse_args()
    seconds: defaultdict[str, float] = defaultdict(float)
    tests: Counter[str] = Counter()
    for case in defusedxml.ElementTree.parse(chosen.report).iter("testcase"):
        # The class of a test that has one stands behind its module.
        name = ".".join(part for part in case.get("classname", "").split(".") if not part[:1].isupper())
        seconds[name] += float(case.get("time", 0))
        tests[name] += 1
    whole = sum(seconds.values())
    print(f"{whole:.0f} s in {tests.total()} tests of {len(tests)} files, counted in every worker; most of it in")
    for name, spent in sorted(seconds.items(), key=lambda item: -item[1])[: chosen.files]:
        print(f"{spent:7.1f} s {100 * spent / max(whole, 1):3.0f} % {tests[name]:5} tests  {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
