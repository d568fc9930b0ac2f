"""What stands below every severity: the rules of our profile, the levels, whose numbers they are, what differs."""

from typing import Any

from django.utils.translation import gettext as _

from charteroak.response.disruption_levels import load_levels
from charteroak.response.scoring_model import load_scoring_model
from charteroak.response.severity import differences


def severity_rules() -> dict[str, Any]:
    """The values of the template ``incidents/severity_rules.html``."""
    reference, local = load_scoring_model("nciss"), load_scoring_model("local")
    levels = load_levels()
    return {
        "models": [reference, local],
        "levels": levels,
        "bands": [(band, levels.of(band)) for band in sorted(local.band, key=lambda band: band.from_)],
        "differences": _differences(),
        "uplift": local.uplift,
        "rule": local.unsuccessful,
    }


def _differences() -> list[tuple[str, str, str, str]]:
    """Each number in which our profile differs: the factor, what of it, by the reference, by us."""
    reference, local = load_scoring_model("nciss"), load_scoring_model("local")
    rows = []
    for row in differences(reference, local):
        factor = local.factors[row["factor"]]
        option = factor.option(row["what"])
        what = _("Weight") if option is None else option.text
        theirs = _("not there") if row["nciss"] is None else str(row["nciss"])
        rows.append((factor.title, what, theirs, str(row["local"])))
    return rows
