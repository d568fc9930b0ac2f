"""Scoring models of incident severity as data: factors with weights, options with values, bands, and their provenance.

A model is published numbers, nothing more. Its bands are configuration: whoever lays another file in place of ours
changes every answer, and each answer says by which model it was made.
"""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta

from charteroak.errors import InputError

_DATA = files("charteroak.response") / "data" / "severity"
_Value = Annotated[int, Meta(ge=0, le=100)]
_Text = Annotated[str, Meta(min_length=1)]


class Option(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer to a factor's question, and what it is worth from 0 to 100."""

    name: _Text
    value: _Value
    text: _Text


class Factor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the questions of a model."""

    name: _Text
    title: _Text
    question: _Text
    weight: Annotated[int, Meta(ge=1)]
    options: Annotated[tuple[Option, ...], Meta(min_length=2)]

    @property
    def lowest(self) -> int:
        """The smallest value that an answer can have."""
        return min(option.value for option in self.options)

    @property
    def highest(self) -> int:
        """The largest value that an answer can have."""
        return max(option.value for option in self.options)

    def option(self, name: str) -> Option | None:
        """The option of this name, if the model has it."""
        return next((option for option in self.options if option.name == name), None)


class Band(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A level, and the score from which it is reached."""

    name: _Text
    from_: _Value = msgspec.field(name="from")


class Uplift(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The points that are added from so many victims of one campaign on."""

    victims: Annotated[int, Meta(ge=2)]
    points: _Value


class Unsuccessful(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The explicit rule for attempts that did not succeed: one option, and a score that it is not to pass."""

    factor: _Text
    option: _Text
    ceiling: _Value
    reason: _Text


class ScoringModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a score rests on."""

    name: _Text
    label: _Text
    source: _Text
    bands_source: _Text
    licence: _Text
    reviewed: date
    factor: Annotated[tuple[Factor, ...], Meta(min_length=1)]
    band: Annotated[tuple[Band, ...], Meta(min_length=1)]
    uplift: tuple[Uplift, ...] = ()
    unsuccessful: Unsuccessful | None = None

    @property
    def factors(self) -> Mapping[str, Factor]:
        """The factors by name, in the model's order."""
        return {factor.name: factor for factor in self.factor}

    @property
    def span(self) -> int:
        """Smax - Smin: what lies between the mildest and the gravest answers."""
        return sum(factor.weight * (factor.highest - factor.lowest) for factor in self.factor)

    def points(self, factor: Factor, value: int) -> Fraction:
        """What a value adds to the score, exactly; over all factors these sum to the score."""
        return Fraction(100 * factor.weight * (value - factor.lowest), self.span)

    def level(self, score: Fraction) -> Band:
        """The highest band that a score reaches."""
        return max((band for band in self.band if band.from_ <= score), key=lambda band: band.from_)

    def uplift_for(self, victims: int) -> int:
        """The points to add for so many victims of one campaign."""
        return max((step.points for step in self.uplift if step.victims <= victims), default=0)


class ScoringModelError(InputError):
    """A scoring model's file cannot be used."""

    code = "severity.model"


def parse_scoring_model(text: str) -> ScoringModel:
    """A model from its TOML.

    Raises:
        ScoringModelError: it is no such file, names something twice, or its bands do not begin at 0.
    """
    try:
        model = msgspec.convert(tomllib.loads(text), ScoringModel)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScoringModelError(f"This is no scoring model: {error}.") from error
    if len(model.factors) != len(model.factor) or len({band.from_ for band in model.band}) != len(model.band):
        raise ScoringModelError("A factor or a band of this scoring model stands in it twice.")
    if min(band.from_ for band in model.band) != 0:
        raise ScoringModelError("The bands of this scoring model do not begin at 0.")
    return model


@functools.cache
def load_scoring_model(name: str) -> ScoringModel:
    """A packaged model: ``nciss`` or ``local``."""
    return parse_scoring_model((_DATA / f"{name}.toml").read_text(encoding="utf-8"))
