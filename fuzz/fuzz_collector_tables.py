"""Hostile bytes as a backup log, an inventory of updates and a sheet of assessment results."""

from charteroak.clock import connecticut_day, parse_instant
from charteroak.collectors.backup_log import read_backup_log
from charteroak.collectors.collected import Occasion
from charteroak.collectors.patch_inventory import read_patch_inventory
from charteroak.errors import CharterOakError
from charteroak.frameworks.catalog import EditionName
from charteroak.program.assessment_sheets import parse_sheet
from charteroak.program.collector_ties import practices_spoken_for
from harness import fuzz

NOW = parse_instant("2026-11-20T17:00:00Z")
OCCASION = Occasion("The file server", NOW, connecticut_day(NOW))


def parse(data: bytes) -> None:
    """What is read says when, and each claim says something."""
    refusals = 0
    for read in (read_backup_log, read_patch_inventory):
        try:
            collected = read(data, OCCASION)
        except CharterOakError:
            refusals += 1
        else:
            assert collected.first <= collected.last <= OCCASION.day
            assert all(each.detail and len(each.detail) < 1000 for each in collected.observations)
            practices_spoken_for(collected)
    parse_sheet(data, EditionName("nist-800-171", "r3"))


if __name__ == "__main__":
    fuzz("collector_tables", parse, ())
