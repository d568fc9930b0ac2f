"""How severe an incident is: an exact score by a published model, as an interval where answers are not known.

The method is that of the National Cyber Incident Scoring System: 100 * (S - Smin) / (Smax - Smin) with S the sum of
weight times value over eight factors. An answer that is absent may be any of its factor's options; a list of options is
one of them. So a score is an interval, and only where both ends meet is it a number. *Unknown* is an option of its own
where the model has one, and is not the same as an answer nobody gave.

Beside the reference stands a local profile, which is ours and says so. Arithmetic is exact; nothing is rounded before
a level is chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from charteroak.errors import InputError, SourceLocation
from charteroak.response.scoring_model import Band, Factor, Option, ScoringModel, load_scoring_model

Answers = Mapping[str, tuple[str, ...]]
"""For each factor that was answered, the options it may be."""

NATIONAL_SCHEMA: Mapping[str, tuple[int, str]] = {
    "Baseline": (0, "white"),
    "Low": (1, "green"),
    "Medium": (2, "yellow"),
    "High": (3, "orange"),
    "Severe": (4, "red"),
    "Emergency": (5, "black"),
}
"""The National Cyber Incident Severity Schema (PPD-41, 2016): number and color of each level."""

SIGNIFICANT_FROM = 3
"""PPD-41 calls an incident of this level or above significant."""

VICTIMS_LIMIT = 1_000_000


class AnswersError(InputError):
    """The answers cannot be used; the place is named."""

    code: ClassVar[str] = "severity.answers"


@dataclass(frozen=True, slots=True)
class FactorScore:
    """One factor's part in a score."""

    factor: Factor
    answered: tuple[str, ...]
    """The options as given; empty if there was no answer."""
    mildest: Option
    gravest: Option
    low: Fraction
    high: Fraction
    remark: str = ""

    @property
    def explanation(self) -> str:
        """The factor's points in a sentence."""
        if not self.answered:
            said = "not answered, so it may be anything"
        elif self.mildest.name == self.gravest.name:
            said = f"{self.mildest.text} ({self.mildest.value} of 100)"
        else:
            said = f"between {self.mildest.text} ({self.mildest.value}) and {self.gravest.text} ({self.gravest.value})"
        points = shown(self.low) if self.low == self.high else f"{shown(self.low)} to {shown(self.high)}"
        sentence = f"{self.factor.title}: {said}; at weight {self.factor.weight} it gives {points} points."
        return f"{sentence} {self.remark}".rstrip()

    def to_json(self) -> dict[str, Any]:
        """The factor as JSON values."""
        return {
            "factor": self.factor.name,
            "title": self.factor.title,
            "weight": self.factor.weight,
            "answered": list(self.answered),
            "values": {"low": self.mildest.value, "high": self.gravest.value},
            "points": {"low": float(self.low), "high": float(self.high)},
            "explanation": self.explanation,
        }


@dataclass(frozen=True, slots=True)
class Score:
    """A score by one model."""

    model: ScoringModel
    factors: tuple[FactorScore, ...]
    low: Fraction
    high: Fraction
    remarks: tuple[str, ...] = ()

    @property
    def exact(self) -> Fraction | None:
        """The score, where nothing is left open."""
        return self.low if self.low == self.high else None

    @property
    def levels(self) -> tuple[Band, Band]:
        """The levels of both ends."""
        return self.model.level(self.low), self.model.level(self.high)

    @property
    def level(self) -> Band | None:
        """The level, where both ends have the same one."""
        low, high = self.levels
        return low if low.name == high.name else None

    def to_json(self) -> dict[str, Any]:
        """The score as JSON values."""
        level = self.level
        return {
            "model": self.model.name,
            "label": self.model.label,
            "source": self.model.source,
            "reviewedOn": self.model.reviewed.isoformat(),
            "score": None if self.exact is None else float(self.exact),
            "level": None if level is None else level.name,
            "low": float(self.low),
            "high": float(self.high),
            "levels": [band.name for band in self.levels],
            "nationalSchema": None if level is None else _national(level),
            "bands": {"source": self.model.bands_source, "from": {band.name: band.from_ for band in self.model.band}},
            "factors": [factor.to_json() for factor in self.factors],
            "remarks": list(self.remarks),
        }


@dataclass(frozen=True, slots=True)
class Severity:
    """An incident's severity by the reference and by the local profile."""

    nciss: Score
    local: Score
    correlated_victims: int = 1

    def to_json(self) -> dict[str, Any]:
        """The document of ``charteroak incident severity --json``."""
        return {
            "nciss": self.nciss.to_json(),
            "local": self.local.to_json() | {"differences": differences(self.nciss.model, self.local.model)},
            "correlatedVictims": self.correlated_victims,
            "uplift": self.local.model.uplift_for(self.correlated_victims),
            "notOfficial": True,
        }


