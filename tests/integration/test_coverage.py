"""How far the record covers an edition, over HTTP and as a command: what is covered, what is open, and on what."""

import html
import json
import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from made_once import sample_installation

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.frameworks.catalog import EditionName
from charteroak.program.bodies import RequirementAssessed
from charteroak.program.links import linked_editions
from charteroak.program.requirement_answers import Coverage
from charteroak.records.accounts.models import Organisation, User
from charteroak.services.assessments import assess_requirement
from charteroak.services.programs import Recorder
from charteroak.services.requirement_coverage import NoLinksError, coverage_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
R3 = EditionName("nist-800-171", "r3")
TODAY = connecticut_day(now())
PROGRAM = Path(sys.executable).with_name("charteroak")


def page_of(client: Client, member: Organisation, *, query: str = "", name: EditionName = R3) -> str:
    return client.get(reverse("programs:edition-coverage", args=[member.slug, *name]) + query).content.decode()


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def assess(member: Organisation, objective: str, result: str = "satisfied") -> None:
    found = RequirementAssessed(
        framework="nist-800-171",
        edition="r3",
        requirement="03.05.03",
        objective=objective,
        result=result,
        methods=("test",),
        assessor="Nutmeg Assessors",
    )
    assess_requirement(member, found, TODAY - timedelta(days=3), Recorder("system"))


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    client.force_login(security_lead)
    return client


@pytest.mark.parametrize("name", linked_editions(), ids=str)
def test_an_empty_record_covers_nothing_of_any_edition(lead: Client, member: Organisation, name: EditionName) -> None:
    page = text_of(page_of(lead, member, name=name))
    assert "The record covers 0 of " in page
    assert re.search(r"0 of \d+ requirements; \d+ not at all\.", page)
    assert "compliant" not in page.replace("nothing here is called compliant", "")


def test_a_requirement_is_covered_when_its_last_objective_is(lead: Client, member: Organisation) -> None:
    assess(member, "A.03.05.03.01")
    page = text_of(page_of(lead, member, query="?part=03.05"))
    assert "The record covers 0 of 97 requirements; 1 in part, 96 not at all." in page
    assert "1 of 2 objectives open" in page
    assess(member, "A.03.05.03.02")
    assert "The record covers 1 of 97 requirements; 96 not at all." in text_of(page_of(lead, member))


def test_only_the_open_ones_are_shown_when_asked_for(lead: Client, member: Organisation) -> None:
    for part in ("A.03.05.03.01", "A.03.05.03.02"):
        assess(member, part)
    assert 'id="03.05.03"' in page_of(lead, member, query="?part=03.05")
    assert 'id="03.05.03"' not in page_of(lead, member, query="?show=open&part=03.05")
    assert 'id="03.05.04"' in page_of(lead, member, query="?show=open&part=03.05")
    assert 'id="03.01.01"' not in page_of(lead, member, query="?part=03.05")


def test_each_requirement_leads_to_its_place_in_the_outline(lead: Client, member: Organisation) -> None:
    page = page_of(lead, member, name=EditionName("hipaa", "2013"))
    assert "Show all parts" not in page
    (address,) = re.findall(r'href="([^"]*)">164\.308\(a\)\(1\)\(ii\)\(A\)</a>', page)
    assert lead.get(address).status_code == 200


def test_a_large_edition_comes_part_by_part(lead: Client, member: Organisation) -> None:
    name = EditionName("nist-800-53", "5.2.0")
    first, second = page_of(lead, member, name=name), page_of(lead, member, name=name, query="?part=AT")
    assert 'id="AC-2(3)"' in first
    assert 'id="AT-2"' not in first
    assert 'id="AT-2"' in second
    whole = page_of(lead, member, name=EditionName("glba", "2023"))
    assert all(f'id="{element}"' in whole for element in ("314.3(a)", "314.4(j)", "314.6(a)"))
    begun = time.process_time()
    page_of(lead, member, name=name)
    assert time.process_time() - begun < 2, "the bench holds the promise; this holds a slip of an order of size"


@pytest.mark.parametrize("address", ["nist-csf/9.9/", "nist-800-171a/r3/", "no-such/1/", "nist-csf/2.0/?part=no-such"])
def test_what_there_is_not_is_not_found(lead: Client, member: Organisation, address: str) -> None:
    assert lead.get(reverse("programs:coverages", args=[member.slug]) + address).status_code == 404


def test_the_list_names_every_edition_and_counts_those_that_the_record_speaks_of(
    lead: Client, member: Organisation
) -> None:
    assess(member, "A.03.05.03.01")
    page = lead.get(reverse("programs:coverages", args=[member.slug])).content.decode()
    assert "The record speaks of 2 framework editions." in text_of(page)
    for name in linked_editions():
        assert reverse("programs:edition-coverage", args=[member.slug, *name]) in page


def test_what_was_found_is_as_it_was_known(member: Organisation) -> None:
    for part in ("A.03.05.03.01", "A.03.05.03.02"):
        assess(member, part)
    now_known = coverage_of(member, R3, as_of=TODAY).edition.counts()
    then = coverage_of(member, R3, as_of=TODAY, known_at=TODAY - timedelta(days=1)).edition.counts()
    before = coverage_of(member, R3, as_of=TODAY - timedelta(days=4)).edition.counts()
    assert [each[Coverage.COVERED] for each in (now_known, then, before)] == [1, 0, 0]


def test_an_edition_that_nothing_is_linked_to_is_refused_with_those_that_there_are(member: Organisation) -> None:
    with pytest.raises(NoLinksError) as refused:
        coverage_of(member, EditionName("iso-27001", "2013"), as_of=TODAY)
    assert "nist-csf@2.0" in refused.value.remedy


@pytest.mark.slow
def test_the_command_says_the_same_and_prints_one_document(tmp_path: Path) -> None:
    sample_installation(tmp_path)
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CHARTEROAK_DATA"}}
    asked = ["program", "coverage", "--org", "cedar-landing", "--framework", "nist-csf", "--as-of", "2026-10-21"]
    ran = [
        subprocess.run(
            [PROGRAM, *asked, *more, "--data", tmp_path], capture_output=True, text=True, check=False, env=environment
        )
        for more in ([], ["--json"], ["--framework", "nist-800-171a@r3"])
    ]
    assert [each.returncode for each in ran] == [0, 0, 2]
    document = json.loads(ran[1].stdout)
    assert sum(document["counts"].values()) == 106 == len(document["requirements"])
    assert f"{document['counts']['partly']} partly" in ran[0].stdout
    assert "no practice is linked to it" in ran[2].stderr
