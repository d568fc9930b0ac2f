"""Builds the names of Connecticut's towns that lures borrow, with the domains that are known to be theirs.

    python tools/town_names.py CURRENT_FULL.csv    write src/charteroak/mail/data/connecticut_towns.toml

The table is ``current-full.csv`` of the .gov registry (github.com/cisagov/dotgov-data, CC0), which names the owner of
each domain. A domain is a town's where its owner's name holds the town's, or where it is made of the town's name alone.
The domain of the owner's security contact, which the table names too, is taken where it is made of the town's name;
the contact's address is not kept. Names of the 169 towns are those of ``response/data/towns``.
"""

import csv
import re
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent / "src/charteroak"
TOWNS = ROOT / "response/data/towns/towns.csv"
TARGET = ROOT / "mail/data/connecticut_towns.toml"
REVIEWED = "2026-11-22"
SOURCE = "current-full.csv of github.com/cisagov/dotgov-data, commit 4ee64196503d34bcaff8b508444b0f7552f97d71 (CC0)"
CARRIERS = (
    "accela.com", "activecommunities.com", "applitrack.com", "arcgis.com", "axisgis.com", "bibliocommons.com",
    "blackboard.com", "boarddocs.com", "bonfirehub.com", "ccsend.com", "citizenserve.com", "civicclerk.com",
    "civiclive.com", "civicplus.com", "civicrec.com", "cloudpermit.com", "constantcontact.com", "ecode360.com",
    "engagementhq.com", "escribemeetings.com", "everbridge.net", "finalsite.com", "govdelivery.com",
    "governmentjobs.com", "govoffice.com", "govqa.us", "granicus.com", "invoicecloud.com", "invoicecloud.net",
    "iqm2.com", "justfoia.com", "legistar.com", "libcal.com", "list-manage.com", "mailchimpapp.net",
    "mainstreetmaps.com", "mapgeo.io", "mapsonline.net", "mapxpress.net", "mcsv.net", "municode.com",
    "municodeweb.com", "munisselfservice.com", "myrec.com", "mytaxbill.org", "nextrequest.com", "nixle.com",
    "nixle.us", "novusagenda.com", "onsolve.net", "opengov.com", "overdrive.com", "parentsquare.com",
    "patriotproperties.com", "paymentus.com", "peachjar.com", "powerschool.com", "publicinput.com", "qscend.com",
    "recdesk.com", "revize.com", "rmcpay.com", "savvycitizenapp.com", "schoolmessenger.com", "searchiqs.com",
    "seeclickfix.com", "smart911.com", "smore.com", "swagit.com", "swiftreach.com", "t2hosted.com", "textmygov.com",
    "tylerapp.com", "tylerhost.net", "tylertech.com", "uslandrecords.com", "vgsi.com", "viewpointcloud.com",
    "viewpointcloud.io", "virtualtownhall.net", "zoomgov.com",
)  # fmt: skip
# The rest are towns; Groton and the city in it are both.
CITIES = (
    "Ansonia", "Bridgeport", "Bristol", "Danbury", "Derby", "Groton", "Hartford", "Meriden", "Middletown", "Milford",
    "New Britain", "New Haven", "New London", "Norwalk", "Norwich", "Shelton", "Stamford", "Torrington", "Waterbury",
    "West Haven",
)  # fmt: skip
OTHER_STATES = 2
"""A name that public bodies of so many other states have is told apart with more care."""


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _is_made_of(label: str, town: str) -> bool:
    return (
        re.fullmatch(rf"(?:the)?(?:town|city|borough)?(?:of)?{town}(?:town|hall|ct|conn|connecticut)*", label)
        is not None
    )


def domains_of(table: Path, towns: list[str]) -> dict[str, list[str]]:
    """The domains of each town, in alphabetical order."""
    found: dict[str, set[str]] = {town: set() for town in towns}
    # Of "East Hartford" and "Hartford" the longer one is meant where both fit.
    ordered = sorted(towns, key=len, reverse=True)
    with table.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["State"] != "CT":
                continue
            domain, owner = row["Domain name"].lower(), f" {row['Organization name'].lower()} "
            label = _squeezed(domain.rpartition(".")[0])
            owned = next((town for town in ordered if f" {town.lower()} " in re.sub(r"[,.]", " ", owner)), None)
            made = next((town for town in ordered if _is_made_of(label, _squeezed(town))), None)
            town = made or owned
            if town is None:
                continue
            found[town].add(domain)
            contact = row["Security contact email"].lower().rpartition("@")[2]
            if _is_made_of(_squeezed(contact.rpartition(".")[0]), _squeezed(town)):
                found[town].add(contact)
    return {town: sorted(domains) for town, domains in found.items()}


def shared_names(table: Path, towns: list[str]) -> list[str]:
    """The towns whose name is that of places in other states."""
    states: dict[str, set[str]] = {town.lower(): set() for town in towns}
    with table.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            owner = re.sub(r"[^a-z ]", "", row["Organization name"].lower())
            place = re.fullmatch(
                r"(?:the )?(?:(?:town|city|village|borough|township|county|municipality) of )?(.+?)"
                rf"(?: (?:township|city|county|town|village|borough))?(?: (?:{row['State'].lower()}|inc))?",
                owner,
            )
            if place is not None and place[1] in states and row["State"] != "CT":
                states[place[1]].add(row["State"])
    return [town for town in towns if len(states[town.lower()]) >= OTHER_STATES]


def _listing(name: str, values: Iterable[str]) -> list[str]:
    return [f"{name} = [", *(f'    "{value}",' for value in values), "]"]


def main() -> None:
    """Write the names and domains."""
    with TOWNS.open(encoding="utf-8", newline="") as file:
        towns = [row["name"] for row in csv.DictReader(file)]
    found = domains_of(Path(sys.argv[1]), towns)
    lines = [
        "# The 169 towns of Connecticut and the domains that are known to be theirs. Made by tools/town_names.py.",
        "# A town without a domain here has none in the registry; docs/verdict.md says how such names are told.",
        'owner = "Charter Oak maintainers"',
        f"reviewed = {REVIEWED}",
        f'source = "{SOURCE}"',
        'license = "Apache-2.0"',
        "# Services that towns send notices by, or keep records, permits, bills and maps at; from general knowledge.",
        *_listing("carriers", CARRIERS),
        *_listing("cities", CITIES),
        "# Names that owners of .gov domains in two or more other states have.",
        *_listing("shared", shared_names(Path(sys.argv[1]), towns)),
        "",
        "[towns]",
        *(
            f'"{town}" = [{", ".join(f"{chr(34)}{each}{chr(34)}" for each in domains)}]'
            for town, domains in found.items()
        ),
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
