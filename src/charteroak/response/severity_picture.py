"""A severity as a picture: what each factor adds by the reference and by our own profile, on one scale."""

from charteroak.documents.factor_bars import Bar, BarGroup, FactorPicture
from charteroak.response.severity import FactorScore, Score, Severity, shown


def picture_of(severity: Severity) -> FactorPicture:
    """The bars of both scores, factor by factor. The rules of our profile are no factor and stand in words."""
    pairs = zip(severity.nciss.factors, severity.local.factors, strict=True)
    return FactorPicture(
        title="What each answer adds to the score",
        summary=f"{score_in_words(severity.nciss)}. {score_in_words(severity.local)}. The table says the same.",
        groups=tuple(
            BarGroup(
                reference.factor.title,
                (_bar("Federal method", reference, severity.nciss), _bar("Our profile", local, severity.local)),
            )
            for reference, local in pairs
        ),
    )


def score_in_words(score: Score) -> str:
    """A score with its level, or both ends of what is possible."""
    low, high = score.levels
    if score.exact is not None:
        return f"{score.model.name}: {shown(score.exact)} of 100, {low.name}"
    levels = low.name if low.name == high.name else f"{low.name} to {high.name}"
    return f"{score.model.name}: {shown(score.low)} to {shown(score.high)} of 100, {levels}"


def points_in_words(factor: FactorScore) -> str:
    """The points of a factor; two numbers while its answer is open."""
    return shown(factor.low) if factor.low == factor.high else f"{shown(factor.low)} to {shown(factor.high)}"


def _bar(name: str, factor: FactorScore, score: Score) -> Bar:
    most = score.model.points(factor.factor, factor.factor.highest)
    numbers = f"{points_in_words(factor)} of {shown(most)}"
    return Bar(name, float(factor.low), float(factor.high), float(most), numbers)
