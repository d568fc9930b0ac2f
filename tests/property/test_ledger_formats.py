"""What holds for every key, co-signature, witness request, tile and token: round trips, and one changed bit shows."""

import base64
from datetime import UTC, datetime

import pytest
from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from charteroak.errors import CharterOakError
from charteroak.ledger.checkpoint import Checkpoint, render_checkpoint, sign_checkpoint
from charteroak.ledger.cosignature import Ed25519Cosigner, parse_cosigner_vkey
from charteroak.ledger.der import Tag, read_elements, read_integer, read_oid, read_one, write, write_integer, write_oid
from charteroak.ledger.errors import NoteFormatError, NoteSignatureError
from charteroak.ledger.keys import Signer, parse_vkey
from charteroak.ledger.log_keys import LogKeyPeriod, LogKeys, LogVerifiers
from charteroak.ledger.note import NoteSignature, parse_note, parse_signature_lines, render_signature_lines
from charteroak.ledger.p256_keys import P256Signer, parse_p256_signer, parse_p256_spki_pem
from charteroak.ledger.tile_export import TiledLogError, tiled_log, verify_tiled_log
from charteroak.ledger.tiles import Tile, TiledTree, bundle_bytes, parse_entry_bundle, parse_tile_path
from charteroak.ledger.tree import append_leaf, consistency_proof, hash_leaf, inclusion_proof, root_hash
from charteroak.ledger.witness import RefusalReason, WitnessAccepted, WitnessedLog, answer_add_checkpoint
from charteroak.ledger.witness_protocol import AddCheckpoint, parse_add_checkpoint, render_add_checkpoint
from charteroak.ledger.witnessed import merge_signatures, read_cosignatures

LARGEST = 700
ORIGIN = "log.example/a"
KEYS = LogKeys(Signer(ORIGIN, bytes(32)), P256Signer.from_seed(ORIGIN, bytes(40)))
WITNESS = Ed25519Cosigner("w.example", b"\x01" * 32)
AT = datetime(2026, 11, 22, tzinfo=UTC)

names = st.text(st.characters(exclude_characters="+", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1)
hashes = st.binary(min_size=32, max_size=32)
sizes = st.integers(0, 2**63 - 1)


class Nodes(dict[tuple[int, int], bytes]):
    def read_node(self, level: int, index: int) -> bytes:
        return self[level, index]


def grown(word: bytes) -> Nodes:
    nodes = Nodes()
    for index in range(LARGEST):
        nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, hash_leaf(word + b"%d" % index), nodes)})
    return nodes


TREE, FORK = grown(b"leaf "), grown(b"other ")


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


@given(names.filter(lambda name: not any(c.isspace() for c in name)), st.binary(min_size=40, max_size=40))
def test_p256_keys_survive_every_text_form(name: str, seed: bytes) -> None:
    signer = P256Signer.from_seed(name, seed)

    assert parse_vkey(signer.verifier.vkey) == signer.verifier == parse_p256_spki_pem(name, signer.verifier.spki_pem)
    assert parse_p256_signer(name, signer.pkcs8_pem) == signer


@given(st.binary(max_size=200), st.integers(0, 10_000))
def test_a_p256_signature_is_deterministic_and_no_changed_bit_verifies(message: bytes, bit: int) -> None:
    signature = KEYS.p256.sign(message)

    assert KEYS.p256.sign(message) == signature
    KEYS.p256.verifier.verify(message, signature)
    with pytest.raises(NoteSignatureError):
        KEYS.p256.verifier.verify(message, flip(signature, bit))


@given(sizes, hashes, st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1)), st.integers(0, 10_000))  # noqa: DTZ001 - made aware below
def test_a_co_signature_tells_its_time_and_no_changed_bit_verifies(
    size: int, root: bytes, at: datetime, bit: int
) -> None:
    at = at.replace(microsecond=0, tzinfo=UTC)
    text = render_checkpoint(Checkpoint(ORIGIN, size, root))
    line = WITNESS.cosign(text, at=at)

    assert WITNESS.verifier.verify_cosignature(text, line.signature) == at
    with pytest.raises(NoteSignatureError):
        WITNESS.verifier.verify_cosignature(text, flip(line.signature, bit))


@given(names.filter(lambda name: not any(c.isspace() for c in name)), st.binary(min_size=32, max_size=32))
def test_co_signers_keys_survive_their_text(name: str, seed: bytes) -> None:
    verifier = Ed25519Cosigner(name, seed).verifier

    assert parse_cosigner_vkey(verifier.vkey) == verifier


lines = st.lists(
    st.builds(
        NoteSignature,
        names.filter(lambda name: not any(c.isspace() for c in name)),
        st.binary(min_size=4, max_size=4),
        st.binary(min_size=1, max_size=80),
    ),
    min_size=1,
    max_size=20,
)


@given(lines)
def test_merged_lines_stand_once_for_each_key_behind_what_stood(signatures: list[NoteSignature]) -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), *KEYS.signers)
    merged = merge_signatures(note, signatures)
    keys = [(s.key_name, s.key_id) for s in parse_note(merged).signatures]

    assert parse_signature_lines(render_signature_lines(signatures)) == tuple(signatures)
    assert merged.startswith(note)
    assert len(keys) == len(set(keys))
    assert merge_signatures(merged, signatures) == merged


@given(sizes, st.lists(hashes, max_size=63))
def test_requests_survive_their_text(size: int, proof: list[bytes]) -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), *KEYS.signers)
    request = AddCheckpoint(size, tuple(proof), note)

    assert parse_add_checkpoint(render_add_checkpoint(request)) == request


