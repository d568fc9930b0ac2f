#!/usr/bin/env python3
"""Write the sample town's logs: a week of made-up traffic in which the sample campaign shows.

    tools/sample_logs.py            src/charteroak/services/sample_data/logs/
    tools/sample_logs.py --check    exit 1 if a committed log says anything else

Nobody and nothing in them exists: names end in .example or .test, addresses are those of RFC 5737 and RFC 1918. The
campaign's lines and the decoys stand here one by one, so that the counts in the README beside the logs can be counted
by hand; the rest is drawn from a fixed seed.
"""

import argparse
import gzip
import json
import random
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "src" / "charteroak" / "services" / "sample_data" / "logs"
SEED = 20261118
ORDINARY_LINES = 190

HOST = "login.payroll-quickpay.example"
PAGE = f"https://{HOST}/direct-deposit/confirm"
ADDRESS = "203.0.113.77"
RESOLVER = "198.51.100.53"

OFFICES = {
    "10.20.4.21": "t.ames",
    "10.20.4.31": "june.whitlock",
    "10.20.4.32": "r.osei",
    "10.20.4.40": "d.lindqvist",
    "10.20.6.11": "m.abara",
    "10.20.6.12": "h.cho",
}
SITES = {
    "www.cedar-landing.example": "198.51.100.10",
    "permits.cedar-landing.example": "198.51.100.11",
    "payroll.cedar-landing.example": "198.51.100.12",
    "weather.test": "192.0.2.14",
    "maps.test": "192.0.2.21",
    "news.river-valley.test": "192.0.2.33",
    "updates.desk-tools.test": "192.0.2.40",
    "mail.cedar-landing.example": "198.51.100.25",
    "library.nutmeg.test": "192.0.2.52",
}

Event = tuple[datetime, str]


def at(day: int, clock: str) -> datetime:
    """A moment of November 2026, in the town's own time."""
    return datetime.fromisoformat(f"2026-11-{day:02d}T{clock}-05:00")


def ordinary(source: random.Random, write: Callable[[datetime, str, str], str]) -> list[Event]:
    """Working hours of a quiet week: a client and a site a line."""
    events = []
    for _ in range(ORDINARY_LINES):
        moment = at(source.randint(16, 20), "07:30:00") + timedelta(seconds=source.randint(0, 9 * 3600))
        events.append((moment, write(moment, source.choice(list(OFFICES)), source.choice(list(SITES)))))
    return events


def dns_line(moment: datetime, text: str) -> str:
    """As a small resolver writes."""
    return f"{moment:%b %d %H:%M:%S} gate dnsmasq[612]: {text}"


def dns(source: random.Random) -> list[Event]:
    """Queries and answers. The domain: 7 times. The address: 3 times."""

    def write(moment: datetime, client: str, site: str) -> str:
        asked = f"query[A] {site} from {client}"
        return dns_line(
            moment, source.choice((asked, f"reply {site} is {SITES[site]}", f"forwarded {site} to {RESOLVER}"))
        )

    told = [
        (at(18, "09:02:11"), f"query[A] {HOST} from 10.20.4.31"),
        (at(18, "09:02:12"), f"reply {HOST} is {ADDRESS}"),
        (at(18, "09:40:55"), f"query[A] {HOST} from 10.20.6.12"),
        (at(18, "09:40:55"), f"reply {HOST} is {ADDRESS}"),
        (at(19, "08:12:03"), f"query[A] {HOST} from 10.20.4.31"),
        (at(19, "08:12:03"), f"reply {HOST} is {ADDRESS}"),
        (at(19, "08:15:41"), "query[MX] payroll-quickpay.example from 10.20.4.40"),
        # What looks like it and is something else.
        (at(17, "10:01:09"), "query[A] notpayroll-quickpay.example from 10.20.4.21"),
        (at(17, "10:01:09"), "reply notpayroll-quickpay.example is 192.0.2.177"),
        (at(18, "11:30:30"), "query[A] payroll-quickpay.example.com from 10.20.4.32"),
        (at(18, "11:30:31"), "reply payroll-quickpay.example.com is 203.0.113.7"),
        (at(20, "14:22:47"), "query[A] payroll-quickpay-example.test from 10.20.6.11"),
        (at(20, "14:22:48"), "query[TXT] login.payroll-quickpay.example-mirror.test from 10.20.6.11"),
    ]
    return ordinary(source, write) + [(moment, dns_line(moment, text)) for moment, text in told]


