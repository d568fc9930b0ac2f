"""Refit the points of the verdict, and say how good they are on campaigns that the fit has not seen.

    python tools/refit_verdict.py features --phishing mail.tar.xz --ham easy=FOLDER --ham hard=FOLDER -o features.jsonl
    python tools/refit_verdict.py study features.jsonl --day 2026-11-22 -o benchmarks/results/verdict.json
    python tools/refit_verdict.py write features.jsonl --day 2026-11-22

*features* analyses every message once and keeps ids of signals and campaign keys, never a text. *study* splits, fits on
one part and reports on the other. *write* puts the points of that same fit into ``weights.json``; review the change.

How the split is kept honest: phishing is split by campaign (``cluster_analyses``), so that no campaign stands on both
sides; legitimate mail is split by the digest of its name. Thresholds are picked on the training part's legitimate mail,
each message scored by points that were fitted without it (``FOLDS`` parts, campaigns kept whole): scored by points that
know it, rare kinds look better than they are, and the thresholds come out too low.
Signals that only mail of one decade can have (``eraBound`` in ``weights.json``) are neither fitted nor counted, because
corpora of different age would then be told apart by their age. Where donors of a corpus wrote a placeholder over
addresses (``--placeholder``), signals about the sender are dropped: they would tell the corpus.

The model is a logistic regression whose weights may not be negative, drawn towards the points that people set by
judgement, so that a signal that the corpus does not show keeps its judged worth. Needs scipy (development only).
"""

import argparse
import hashlib
import json
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import rankdata

from charteroak.adapters.untrusted_worker import UntrustedWorker
from charteroak.mail.analysis import Analysis, AnalysisStatus, analyze
from charteroak.mail.campaign import cluster_analyses
from charteroak.mail.defects import DefectLog
from charteroak.mail.fingerprint import CampaignKey
from charteroak.mail.identity import protected_names
from charteroak.mail.mime import split_message
from charteroak.mail.score import Verdict

WEIGHTS = Path(__file__).parents[1] / "src" / "charteroak" / "mail" / "data" / "weights.json"
PHISHING = "phishing"
TEST_PERCENT = 35
FALSE_ALARMS = 0.01
FALSE_ALARMS_OF_ONE_SOURCE = 0.04
"""0.02 is the aim; on mail that the fit does not know it costs nine of a hundred lures (``otherThresholds``)."""
OTHER_LIMITS_OF_ONE_SOURCE = (0.02, 1.0)
SUSPICIOUS_FALSE_ALARMS = 0.05
SUSPICIOUS_FALSE_ALARMS_OF_ONE_SOURCE = 0.10
PULL = 1.0
"""How strongly points are drawn towards those set by judgement."""

JUDGED_SCALE = 0.6
"""Points set by judgement, in the units of the fit."""

MOST_POINTS = 5.0
SEEN_OFTEN = 5
"""Training messages below which a signal counts as not shown by the corpus."""

SCARCE_HAM = "hard"
SCARCE_WORTH = 10.0
"""Newsletters and notices in HTML are a large part of today's mail and few in the corpus: each counts for several."""

METHOD = (
    "Fitted by tools/refit_verdict.py: a logistic regression without negative weights, drawn towards the points that "
    "people set by judgement ('judged'). Points of signals in 'eraBound' are judged and scaled, not fitted."
)
KNOWN_BEFORE = 2003
"""Protected names that became known later are left out of a study: legitimate mail of 2002 cannot mention them."""

FOLDS = 10
"""Parts of the training part for its thresholds; more change little, and each costs a fit."""

