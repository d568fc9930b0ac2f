"""Links that hold a recipient's name, or a digest of the address, are cut before it; the sender's domain stays."""

import base64
import hashlib
import time

import pytest

from charteroak.mail.analysis import analyze
from charteroak.mail.personal_links import PersonalLinks

NAME, ADDRESS = "Dana Reed", "dana.reed@town.example"
MD5 = hashlib.md5(ADDRESS.encode(), usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(ADDRESS.encode()).hexdigest()
INSIDE = base64.b64encode(b"7|Dana Reed|x").decode()


@pytest.mark.parametrize(
    ("link", "left"),
    [
        ("https://a.evil.example/n/Dana%20Reed", "https://a.evil.example/n/"),
        ("https://a.evil.example/n/Reed,%2520Dana/x", "https://a.evil.example/n/"),
        ("https://a.evil.example/x?to=dana+reed", "https://a.evil.example/x"),
        ("https://a.evil.example/x?first=Dana&last=Reed", "https://a.evil.example/x"),
        ("https://a.evil.example/x#DanaReed", "https://a.evil.example/x"),
        (f"https://a.evil.example/b/{INSIDE}", "https://a.evil.example/b/"),
        (f"https://a.evil.example/m/{MD5}/p", "https://a.evil.example/m/"),
        (f"https://a.evil.example/m?h={SHA256.upper()}", "https://a.evil.example/m"),
        (f"https://a.evil.example/r/{ADDRESS[::-1]}", "https://a.evil.example/r/"),
        ("https://dana-reed.evil.example/x", ""),
        ("https://dana-reed.evil.example:8443/x", ""),
        ("https://danareed@evil.example/x", "https://evil.example/x"),
        ("https://dana.reed:pw@a.evil.example:81/x/y", "https://a.evil.example:81/x/y"),
        ("https://other@a.evil.example/x/dana-reed", "https://other@a.evil.example/x/"),
        ("https://a.evil.example/bandana-reeds", "https://a.evil.example/bandana-reeds"),
        ("https://a.evil.example/dana", "https://a.evil.example/dana"),
        ("https://dana-reed.example/x", "https://dana-reed.example/x"),
        (f"https://a.evil.example/m/{'0' * 64}", f"https://a.evil.example/m/{'0' * 64}"),
    ],
)
def test_link_is_cut_before_what_names_the_recipient(link: str, left: str) -> None:
    assert PersonalLinks([NAME], [ADDRESS], [link]).cut(link) == left


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("Jane Doe", "https://a.evil.example/i?name=Jane%20Doe"),
        ("Li Wu", "https://a.evil.example/to/wu-li"),
        ("José García", "https://a.evil.example/jose-garcia"),
        ("Jose Garcia", "https://a.evil.example/i?n=Jos%C3%A9+Garc%C3%ADa"),
        ("Dr. Dana Reed PhD", "https://a.evil.example/dana-reed"),
        ("Reed, Dana (Finance)", "https://a.evil.example/?to=DanaReed"),
        ("Dana Reed - Town of Vernon", "https://a.evil.example/dana.reed"),
        ("Dana Reed, Town Clerk", "https://a.evil.example/dana_reed"),
        ("dana.reed@town.example", "https://a.evil.example/Dana+Reed"),
        ("van der Berg, Jan", "https://a.evil.example/jan-van-der-berg"),
    ],
)
def test_a_name_is_found_however_short_and_whatever_stands_with_it(name: str, link: str) -> None:
    assert len(PersonalLinks([name], [], [link]).cut(link)) <= len("https://a.evil.example/to/")


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("Jane Doe", "https://a.evil.example/janedoeville"),
        ("Li Wu", "https://a.evil.example/liwu"),
        ("J Doe", "https://a.evil.example/j-doe"),
        ("oaks/forest", "https://a.evil.example/oaks/forest"),
        ("desk@elm", "https://a.evil.example/desk-elm"),
        ("Dana Reed - Town of Vernon", "https://a.evil.example/town-of-vernon"),
    ],
)
def test_what_is_no_name_cuts_nothing(name: str, link: str) -> None:
    assert PersonalLinks([name], [], [link]).cut(link) == link


def test_no_observable_names_the_recipient_and_the_senders_domain_stays_one() -> None:
    mail = (
        f'From: x@evil.example\nTo: "{NAME}" <{ADDRESS}>\nSubject: x\nDate: Sun, 01 Mar 2026 09:11:58 -0500\n\n'
        f"https://dana-reed.evil.example/a https://a.evil.example/Dana%20Reed https://a.evil.example/{MD5}\n"
    )
    seen = [each.observable.value for each in analyze(mail.encode()).observables]
    assert "evil.example" in seen
    assert "https://a.evil.example/" in seen
    assert not [value for value in seen if "dana" in value.lower() or MD5 in value]


def test_a_mailbox_that_names_the_recipient_is_told_by_its_domain_alone_save_at_services_for_everybody() -> None:
    mail = (
        f'Return-Path: <bounce-dana.reed@b.evil.example>\nFrom: dana.reed@gmail.com\nTo: "{NAME}" <{ADDRESS}>\n'
        f"Subject: x\nDate: Sun, 01 Mar 2026 09:11:58 -0500\n\nx\n"
    )
    seen = {each.observable.value for each in analyze(mail.encode()).observables}
    assert seen == {"b.evil.example", "dana.reed@gmail.com"}


@pytest.mark.parametrize("name", ["Dana Reed", ADDRESS])
def test_a_lure_that_borrows_the_receivers_address_tells_nothing_of_it(name: str) -> None:
    mail = f'From: {ADDRESS}\nTo: "{name}" <{ADDRESS}>\nSubject: x\nDate: Sun, 01 Mar 2026 09:11:58 -0500\n\nx\n'
    assert not analyze(mail.encode()).observables


def test_thousand_names_and_half_a_megabyte_of_links_cost_little() -> None:
    names = [f"aaaa{chr(97 + i % 26)} bbbb{chr(97 + i // 26)}" for i in range(1000)]
    links = [f"https://a.example/{'aaaa/bbbb' * 100}{'0a' * 40}{i}" for i in range(500)]
    began = time.process_time()
    personal = PersonalLinks(names, [f"{i}@town.example" for i in range(1000)], links)
    for link in links:
        personal.cut(link)
    assert time.process_time() - began < 1


def test_names_in_front_of_thousands_of_folders_cost_little() -> None:
    links = [f"https://a.example/{number}/dana-reed{'/x' * 2000}" for number in range(100)]
    personal = PersonalLinks(["Dana Reed"], [], links)
    began = time.process_time()
    assert [personal.cut(link) for link in links] == [f"https://a.example/{number}/" for number in range(100)]
    assert time.process_time() - began < 1
