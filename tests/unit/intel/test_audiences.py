from itertools import pairwise, product

import pytest

from charteroak.intel.audiences import Audience, is_allowed
from charteroak.tlp import TLPLabel

# FIRST TLP 2.0, cell by cell: whether a label may go to an audience.
TABLE = {
    TLPLabel.CLEAR: (True, True, True, True),
    TLPLabel.GREEN: (False, True, True, True),
    TLPLabel.AMBER: (False, False, True, True),
    TLPLabel.AMBER_STRICT: (False, False, False, True),
    TLPLabel.RED: (False, False, False, False),
}


@pytest.mark.parametrize(("label", "audience"), list(product(TLPLabel, Audience)))
def test_every_cell_of_the_table(label: TLPLabel, audience: Audience) -> None:
    assert is_allowed(label, audience) is TABLE[label][list(Audience).index(audience)]


def test_a_stricter_label_never_reaches_more_audiences() -> None:
    reach = [{audience for audience in Audience if is_allowed(label, audience)} for label in TLPLabel]
    assert all(stricter < opener for opener, stricter in pairwise(reach))
