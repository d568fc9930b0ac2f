"""What holds for every log: proofs verify, one changed bit does not, and every format reads back what it wrote."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from charteroak.canonical import canonical_json, parse_json
from charteroak.clock import format_instant
from charteroak.errors import CharterOakError, VerificationError
from charteroak.ledger.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    render_checkpoint,
    sign_checkpoint,
)
from charteroak.ledger.entry import EntryHeader, header_bytes, parse_header
from charteroak.ledger.errors import CheckpointFormatError
from charteroak.ledger.keys import Signer, parse_signer, parse_spki_pem, parse_vkey
from charteroak.ledger.note import NoteSignature, SignedNote, parse_note, render_note
from charteroak.ledger.proof import TLogProof, parse_proof, render_proof
from charteroak.ledger.tree import (
    Frontier,
    append_leaf,
    consistency_proof,
    hash_children,
    hash_leaf,
    inclusion_proof,
    root_hash,
)
from charteroak.ledger.verification import verify_consistency, verify_inclusion

LARGEST = 300


class Nodes(dict[tuple[int, int], bytes]):
    def read_node(self, level: int, index: int) -> bytes:
        return self[level, index]


TREE = Nodes()
for number in range(LARGEST):
    TREE.update({(n.level, n.index): n.hash for n in append_leaf(number, hash_leaf(b"leaf %d" % number), TREE)})
ROOTS = [root_hash(size, TREE) for size in range(LARGEST + 1)]


@st.composite
def leaf_and_size(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, LARGEST))
    return draw(st.integers(0, size - 1)), size


@st.composite
def two_sizes(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(st.integers(0, LARGEST))
    return draw(st.integers(0, new)), new


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, as the definition reads."""
    if len(leaves) == 1:
        return hash_leaf(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hash_children(naive_root(leaves[:k]), naive_root(leaves[k:]))


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=80))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    nodes, frontier = Nodes(), Frontier()
    for index, leaf in enumerate(leaves):
        nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, hash_leaf(leaf), nodes)})
        frontier.append(hash_leaf(leaf))

    assert root_hash(len(leaves), nodes) == frontier.root() == naive_root(leaves)


@given(leaf_and_size())
def test_every_inclusion_proof_verifies(place: tuple[int, int]) -> None:
    index, size = place
    verify_inclusion(hash_leaf(b"leaf %d" % index), index, size, inclusion_proof(index, size, TREE), ROOTS[size])


@given(leaf_and_size(), st.integers(0, 255), st.integers(0, 20))
def test_one_changed_bit_of_an_inclusion_proof_never_verifies(place: tuple[int, int], bit: int, which: int) -> None:
    index, size = place
    leaf, proof = hash_leaf(b"leaf %d" % index), inclusion_proof(index, size, TREE)
    changed_proof = list(proof)
    if proof:
        changed_proof[which % len(proof)] = flip(changed_proof[which % len(proof)], bit)
    attempts = [
        (flip(leaf, bit), index, proof, ROOTS[size]),
        (leaf, index, proof, flip(ROOTS[size], bit)),
        (leaf, index ^ (1 << which), proof, ROOTS[size]),
        (leaf, index, (*proof, ROOTS[size]), ROOTS[size]),
    ]
    if proof:
        attempts += [(leaf, index, tuple(changed_proof), ROOTS[size]), (leaf, index, proof[:-1], ROOTS[size])]

    for changed_leaf, changed_index, changed, root in attempts:
        with pytest.raises(VerificationError):
            verify_inclusion(changed_leaf, changed_index, size, changed, root)


@given(two_sizes())
def test_every_consistency_proof_verifies(sizes: tuple[int, int]) -> None:
    old, new = sizes
    verify_consistency(old, new, consistency_proof(old, new, TREE), ROOTS[old], ROOTS[new])


@given(two_sizes(), st.integers(0, 255), st.integers(0, 20))
def test_one_changed_bit_of_a_consistency_proof_never_verifies(sizes: tuple[int, int], bit: int, which: int) -> None:
    old, new = sizes
    proof = consistency_proof(old, new, TREE)
    attempts = [
        (flip(ROOTS[old], bit), proof, ROOTS[new]),
        (ROOTS[old], (*proof, ROOTS[new]), ROOTS[new]),
    ]
    if old > 0:
        attempts.append((ROOTS[old], proof, flip(ROOTS[new], bit)))
    if proof:
        changed = list(proof)
        changed[which % len(proof)] = flip(changed[which % len(proof)], bit)
        attempts += [(ROOTS[old], tuple(changed), ROOTS[new]), (ROOTS[old], proof[:-1], ROOTS[new])]

    for old_root, hashes, new_root in attempts:
        with pytest.raises(VerificationError):
            verify_consistency(old, new, hashes, old_root, new_root)


@given(two_sizes(), st.integers(0, LARGEST))
def test_a_log_that_was_rewritten_has_no_consistency_proof(sizes: tuple[int, int], where: int) -> None:
    """A tree with one other leaf below the old size cannot be shown to begin with the old tree, by its own proof."""
    old, new = sizes
    assume(old > 0)
    nodes = Nodes()
    for index in range(new):
        leaf = hash_leaf(b"forged" if index == where % old else b"leaf %d" % index)
        nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, leaf, nodes)})

    with pytest.raises(VerificationError):
        verify_consistency(old, new, consistency_proof(old, new, nodes), ROOTS[old], root_hash(new, nodes))


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=70))
@example(0, 1, [])
def test_made_up_proofs_end_in_a_verdict(index: int, size: int, proof: list[bytes]) -> None:
    for verify in (
        lambda: verify_inclusion(bytes(32), index, size, proof, bytes(32)),
        lambda: verify_consistency(index, size, proof, bytes(32), bytes([1]) * 32),
    ):
        try:
            verify()
        except VerificationError:
            continue
        assert (index, size, proof) == (0, 1, [])  # a tree of one leaf has that leaf's hash as its root


names = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="+"), min_size=1, max_size=40)
texts = st.text(st.characters(exclude_categories=("Cs",), min_codepoint=0x20), max_size=60)
seeds = st.binary(min_size=32, max_size=32)


@given(names, seeds)
def test_keys_survive_their_texts(name: str, seed: bytes) -> None:
    signer = Signer(name, seed)

    assert parse_signer(name, signer.pkcs8_pem) == signer
    assert parse_vkey(signer.verifier.vkey) == signer.verifier == parse_spki_pem(name, signer.verifier.spki_pem)


signatures = st.builds(NoteSignature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=100))


@given(st.lists(texts), st.lists(signatures, min_size=1, max_size=5))
def test_notes_survive_their_bytes(lines: list[str], signed: list[NoteSignature]) -> None:
    note = SignedNote("".join(f"{line}\n" for line in lines) or "\n", tuple(signed))

    assert parse_note(render_note(note)) == note


@given(texts, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(texts), seeds)
def test_checkpoints_survive_their_bytes(origin: str, size: int, root: bytes, more: list[str], seed: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(more))
    assume(origin and all(more))

    assert parse_checkpoint(render_checkpoint(checkpoint)) == checkpoint
    signer = Signer("log.example", seed)
    note = sign_checkpoint(checkpoint, signer)
    assert open_checkpoint(note, signer.verifier, origin=origin) == checkpoint


@given(seeds, st.integers(0, 2**40), st.data())
def test_one_changed_bit_of_a_checkpoint_is_never_accepted(seed: bytes, size: int, data: st.DataObject) -> None:
    signer = Signer("log.example", seed)
    note = sign_checkpoint(Checkpoint("log.example", size, seed), signer)
    changed = flip(note, data.draw(st.integers(0, len(note) * 8 - 1)))

    with pytest.raises(CharterOakError):
        open_checkpoint(changed, signer.verifier, origin="log.example")


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.binary(min_size=1),
    st.none() | st.binary(),
)
def test_proofs_survive_their_bytes(index: int, hashes: list[bytes], note: bytes, extra: bytes | None) -> None:
    proof = TLogProof(index, tuple(hashes), note, extra)

    assert parse_proof(render_proof(proof)) == proof


slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
days = st.dates(date(1, 1, 2), date(9999, 12, 30)).map(date.isoformat)
instants = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC)).map(format_instant)  # noqa: DTZ001 - Hypothesis adds the zone


names = st.from_regex(r"[a-z][A-Za-z0-9]{0,12}", fullmatch=True)


@st.composite
def headers(draw: st.DrawFn) -> EntryHeader:
    start, end = sorted((draw(days), draw(days))) if draw(st.booleans()) else (draw(instants), None)
    version = draw(st.sampled_from([1, 2]))
    second: dict[str, Any] = {}
    if version == 2:
        second["source"] = draw(st.sampled_from(["stated", "observed", "document", "imported", "unknown"]))
        second["private"] = draw(st.dictionaries(names, seeds.map(bytes.hex), max_size=4))
    return EntryHeader(
        kind=draw(st.from_regex(r"[a-z]{1,9}(-[a-z]{1,9})?\.[a-z]{1,9}", fullmatch=True)),
        body_version=draw(st.integers(1, 9999)),
        organisation=draw(slugs),
        index=draw(st.integers(0, 10**15 - 1)),
        actor=draw(st.just("system") | slugs.map("desk:{}".format) | st.uuids().map(str).map("user:{}".format)),
        occurred_from=start,
        occurred_to=end,
        recorded=draw(instants),
        body_sha256=draw(seeds).hex(),
        version=version,
        **second,
    )


@given(headers())
def test_headers_survive_their_bytes_and_are_canonical(header: EntryHeader) -> None:
    leaf = header_bytes(header)

    assert parse_header(leaf) == header
    assert canonical_json(parse_json(leaf)) == leaf


@given(headers(), st.data())
def test_one_changed_bit_of_a_header_is_another_header_or_none(header: EntryHeader, data: st.DataObject) -> None:
    leaf = header_bytes(header)
    changed = flip(leaf, data.draw(st.integers(0, len(leaf) * 8 - 1)))
    try:
        assert parse_header(changed) != header
    except CharterOakError:
        return
    assert header_bytes(parse_header(changed)) == changed


@given(st.binary(max_size=300))
def test_noise_is_refused_by_every_reader(noise: bytes) -> None:
    for parse in (parse_note, parse_proof, parse_header):
        with pytest.raises(CharterOakError):
            parse(noise)
    with pytest.raises(CheckpointFormatError):
        parse_checkpoint(noise.decode("latin-1"))


@given(headers())
def test_a_header_with_any_other_index_is_another_leaf(header: EntryHeader) -> None:
    other = replace(header, index=header.index ^ 1)

    assert hash_leaf(header_bytes(other)) != hash_leaf(header_bytes(header))
