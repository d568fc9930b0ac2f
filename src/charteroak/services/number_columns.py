"""Whole numbers of many rows as columns, for work that is done on a million at once."""

from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Aggregate, QuerySet, TextField
from django.db.models.functions import Coalesce


def number_columns(rows: QuerySet[Any], *names: str) -> tuple[npt.NDArray[np.int64], ...]:
    """These fields of all rows, -1 where there is none; in no order that one may rely on, but in the same for each.

    The database writes each column as one text, which takes a third of the time that a million rows take in Python.
    """
    texts = rows.order_by().aggregate(**{f"column_{name}": _Listed(Coalesce(name, -1)) for name in names})
    return tuple(np.fromstring(texts[f"column_{name}"] or "", np.int64, sep=",") for name in names)


class _Listed(Aggregate):
    """All values as one text, with commas between them."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """PostgreSQL's words for it."""
        return self.as_sql(
            compiler, connection, function="STRING_AGG", template="%(function)s(%(expressions)s::text, ',')"
        )