@given(st.binary(max_size=400))
def test_no_bytes_make_a_request_reader_fail_otherwise(data: bytes) -> None:
    for parse in (parse_add_checkpoint, parse_signature_lines):
        try:
            parse(data)
        except CharterOakError:
            continue


def asked(old: int, new: int, tree: Nodes) -> AddCheckpoint:
    note = sign_checkpoint(Checkpoint(ORIGIN, new, root_hash(new, tree)), *KEYS.signers)
    return AddCheckpoint(old, consistency_proof(min(old, new), new, tree), note)


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(st.integers(0, LARGEST), st.integers(0, LARGEST), st.booleans()), max_size=12))
def test_whatever_a_witness_is_asked_its_co_signed_trees_form_one_history(
    requests: list[tuple[int, int, bool]],
) -> None:
    """Two histories are offered to it in any order; it never co-signs out of both, nor goes back."""
    log = WitnessedLog(ORIGIN, KEYS.public.verifiers)
    seen: list[tuple[int, bytes]] = []
    for old, new, is_fork in requests:
        decision = answer_add_checkpoint(asked(old, new, FORK if is_fork else TREE), log, WITNESS, at=AT)
        if not isinstance(decision, WitnessAccepted):
            continue
        log = WitnessedLog(ORIGIN, log.verifiers, decision.checkpoint.size, decision.checkpoint.root)
        seen.append((log.size, log.root))
        assert read_cosignatures(decision.note, [WITNESS.verifier])

    assert seen == sorted(seen, key=lambda pair: pair[0])
    grown_sizes = [pair for pair in seen if pair[0] > 0]
    assert any(all(root == root_hash(size, tree) for size, root in grown_sizes) for tree in (TREE, FORK))


@given(st.integers(1, LARGEST), st.integers(0, 1000))
def test_a_witness_never_takes_another_root_of_the_size_that_it_knows(size: int, bit: int) -> None:
    log = WitnessedLog(ORIGIN, KEYS.public.verifiers, size, flip(root_hash(size, TREE), bit))
    decision = answer_add_checkpoint(asked(size, size, TREE), log, WITNESS, at=AT)

    assert not isinstance(decision, WitnessAccepted)
    assert (decision.reason, decision.is_evidence) == (RefusalReason.SPLIT_VIEW, True)


@given(st.sampled_from([None, *range(64)]), st.integers(0, 2**55 - 1), st.integers(1, 256))
def test_tile_paths_survive(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)

    assert parse_tile_path(tile.path) == tile


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_entry_bundles_survive(leaves: list[bytes]) -> None:
    assert parse_entry_bundle(bundle_bytes(leaves), Tile(None, 0, len(leaves))) == tuple(leaves)


@settings(max_examples=examples(40))
@given(st.integers(1, LARGEST), st.data())
def test_tiles_carry_every_root_and_proof_and_no_changed_bit(size: int, data: st.DataObject) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root_hash(size, TREE))
    files = dict(tiled_log(b"note", checkpoint, (b"leaf %d" % index for index in range(size))))
    tiled = TiledTree(size, files.__getitem__)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))

    assert root_hash(old, tiled) == root_hash(old, TREE)
    assert inclusion_proof(index, size, tiled) == inclusion_proof(index, size, TREE)
    assert consistency_proof(old, size, tiled) == consistency_proof(old, size, TREE)
    path = data.draw(st.sampled_from(sorted(files.keys() - {"checkpoint"})))
    changed = {**files, path: flip(files[path], data.draw(st.integers(0, 100_000)))}
    with pytest.raises(TiledLogError):
        list(verify_tiled_log(checkpoint, changed.__getitem__))


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=5, unique=True), st.integers(0, 2 * 10**6))
def test_each_size_belongs_to_one_period_of_keys_at_most(ends: list[int], size: int) -> None:
    ends = sorted(ends)
    firsts = [0, *(end + 1 for end in ends)]
    periods = tuple(
        LogKeyPeriod(KEYS.ed25519.verifier, KEYS.p256.verifier, first, last)
        for first, last in zip(firsts, [*ends, None], strict=True)
    )
    verifiers = LogVerifiers(ORIGIN, periods)

    assert [period for period in periods if period.covers(size)] == [verifiers.period_of(size)]


@given(st.lists(st.tuples(st.sampled_from([4, 12, 48, 49, 160]), st.binary(max_size=300)), max_size=20))
def test_der_elements_survive(parts: list[tuple[int, bytes]]) -> None:
    data = b"".join(write(tag, content) for tag, content in parts)

    assert [(element.tag, element.content) for element in read_elements(data)] == parts


@given(st.integers(0, 2**500), st.lists(st.integers(0, 2**40), max_size=8), st.integers(0, 39))
def test_der_numbers_and_identifiers_survive(number: int, arcs: list[int], second: int) -> None:
    dotted = ".".join(map(str, (1, second, *arcs)))

    assert read_integer(read_one(write_integer(number), Tag.INTEGER, "x"), "x") == number
    assert read_oid(read_one(write_oid(dotted), Tag.OID, "x"), "x") == dotted


@given(st.binary(max_size=60))
def test_der_has_one_spelling(data: bytes) -> None:
    try:
        elements = list(read_elements(data))
    except CharterOakError:
        return
    assert b"".join(write(element.tag, element.content) for element in elements) == data


@given(st.binary(min_size=5, max_size=80))
def test_a_signature_line_has_one_spelling(data: bytes) -> None:
    good = f"\N{EM DASH} a {base64.b64encode(data).decode()}\n"
    other = good.replace("=\n", "\n") if "=" in good else good.replace("\n", "=\n")
    assume(other != good)

    assert parse_signature_lines(good.encode())
    with pytest.raises(NoteFormatError):
        parse_signature_lines(other.encode())