_RESAMPLES = 1000
_ROUNDS = 4
_SENDER_SIGNALS = (
    "sender-",
    "display-name-",
    "role-from-",
    "several-senders",
    "reply-",
    "links-away-from-sender",
    "link-knows-reader",
)

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the three steps."""
    parser = argparse.ArgumentParser(description="Refit the points of the verdict.")
    steps = parser.add_subparsers(dest="step", required=True)
    features = steps.add_parser("features")
    features.add_argument("--phishing", type=Path, required=True, help="A folder or a tar archive of messages.")
    features.add_argument("--ham", action="append", default=[], metavar="NAME=FOLDER", help="May be repeated.")
    features.add_argument("--placeholder", default="", help="What donors wrote over addresses, such as phishing@pot.")
    features.add_argument("-o", dest="output", type=Path, required=True)
    for name in ("study", "write"):
        step = steps.add_parser(name)
        step.add_argument("features", type=Path)
        step.add_argument("--day", required=True, help="The day that stands in the result, such as 2026-11-22.")
        step.add_argument("-o", dest="output", type=Path)
    asked = parser.parse_args(arguments)
    if asked.step == "features":
        _write_features(asked.phishing, asked.ham, asked.placeholder, asked.output)
        return 0
    fitted = _Fit(asked.features)
    if asked.step == "study":
        result = json.dumps(fitted.study(asked.day), indent=2)
        if asked.output is not None:
            asked.output.write_text(result + "\n", encoding="utf-8")
        sys.stdout.write(result + "\n")
    else:
        WEIGHTS.write_text(json.dumps(fitted.weights_document(asked.day), indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(f"{WEIGHTS.name} written; review the change.\n")
    return 0


def _write_features(phishing: Path, ham: Sequence[str], placeholder: str, output: Path) -> None:
    sources: list[tuple[str, Path]] = [(PHISHING, phishing)]
    for each in ham:
        name, _, folder = each.partition("=")
        sources.append((name, Path(folder)))
    protected = protected_names().known_before(KNOWN_BEFORE)
    with closing(UntrustedWorker()) as worker, output.open("w", encoding="utf-8") as lines:
        for source, place in sources:
            for name, data in _messages(place):
                answer = analyze(data, inspector=worker, protected=protected)
                signals = [signal.id for signal in answer.signals]
                if placeholder and placeholder in split_message(data, DefectLog()).headers.first("from"):
                    signals = [signal for signal in signals if not signal.startswith(_SENDER_SIGNALS)]
                keys = [[key.kind, key.value] for key in answer.keys] if source == PHISHING else []
                lines.write(json.dumps({"source": source, "name": name, "signals": signals, "keys": keys}) + "\n")


def _messages(place: Path) -> Iterator[tuple[str, bytes]]:
    if place.is_dir():
        for path in sorted(place.iterdir()):
            if path.suffix in {".eml", ".txt"}:
                yield path.name, path.read_bytes()
        return
    with tarfile.open(place) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                yield member.name, file.read()


class _Fit:
    """The rows, their split, and the points fitted on the training part."""

    def __init__(self, features: Path) -> None:
        rows = [json.loads(line) for line in features.read_text(encoding="utf-8").splitlines()]
        self._document: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        self._judged: dict[str, float] = self._document["judged"]
        self.ids = [name for name in self._judged if name not in self._document["eraBound"]]
        place = {name: index for index, name in enumerate(self.ids)}
        self.table: Matrix = np.zeros((len(rows), len(self.ids)))
        for number, row in enumerate(rows):
            for signal in row["signals"]:
                if signal in place:
                    self.table[number, place[signal]] = 1.0
        self.source = np.array([row["source"] for row in rows])
        self.is_phishing: Mask = self.source == PHISHING
        self.campaign = _campaigns(rows)
        self._percents = np.array([_percent(row, rows, self.campaign[n]) for n, row in enumerate(rows)])
        self.in_test: Mask = self._percents < TEST_PERCENT
        # Commercial spam is neither: it takes no part in the fit and is reported beside it.
        self.is_ham: Mask = np.array([not name.startswith("spam") and name != PHISHING for name in self.source])
        self._training: Mask = (self.is_phishing | self.is_ham) & ~self.in_test
        self._unknown = self._scores_of_unknown()
        self.thresholds = self._thresholds(self._unknown)
        self.points = self._restored(self._fit(self._training), self._training, self.thresholds[0])

    def _fit(self, part: Mask) -> Matrix:
        rows, truth = self.table[part], self.is_phishing[part].astype(np.float64)
        balance = np.where(truth == 1, len(truth) / (2 * truth.sum()), len(truth) / (2 * (1 - truth).sum()))
        balance[self.source[part] == SCARCE_HAM] *= SCARCE_WORTH
        prior = np.array([JUDGED_SCALE * self._judged[name] for name in self.ids])

        def loss(values: Matrix) -> tuple[float, Matrix]:
            scores = rows @ values[:-1] + values[-1]
            chance = 1 / (1 + np.exp(-scores))
            apart = values[:-1] - prior
            cost = -(balance * (truth * np.log(chance + 1e-12) + (1 - truth) * np.log(1 - chance + 1e-12))).sum()
            slope = balance * (chance - truth)
            gradient = np.concatenate([rows.T @ slope + 2 * PULL * apart, [slope.sum()]])
            return float(cost + PULL * (apart**2).sum()), gradient

        bounds = [(0.0, MOST_POINTS)] * len(self.ids) + [(None, None)]
        start = np.concatenate([prior, [-3.0]])
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
        fitted: Matrix = np.round(found.x[:-1], 1)
        return fitted

    def _restored(self, points: Matrix, part: Mask, suspicious: float) -> Matrix:
        """Signals that the corpus hardly shows (an attached program, a smuggled file) keep their judged worth.

        Worth is relative to where *suspicious* begins: what was suspicious by itself in people's judgement stays so.
        """
        is_unseen = self.table[part].sum(axis=0) < SEEN_OFTEN
        judged = np.array([self._judged[name] for name in self.ids])
        worth = np.ceil(10 * judged * suspicious / self._document["judgedThresholds"]["suspicious"] - 1e-9) / 10
        return np.where(is_unseen, np.maximum(points, worth), points)

    def _scores_of_unknown(self) -> Matrix:
        """The training part's scores, each by points that were fitted without the message and its campaign."""
        found = np.zeros(len(self.table))
        for fold in range(FOLDS):
            held = self._training & (self._percents % FOLDS == fold)
            part = self._training & ~held
            points = self._fit(part)
            for _ in range(_ROUNDS):  # the threshold moves a little with the points that hang on it
                suspicious, _phishing = self._thresholds(self._scores(points), part)
                points = self._restored(points, part, suspicious)
            found[held] = self._scores(points)[held]
        return found

    def _scores(self, points: Matrix) -> Matrix:
        return np.round(self.table @ points, 2)

    def _threshold(self, scores: Matrix, part: Mask, false_alarms: float, of_one_source: float) -> float:
        """The lowest score that keeps both promises on a part's legitimate mail."""
        ham = scores[self.is_ham & part]
        sources = [scores[(self.source == name) & part] for name in sorted(set(self.source[self.is_ham]))]
        return next(
            float(at)
            for at in np.unique(scores[part])
            if (ham >= at).mean() <= false_alarms and all((each >= at).mean() <= of_one_source for each in sources)
        )

    def _thresholds(self, scores: Matrix, part: Mask | None = None) -> tuple[float, float]:
        """From where a message is suspicious, and from where it is phishing."""
        part = self._training if part is None else part
        return (
            self._threshold(scores, part, SUSPICIOUS_FALSE_ALARMS, SUSPICIOUS_FALSE_ALARMS_OF_ONE_SOURCE),
            self._threshold(scores, part, FALSE_ALARMS, FALSE_ALARMS_OF_ONE_SOURCE),
        )

    def study(self, day: str) -> dict[str, object]:
        """The figures of the test part, each with its interval."""
        scores = self._scores(self.points)
        suspicious, threshold = self.thresholds
        positives, negatives = self.is_phishing & self.in_test, self.is_ham & self.in_test
        judged = self._scores(np.array([self._judged[name] for name in self.ids]))
        _, judged_at = self._thresholds(judged)
        return {
            "date": day,
            "signals": len(self.ids),
            "training": {
                "phishing": int((self.is_phishing & ~self.in_test).sum()),
                "ham": int((self.is_ham & ~self.in_test).sum()),
            },
            "test": {
                "phishing": int(positives.sum()),
                "campaigns": len(set(self.campaign[positives])),
                "ham": int(negatives.sum()),
            },
            "onTrainingNotKnownToTheFit": self._training_figures(threshold),
            "threshold": threshold,
            "suspiciousFrom": suspicious,
            "areaUnderCurve": round(_area(scores[positives], scores[negatives]), 3),
            "truePositiveRate": _with_interval(scores[positives] >= threshold, self.campaign[positives]),
            "truePositiveRatePerCampaign": _per_campaign(scores[positives] >= threshold, self.campaign[positives]),
            "falsePositiveRate": {
                str(name): _with_interval(scores[(self.source == name) & self.in_test] >= threshold, None)
                for name in sorted(set(self.source) - {PHISHING})
            },
            "falsePositiveRateAllHam": _with_interval(scores[negatives] >= threshold, None),
            "atLeastSuspicious": {
                "truePositiveRate": _with_interval(scores[positives] >= suspicious, self.campaign[positives]),
                "falsePositiveRateAllHam": _with_interval(scores[negatives] >= suspicious, None),
                "falsePositiveRateHardHam": _with_interval(
                    scores[(self.source == SCARCE_HAM) & self.in_test] >= suspicious, None
                ),
            },
            "otherThresholds": [
                self._at(self._threshold(self._unknown, self._training, FALSE_ALARMS, limit), scores, limit)
                for limit in OTHER_LIMITS_OF_ONE_SOURCE
            ],
            "byJudgementAlone": {
                "threshold": judged_at,
                "truePositiveRate": _with_interval(judged[positives] >= judged_at, self.campaign[positives]),
                "falsePositiveRate": _with_interval(judged[negatives] >= judged_at, None),
            },
            "notKnown": "The legitimate mail is of 2002-03 and the phishing of 2022-26; how this does on a town's "
            "mail of today is not known. Signals of one decade alone are left out for that reason.",
        }

    def _at(self, threshold: float, scores: Matrix, limit: float) -> dict[str, object]:
        """The testing part at a threshold that was picked on the training part for another limit of one source."""
        positives, negatives = self.is_phishing & self.in_test, self.is_ham & self.in_test
        hard = (self.source == SCARCE_HAM) & self.in_test
        return {
            "falseAlarmsOfOneSource": limit,
            "threshold": threshold,
            "onTrainingNotKnownToTheFit": self._training_figures(threshold),
            "truePositiveRate": _with_interval(scores[positives] >= threshold, self.campaign[positives]),
            "falsePositiveRateAllHam": _with_interval(scores[negatives] >= threshold, None),
            "falsePositiveRateHardHam": _with_interval(scores[hard] >= threshold, None),
        }

    def _training_figures(self, at: float) -> dict[str, object]:
        """What a threshold was picked by; the testing part has no say in it."""
        known = {str(name): (self.source == name) & self._training for name in sorted(set(self.source[self._training]))}
        return {name: round(float((self._unknown[rows] >= at).mean()), 3) for name, rows in known.items()}

    def weights_document(self, day: str) -> dict[str, object]:
        """``weights.json`` with the points of this fit; signals that were not fitted keep their judged worth."""
        fitted = dict(zip(self.ids, self.points.tolist(), strict=True))
        points = {name: fitted.get(name, round(JUDGED_SCALE * judged, 1)) for name, judged in self._judged.items()}
        return {
            **self._document,
            "reviewed": day,
            "method": METHOD,
            "thresholds": dict(zip(("suspicious", "phishing"), self.thresholds, strict=True)),
            "points": points,
        }


