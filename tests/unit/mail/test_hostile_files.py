"""Hostile files and fields: with the worker process looking into files, every message is answered in time."""

import json
import resource
import time
from collections.abc import Iterator

import pytest
from tests.simulators.hostile_mail import CASES

from charteroak.adapters.untrusted_worker import UntrustedWorker
from charteroak.mail import analyze

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def worker() -> UntrustedWorker:
    return UntrustedWorker()


@pytest.fixture(scope="module", autouse=True)
def _ended(worker: UntrustedWorker) -> Iterator[None]:
    yield
    worker.close()


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_answered_in_time_and_names_no_reader(name: str, worker: UntrustedWorker) -> None:
    data = CASES[name]()
    start = time.process_time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    analysis = analyze(data, inspector=worker)
    assert time.process_time() - start < 1
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - children < 10
    document = json.dumps(analysis.to_json("-"), ensure_ascii=False)
    assert "c@d.example" not in json.dumps([seen.to_json() for seen in analysis.observables])
    assert "\\r" not in analysis.subject
    assert "\n" not in analysis.subject
    assert document