def proxy_line(moment: datetime, client: str, host: str, address: str, path: str, status: int, size: int) -> str:
    """A record of the web proxy."""
    record = {
        "time": moment.isoformat(),
        "client": {"address": client, "user": OFFICES[client]},
        "request": {"method": "GET", "host": host, "url": f"https://{host}{path}"},
        "server": {"address": address, "status": status, "bytes": size},
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def proxy(source: random.Random) -> list[Event]:
    """Requests. The domain: 6 times, twice in each of 3 records. The page: 3 times. The address: 3 times."""

    def write(moment: datetime, client: str, site: str) -> str:
        path = source.choice(("/", "/index.html", "/agenda/2026-11", "/search?q=snow+parking", "/static/site.css"))
        return proxy_line(moment, client, site, SITES[site], path, 200, source.randint(400, 90_000))

    page = PAGE.partition(HOST)[2]
    june = f"{page}?id=anVuZS53aGl0bG9ja0BjZWRhci1sYW5kaW5nLmV4YW1wbGU"
    cho = f"{page}?id=aC5jaG9AY2VkYXItbGFuZGluZy5leGFtcGxl"
    warning = "/warning/payroll-quickpay"
    told = [
        (at(18, "09:02:13"), "10.20.4.31", HOST, ADDRESS, june, 200, 18_422),
        (at(18, "09:40:56"), "10.20.6.12", HOST, ADDRESS, cho, 200, 18_422),
        (at(19, "08:12:04"), "10.20.4.31", HOST, ADDRESS, page, 403, 512),
        # What looks like it and is something else.
        (at(17, "10:01:10"), "10.20.4.21", "notpayroll-quickpay.example", "192.0.2.177", page, 200, 9_301),
        (at(18, "11:30:31"), "10.20.4.32", "payroll-quickpay.example.com", "203.0.113.7", page, 404, 310),
        (at(20, "09:00:02"), "10.20.6.11", "www.cedar-landing.example", "198.51.100.10", warning, 200, 7_118),
    ]
    return ordinary(source, write) + [(row[0], proxy_line(*row)) for row in told]


def firewall_line(moment: datetime, text: str) -> str:
    """As a packet filter writes to the system log."""
    return f"{moment:%b %d %H:%M:%S} gate kernel: {text}"


def firewall(source: random.Random) -> list[Event]:
    """Connections. The address: 3 times. No names."""

    def passed(client: str, address: str) -> str:
        return f"PASS IN=lan OUT=wan SRC={client} DST={address} PROTO=TCP SPT={source.randint(40000, 65000)} DPT=443"

    def write(moment: datetime, client: str, site: str) -> str:
        return firewall_line(moment, passed(client, SITES[site]))

    told = [
        (at(18, "09:02:12"), passed("10.20.4.31", ADDRESS)),
        (at(18, "09:40:55"), passed("10.20.6.12", ADDRESS)),
        (at(19, "08:12:03"), passed("10.20.4.31", ADDRESS).replace("PASS", "DROP")),
        # What looks like it and is something else.
        (at(17, "10:01:09"), passed("10.20.4.21", "203.0.113.7")),
        (at(18, "11:30:31"), passed("10.20.4.32", "203.0.113.177")),
        (at(19, "18:00:00"), "policy set 203.0.113.770 loaded, replaces 1203.0.113.77"),
        (at(19, "18:00:01"), "policy set 203.0.113.77.2 kept for rollback"),
    ]
    return ordinary(source, write) + [(moment, firewall_line(moment, text)) for moment, text in told]


def main() -> None:
    """Write the logs, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a committed log differs")
    check = parser.parse_args().check
    makers = {"dns-2026-11.log": dns, "proxy-2026-11.jsonl": proxy, "firewall-2026-11.log.gz": firewall}
    for name, make in makers.items():
        events = make(random.Random(f"{SEED} {name}"))  # noqa: S311 - repeatable, no secret
        text = "".join(f"{line}\n" for _, line in sorted(events)).encode()
        path = FOLDER / name
        is_packed = name.endswith(".gz")
        if check:
            # What is packed is compared unpacked: another zlib may pack it differently.
            stored = path.read_bytes()
            if (gzip.decompress(stored) if is_packed else stored) != text:
                sys.exit(f"{name}: differs from what the builder makes; run the builder and look at the difference")
            print(f"{name}: as built")
        else:
            path.write_bytes(gzip.compress(text, mtime=0) if is_packed else text)
            print(f"{name}: written")


if __name__ == "__main__":
    main()
