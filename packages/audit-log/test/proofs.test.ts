import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { emptyRoot, GrowingRoot, leafHash, rootOf } from '../src/hashing.ts';
import { proveConsistency, proveInclusion, verifyConsistency, verifyInclusion } from '../src/proofs.ts';

// The reference vectors of RFC 6962's own implementation (google/certificate-transparency, merkle_tree_test).
const referenceLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const referenceRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** A tree in memory, as RFC 6962 section 2.1 defines it. */
function treeOf(leaves: readonly Uint8Array[]) {
  const rangeRoot = async (start: number, end: number) => rootOf(leaves.slice(start, end));
  const root = (size: number) => (size === 0 ? emptyRoot : rootOf(leaves.slice(0, size)));
  return { rangeRoot, root };
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));

test('roots and proofs are those of the reference implementation', async () => {
  const leaves = referenceLeaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));
  const growing = new GrowingRoot();
  assert.equal(hex(growing.root()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  for (const [at, leaf] of leaves.entries()) {
    growing.add(leaf);
    assert.equal(hex(growing.root()), referenceRoots[at]);
    assert.equal(hex(rootOf(leaves.slice(0, at + 1))), referenceRoots[at]);
  }
  const { rangeRoot } = treeOf(leaves);
  assert.deepEqual((await proveInclusion(rangeRoot, 5, 8)).map(hex), [
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ]);
  assert.deepEqual((await proveConsistency(rangeRoot, 6, 8)).map(hex), [
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ]);
});

test('every inclusion proof verifies, and none does with one bit, the index or the size changed', async () => {
  const sizes = fc.integer({ min: 1, max: 300 });
  const property = fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, indexSeed, bit) => {
    const leaves = leavesOf(size);
    const { rangeRoot, root } = treeOf(leaves);
    const index = indexSeed % size;
    const proof = await proveInclusion(rangeRoot, index, size);
    const claim = { leaf: leaves[index] as Buffer, index, size, root: root(size), proof };
    assert.ok(verifyInclusion(claim));
    assert.ok(!verifyInclusion({ ...claim, leaf: flip(claim.leaf, bit) }));
    assert.ok(!verifyInclusion({ ...claim, root: flip(claim.root, bit) }));
    assert.ok(!verifyInclusion({ ...claim, index: size }));
    assert.ok(!verifyInclusion({ ...claim, proof: [...proof, root(size)] }));
    if (size > 1) {
      assert.ok(!verifyInclusion({ ...claim, index: (index + 1) % size }));
      assert.ok(!verifyInclusion({ ...claim, proof: proof.slice(1) }));
      assert.ok(!verifyInclusion({ ...claim, proof: flipOne(proof, bit) }));
    }
  });
  await fc.assert(property, { numRuns: 150 });
});

test('every consistency proof verifies, and none does with one bit or a size changed', async () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }));
  const property = fc.asyncProperty(sizes, fc.nat(), async ([one, other], bit) => {
    const [fromSize, toSize] = [Math.min(one, other), Math.max(one, other)];
    const { rangeRoot, root } = treeOf(leavesOf(toSize));
    const proof = await proveConsistency(rangeRoot, fromSize, toSize);
    const from = { size: fromSize, root: root(fromSize) };
    const to = { size: toSize, root: root(toSize) };
    assert.ok(verifyConsistency({ from, to, proof }));
    assert.ok(!verifyConsistency({ from: { ...from, root: flip(from.root, bit) }, to, proof }));
    assert.ok(!verifyConsistency({ from, to: { ...to, root: flip(to.root, bit) }, proof }));
    assert.ok(!verifyConsistency({ from, to, proof: [...proof, from.root] }));
    assert.ok(!verifyConsistency({ from: to, to: { ...from, size: fromSize - 1 }, proof }));
    if (proof.length > 0) {
      assert.ok(!verifyConsistency({ from, to, proof: flipOne(proof, bit) }));
      assert.ok(!verifyConsistency({ from, to, proof: proof.slice(1) }));
    }
  });
  await fc.assert(property, { numRuns: 150 });
});

test('a size or an index beyond the tree is refused', async () => {
  const { rangeRoot } = treeOf(leavesOf(4));
  await assert.rejects(proveInclusion(rangeRoot, 4, 4), RangeError);
  await assert.rejects(proveInclusion(rangeRoot, -1, 4), RangeError);
  await assert.rejects(proveConsistency(rangeRoot, 5, 4), RangeError);
});

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Buffer.from(bytes);
  const at = bit % (changed.length * 8);
  changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
  return changed;
}

function flipOne(proof: readonly Uint8Array[], bit: number): Uint8Array[] {
  const at = bit % proof.length;
  return proof.map((hash, index) => (index === at ? flip(hash, bit) : hash));
}