def parse_answers(document: Any) -> Answers:
    """The answers of a JSON document: for each factor an option's name, or a list of names.

    Raises:
        AnswersError: a key is no factor, a name no option, or a value neither a name nor a list of names.
    """
    if not isinstance(document, dict):
        raise AnswersError("The answers are no JSON object.", remedy="Write {} if nothing is known.")
    models = (load_scoring_model("nciss"), load_scoring_model("local"))
    known = models[0].factors
    answers: dict[str, tuple[str, ...]] = {}
    for key, value in document.items():
        if key not in known:
            raise AnswersError(
                f"There is no factor {key!r}.", remedy=f"Factors: {', '.join(known)}.", location=_at(f"/{key}")
            )
        options = {option.name for model in models for option in model.factors[key].options}
        names = value if isinstance(value, list) else [value]
        if not names:
            raise AnswersError("An empty list is no answer.", remedy="Leave the factor out.", location=_at(f"/{key}"))
        for name in names:
            if not isinstance(name, str) or name not in options:
                raise AnswersError(
                    f"{name!r} is no option of {key}.",
                    remedy=f"Options: {', '.join(sorted(options))}.",
                    location=_at(f"/{key}"),
                )
        answers[key] = tuple(dict.fromkeys(names))
    return answers


def assess_severity(answers: Answers, *, correlated_victims: int = 1) -> Severity:
    """The severity that follows from answers. Only the local profile knows of other victims of the same campaign.

    Raises:
        AnswersError: the number of victims is none, or beyond anything that happens.
    """
    if not 1 <= correlated_victims <= VICTIMS_LIMIT:
        raise AnswersError(f"{correlated_victims} is no number of victims.", remedy="Write 1 for this one alone.")
    return Severity(
        nciss=score(load_scoring_model("nciss"), answers),
        local=_with_rules(score(load_scoring_model("local"), answers), correlated_victims),
        correlated_victims=correlated_victims,
    )


def score(model: ScoringModel, answers: Answers) -> Score:
    """The score by a model's weights and values alone."""
    factors = tuple(_factor_score(model, factor, answers.get(factor.name, ())) for factor in model.factor)
    low, high = (sum((getattr(each, end) for each in factors), Fraction()) for end in ("low", "high"))
    return Score(model, factors, low, high)


def differences(reference: ScoringModel, profile: ScoringModel) -> list[dict[str, Any]]:
    """Every number in which a profile differs from the reference, and the options that only it has."""
    found: list[dict[str, Any]] = []
    for factor in profile.factor:
        other = reference.factors[factor.name]
        if factor.weight != other.weight:
            found.append({"factor": factor.name, "what": "weight", "nciss": other.weight, "local": factor.weight})
        for option in factor.options:
            theirs = other.option(option.name)
            if theirs is None or theirs.value != option.value:
                value = None if theirs is None else theirs.value
                found.append({"factor": factor.name, "what": option.name, "nciss": value, "local": option.value})
    return found


def shown(number: Fraction) -> str:
    """A number to one decimal; never rounded up to a whole one, so that it cannot seem to reach the next level."""
    tenths = (number * 10 + Fraction(1, 2)).__floor__()
    if tenths % 10 == 0 and Fraction(tenths, 10) > number:
        tenths -= 1
    return f"{tenths // 10}.{tenths % 10}"


def _factor_score(model: ScoringModel, factor: Factor, answered: tuple[str, ...]) -> FactorScore:
    # An option that this model has not (an attempt that was repelled) counts as the mildest that it has.
    fallback = min(factor.options, key=lambda option: option.value)
    possible = [factor.option(name) or fallback for name in answered] or list(factor.options)
    mildest, gravest = (pick(possible, key=lambda option: option.value) for pick in (min, max))
    missing = [name for name in answered if factor.option(name) is None]
    return FactorScore(
        factor=factor,
        answered=answered,
        mildest=mildest,
        gravest=gravest,
        low=model.points(factor, mildest.value),
        high=model.points(factor, gravest.value),
        remark=f"This model has no {missing[0]!r}; its mildest option stands in." if missing else "",
    )


def _with_rules(plain: Score, victims: int) -> Score:
    """The local profile's two rules, in this order: what did not succeed has a ceiling; many victims raise."""
    model, remarks = plain.model, []
    low, high = plain.low, plain.high
    rule = model.unsuccessful
    if rule is not None:
        answered = next(each.answered for each in plain.factors if each.factor.name == rule.factor)
        ceiling = Fraction(rule.ceiling)
        if answered == (rule.option,) and high > ceiling:
            high, low = ceiling, min(low, ceiling)
            remarks.append(f"Held at {rule.ceiling}: {rule.reason}")
    if uplift := model.uplift_for(victims):
        low, high = (min(Fraction(100), end + uplift) for end in (low, high))
        remarks.append(f"Raised by {uplift} points: {victims} victims of one campaign.")
    return Score(model, plain.factors, low, high, tuple(remarks))


def _national(level: Band) -> dict[str, Any] | None:
    if level.name not in NATIONAL_SCHEMA:
        return None
    number, color = NATIONAL_SCHEMA[level.name]
    return {"level": number, "color": color, "significant": number >= SIGNIFICANT_FROM}


def _at(pointer: str) -> SourceLocation:
    return SourceLocation(pointer=pointer)
