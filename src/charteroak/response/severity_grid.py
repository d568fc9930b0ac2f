"""Every combination of answers that a scoring model allows, scored at once.

Whoever sets bands or weights sees what they do to all incidents that can be told apart, not to the ones that came to
mind. The arithmetic is that of ``charteroak.response.severity`` in whole numbers: a combination's total is
100 * (S - Smin), so that a level is reached exactly where its band times the span is, and nothing is rounded.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charteroak.response.scoring_model import ScoringModel


@dataclass(frozen=True, slots=True)
class SeverityGrid:
    """The scores of all combinations: one axis for each factor, in the model's order, its options in theirs."""

    model: ScoringModel
    totals: NDArray[np.int32]
    """100 * (S - Smin): the score times the model's span."""

    @property
    def combinations(self) -> int:
        """How many ways there are to answer everything."""
        return self.totals.size

    def by_level(self) -> dict[str, int]:
        """How many combinations have each level, the lowest level first."""
        bands = sorted(self.model.band, key=lambda band: band.from_)
        # A total reaches a band where total >= band * span; the counts from each band up differ by the level's own.
        reached = [int(np.count_nonzero(self.totals >= band.from_ * self.model.span)) for band in bands] + [0]
        return {band.name: reached[place] - reached[place + 1] for place, band in enumerate(bands)}

    def to_json(self) -> dict[str, Any]:
        """The counts as JSON values."""
        levels = self.by_level()
        return {
            "model": self.model.name,
            "label": self.model.label,
            "bandsSource": self.model.bands_source,
            "combinations": self.combinations,
            "levels": [
                {"name": band.name, "from": band.from_, "combinations": levels[band.name]}
                for band in sorted(self.model.band, key=lambda band: band.from_)
            ],
        }


def severity_grid(model: ScoringModel) -> SeverityGrid:
    """All combinations of a model, by its weights and values alone: the local profile's rules are no part of it."""
    totals = np.zeros((), dtype=np.int32)
    for factor in model.factor:
        points = [100 * factor.weight * (option.value - factor.lowest) for option in factor.options]
        totals = np.add.outer(totals, np.array(points, dtype=np.int32))
    return SeverityGrid(model, totals)
