// Asks the Merkle and checkpoint verifiers of npm's @sigstore/verify about our material (docs/interoperability.md).
// They look at the P-256 line of a checkpoint and at inclusion proofs.
'use strict';
const { createPublicKey } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [folder, modules] = process.argv.slice(2);
const load = createRequire(join(modules, 'x.js'));
const base = join(modules, 'node_modules', '@sigstore', 'verify');
const { verifyCheckpoint } = load(join(base, 'dist', 'tlog', 'checkpoint.js'));
const { verifyMerkleInclusion } = load(join(base, 'dist', 'tlog', 'merkle.js'));
const material = JSON.parse(readFileSync(join(folder, 'material.json'), 'ascii'));
const bytes = (text) => Buffer.from(text, 'base64');
const log = {
  logID: Buffer.from(material.p256LogID, 'hex'),
  baseURL: `https://${material.origin}`,
  publicKey: createPublicKey(material.p256PEM),
};

function count(what, cases, check) {
  const wrong = cases.filter((one) => {
    try {
      check(one);
      return !one.accept;
    } catch {
      return one.accept;
    }
  });
  const good = cases.filter((one) => one.accept).length;
  console.log(`${what}: ${good} genuine, ${cases.length - good} altered, ${wrong.length} answered otherwise than expected`);
  return wrong.length;
}

let faults = count('checkpoints (P-256)', material.notes, (one) => {
  verifyCheckpoint({ inclusionProof: { checkpoint: { envelope: bytes(one.note).toString('utf-8') } } }, [log]);
});
faults += count('inclusion proofs', material.inclusions, (one) => {
  verifyMerkleInclusion(
    { inclusionProof: { logIndex: String(one.index), hashes: one.path.map(bytes) }, canonicalizedBody: bytes(one.leaf) },
    { logSize: BigInt(one.size), logHash: bytes(one.root) },
  );
});
console.log(`@sigstore/verify ${load(join(base, 'package.json')).version}, node ${process.version}`);
process.exit(faults === 0 ? 0 : 1);
