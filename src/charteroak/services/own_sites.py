"""The sites of public bodies, members and protected names that this installation knows."""

from charteroak.records.intelligence.models import OwnDomain
from charteroak.response.own_sites import OwnSites, official_domains, own_sites
from charteroak.services.mail_analysis import names_here


def sites_here() -> OwnSites:
    """Sites of public bodies, of members, and of the offices and schools in ``protected.toml``."""
    return own_sites({*OwnDomain.objects.values_list("domain", flat=True), *official_domains(names_here())})