def _campaigns(rows: Sequence[dict[str, Any]]) -> NDArray[np.int64]:
    """For each row the number of its campaign's first message; a message of no campaign is its own."""
    analyses = {
        str(number): Analysis(
            "",
            AnalysisStatus.ANALYZED,
            Verdict.NOT_ENOUGH_EVIDENCE,
            0.0,
            keys=tuple(CampaignKey(kind, value) for kind, value in row["keys"]),
        )
        for number, row in enumerate(rows)
        if row["source"] == PHISHING
    }
    found = np.arange(len(rows))
    for cluster in cluster_analyses(analyses):
        members = sorted(int(member) for member in cluster.members)
        found[members] = members[0]
    return found


def _percent(row: dict[str, Any], rows: Sequence[dict[str, Any]], campaign: int) -> int:
    name = rows[campaign]["name"] if row["source"] == PHISHING else row["name"]
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % 100


def _area(positives: Matrix, negatives: Matrix) -> float:
    ranks = rankdata(np.concatenate([positives, negatives]))
    above = ranks[: len(positives)].sum() - len(positives) * (len(positives) + 1) / 2
    return float(above / (len(positives) * len(negatives)))


def _with_interval(hits: Mask, campaign: NDArray[np.int64] | None) -> dict[str, float]:
    """The rate and its 95 % bootstrap interval; whole campaigns are drawn where there are campaigns."""
    if len(hits) == 0:
        return {}
    chance = np.random.default_rng(2026)
    if campaign is None:
        rates = [hits[chance.integers(0, len(hits), len(hits))].mean() for _ in range(_RESAMPLES)]
    else:
        groups = _by_campaign(hits, campaign)
        drawn = (chance.integers(0, len(groups), len(groups)) for _ in range(_RESAMPLES))
        rates = [np.concatenate([groups[index] for index in picked]).mean() for picked in drawn]
    low, high = np.percentile(rates, [2.5, 97.5])
    return {"rate": round(float(hits.mean()), 3), "low": round(float(low), 3), "high": round(float(high), 3)}


def _per_campaign(hits: Mask, campaign: NDArray[np.int64]) -> dict[str, float]:
    """The same with every campaign counted once, whatever its size."""
    rates = np.array([group.mean() for group in _by_campaign(hits, campaign)])
    chance = np.random.default_rng(2026)
    drawn = [rates[chance.integers(0, len(rates), len(rates))].mean() for _ in range(_RESAMPLES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {"rate": round(float(rates.mean()), 3), "low": round(float(low), 3), "high": round(float(high), 3)}


def _by_campaign(hits: Mask, campaign: NDArray[np.int64]) -> list[Mask]:
    groups: dict[int, list[bool]] = defaultdict(list)
    for number, hit in zip(campaign.tolist(), hits.tolist(), strict=True):
        groups[number].append(hit)
    return [np.array(group) for group in groups.values()]


if __name__ == "__main__":
    raise SystemExit(main())
