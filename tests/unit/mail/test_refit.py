"""The recipe of the verdict's points keeps what it judges by apart from what it learned from."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

TOOL = Path(__file__).parents[3] / "tools" / "refit_verdict.py"


@pytest.fixture(scope="module")
def recipe() -> Any:
    spec = importlib.util.spec_from_file_location("refit_verdict", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lures in campaigns of three, people's mail, and newsletters of which some look like lures."""
    rows: list[dict[str, Any]] = []
    for number in range(240):
        signals = ["password-field", "impersonal-greeting"] if number % 4 else ["offers-prize"]
        keys = [["link-domain", f"lure{number // 3}.example"], ["subject", f"subject of campaign {number // 3}"]]
        rows.append({"source": "phishing", "name": f"p{number}", "signals": signals, "keys": keys})
    rows += [{"source": "easy", "name": f"e{number}", "signals": [], "keys": []} for number in range(240)]
    rows += [
        {"source": "hard", "name": f"h{number}", "signals": ["offers-prize"] if number % 8 == 0 else [], "keys": []}
        for number in range(80)
    ]
    path = tmp_path_factory.mktemp("features") / "features.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_no_message_is_scored_for_a_threshold_by_points_that_know_it_or_its_campaign(
    recipe: Any, features: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "FOLDS", 3)
    parts: list[Any] = []
    fit = recipe._Fit._fit

    def recording(self: Any, part: Any) -> Any:
        parts.append(part)
        return fit(self, part)

    monkeypatch.setattr(recipe._Fit, "_fit", recording)
    made = recipe._Fit(features)
    *folds, whole = parts
    assert (whole == made._training).all()
    assert not any((part & made.in_test).any() for part in parts)
    held = sum((made._training & ~part).astype(int) for part in folds)
    assert (held == made._training.astype(int)).all()
    for part in folds:
        assert not set(made.campaign[part]) & set(made.campaign[made._training & ~part])


def test_thresholds_keep_their_limits_on_mail_that_the_points_do_not_know(
    recipe: Any, features: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "FOLDS", 3)
    made = recipe._Fit(features)
    suspicious, phishing = made.thresholds
    assert suspicious <= phishing
    hard = made._unknown[(made.source == "hard") & made._training]
    assert (hard >= phishing).mean() <= recipe.FALSE_ALARMS_OF_ONE_SOURCE
    assert (hard >= suspicious).mean() <= recipe.SUSPICIOUS_FALSE_ALARMS_OF_ONE_SOURCE
    study = made.study("2026-11-22")
    assert study["test"]["phishing"] + study["training"]["phishing"] == 240
