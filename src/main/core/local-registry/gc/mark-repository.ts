import { readdir } from 'node:fs/promises';
import { tryParseDigest, type Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import type { RegistryParts } from '../parts';
import { hashBytes, supportedAlgorithms } from '../storage/blob-store';
import { isMissing } from '../storage/durable';
import { layerKey } from '../storage/layer-store';
import { readLink } from '../storage/link-file';
import { revisionKey, type StoredManifest } from '../storage/manifest-store';

/** A manifest with all digests it has in one repository. */
type Node = { manifest: StoredManifest; digests: Digest[]; isKept: boolean };

export type MarkedRepository = Readonly<{
  name: RepositoryName;
  keptManifests: number;
  /** Manifests that nothing leads to. */
  manifests: readonly { digest: Digest; sizeBytes: number }[];
  /** Links that no kept manifest of the repository uses, with the digest of the bytes they lead to. */
  layers: readonly { digest: Digest; target: Digest }[];
  /** Blobs that have to stay. */
  keptBlobs: ReadonlySet<Digest>;
  /** No manifest and no link will be left. */
  isEmptied: boolean;
}>;

export type MarkPolicy = Readonly<{ nowMs: number; graceMs: number; keepUntagged: boolean }>;

/**
 * Decides what a repository keeps. Roots are tags and what was pushed within the grace window and not put to use yet;
 * from there the marks go to the manifests of an index, to a subject and to whatever names a kept manifest as its
 * subject (traps 11, 14, 45).
 */
export async function markRepository(
  parts: RegistryParts,
  name: RepositoryName,
  policy: MarkPolicy,
): Promise<MarkedRepository> {
  const nodes = await readNodes(parts, name);
  await markManifests(parts, name, nodes, policy);
  const all = [...new Set(nodes.values())];
  const kept = all.filter((node) => node.isKept);
  const keptBlobs = new Set<Digest>();
  const used = new Set<string>();
  for (const node of kept) {
    for (const digest of node.digests) keptBlobs.add(digest);
    const { blobs, children } = node.manifest.facts;
    for (const { digest } of [...blobs, ...children]) {
      used.add(digest);
      keptBlobs.add(digest);
    }
  }
  const layers: { digest: Digest; target: Digest }[] = [];
  let keptLinks = 0;
  for (const digest of await listLayers(parts, name)) {
    const target = await readLink(`${parts.layout.layerDir(name, digest)}/link`);
    if (target === undefined) continue;
    if (used.has(digest) || (await isFreshLayer(parts, name, digest, policy))) {
      keptBlobs.add(target);
      keptLinks += 1;
    } else {
      layers.push({ digest, target });
    }
  }
  return {
    name,
    keptManifests: kept.length,
    manifests: all.filter((node) => !node.isKept).flatMap(toCandidates),
    layers,
    keptBlobs,
    isEmptied: kept.length === 0 && keptLinks === 0,
  };
}

const toCandidates = (node: Node): { digest: Digest; sizeBytes: number }[] =>
  node.digests.map((digest) => ({ digest, sizeBytes: node.manifest.bytes.byteLength }));

/** Manifests by every digest they have here; a revision whose bytes are lost is left to the check report. */
async function readNodes(parts: RegistryParts, name: string): Promise<Map<string, Node>> {
  const byCanonical = new Map<string, Node>();
  const nodes = new Map<string, Node>();
  for (const digest of await parts.manifests.list(name)) {
    const manifest = await parts.manifests.find(name, digest);
    if (manifest === undefined) continue;
    const canonical = hashBytes(manifest.bytes, 'sha256');
    const node = byCanonical.get(canonical) ?? { manifest, digests: [], isKept: false };
    byCanonical.set(canonical, node);
    node.digests.push(digest);
    nodes.set(digest, node);
  }
  return nodes;
}

async function markManifests(
  parts: RegistryParts,
  name: string,
  nodes: Map<string, Node>,
  policy: MarkPolicy,
): Promise<void> {
  const queue: Node[] = [];
  const keep = (digest: string): void => {
    const node = nodes.get(digest);
    if (node === undefined || node.isKept) return;
    node.isKept = true;
    queue.push(node);
  };
  for (const digest of (await parts.tags.resolveAll(name)).values()) keep(digest);
  for (const digest of nodes.keys()) {
    const isRoot =
      policy.keepUntagged || (await isFreshRevision(parts, name, digest as Digest, policy));
    if (isRoot) keep(digest);
  }
  const referrers = referrersOf(nodes);
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const { children, subject } = node.manifest.facts;
    const related = node.digests.flatMap((digest) => referrers.get(digest) ?? []);
    for (const child of children) related.push(child.digest);
    if (subject !== undefined) related.push(subject.digest);
    for (const digest of related) keep(digest);
  }
}

/** Digests of the manifests that name a subject, by that subject. */
function referrersOf(nodes: ReadonlyMap<string, Node>): Map<string, Digest[]> {
  const referrers = new Map<string, Digest[]>();
  for (const node of new Set(nodes.values())) {
    const subject = node.manifest.facts.subject?.digest;
    const [digest] = node.digests;
    if (subject === undefined || digest === undefined) continue;
    const known = referrers.get(subject);
    if (known === undefined) referrers.set(subject, [digest]);
    else known.push(digest);
  }
  return referrers;
}

async function isFreshRevision(
  parts: RegistryParts,
  name: string,
  digest: Digest,
  policy: MarkPolicy,
): Promise<boolean> {
  if (parts.guard.isSettled(revisionKey(name, digest))) return false;
  const markedAtMs = await parts.manifests.markedAtMs(name, digest);
  return markedAtMs !== undefined && policy.nowMs - markedAtMs < policy.graceMs;
}

async function isFreshLayer(
  parts: RegistryParts,
  name: string,
  digest: Digest,
  policy: MarkPolicy,
): Promise<boolean> {
  if (parts.guard.isSettled(layerKey(name, digest))) return false;
  const markedAtMs = await parts.layers.markedAtMs(name, digest);
  return markedAtMs !== undefined && policy.nowMs - markedAtMs < policy.graceMs;
}

async function listLayers(parts: RegistryParts, name: string): Promise<Digest[]> {
  const digests: Digest[] = [];
  for (const algorithm of supportedAlgorithms) {
    try {
      for (const encoded of await readdir(`${parts.layout.layersDir(name)}/${algorithm}`)) {
        const digest = tryParseDigest(`${algorithm}:${encoded}`);
        if (digest !== undefined) digests.push(digest);
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return digests;
}
