import type { Digest } from '#oci/digest';
import type { RepositoryName } from '#oci/repository-name';
import { tryParseTag, type Tag } from '#oci/tag';
import { faults, RegistryFault } from '../errors';
import type { RegistryEvent } from '../events/event-source';
import { reportEvent } from '../events/report';
import { readPushedManifest, type ManifestFacts } from '../manifest-content';
import type { Exchange, RegistryParts } from '../parts';
import { sendEmpty } from '../respond';
import type { Route } from '../routes';
import { algorithmOf, hashBytes } from '../storage/blob-store';
import { layerKey } from '../storage/layer-store';
import { revisionKey } from '../storage/manifest-store';
import { commitBatch } from '../storage/write-batch';
import { readBody } from './read-body';
import { parseManifestReference } from './reference';

type ManifestRoute = Extract<Route, { kind: 'manifest' }>;

type Pushed = Readonly<{
  digest: Digest;
  bytes: Buffer;
  facts: ManifestFacts;
  tags: readonly Tag[];
}>;

/**
 * distribution-spec, Pushing Manifests: by tag, or by digest with any number of `tag` parameters. The bytes are kept
 * as they came.
 */
export async function pushManifest(
  parts: RegistryParts,
  exchange: Exchange,
  { name, reference }: ManifestRoute,
): Promise<void> {
  const { req, res, query, acceptBody } = exchange;
  const target = parseManifestReference(reference);
  if (target === undefined) throw faults.tagInvalid(reference);
  const tagParameters = target.kind === 'tag' ? [] : parseTags(parts, query);
  const digestAlgorithm = target.kind === 'tag' ? 'sha256' : algorithmOf(target.digest);
  if (digestAlgorithm === undefined) {
    throw faults.digestInvalid('this registry can check sha256 and sha512 only', { reference });
  }
  acceptBody();
  const bytes = await readBody(req, parts.limits.manifestBytes);
  const digest = hashBytes(bytes, digestAlgorithm);
  if (target.kind === 'digest' && target.digest !== digest) {
    throw faults.digestInvalid('the manifest does not match the digest', {
      expected: target.digest,
      actual: digest,
    });
  }
  const facts = readPushedManifest(bytes, req.headers['content-type']);
  const tags = target.kind === 'tag' ? [target.tag] : tagParameters;
  await store(parts, name, { digest, bytes, facts, tags });
  sendEmpty(res, 201, {
    Location: `/v2/${name}/manifests/${digest}`,
    'Docker-Content-Digest': digest,
    ...(facts.subject === undefined ? {} : { 'OCI-Subject': facts.subject.digest }),
    ...(tagParameters.length === 0 ? {} : { 'OCI-Tag': tagParameters.join(', ') }),
  });
  report(parts, exchange, name, { digest, bytes, facts, tags });
}

function parseTags(parts: RegistryParts, query: URLSearchParams): Tag[] {
  const texts = [...new Set(query.getAll('tag'))];
  if (texts.length > parts.limits.tagsPerPush) {
    throw new RegistryFault(414, 'TAG_INVALID', 'too many tags in one push', {
      maxTags: parts.limits.tagsPerPush,
    });
  }
  return texts.map((text) => {
    const tag = tryParseTag(text);
    if (tag === undefined) throw faults.tagInvalid(text);
    return tag;
  });
}

/** Bytes first, then the revision, then the tags: whatever is cut off, nothing points at what is not there. */
async function store(parts: RegistryParts, name: RepositoryName, pushed: Pushed): Promise<void> {
  const { guard, manifests, tags, answers, referrers, repositories } = parts;
  const { digest, bytes, facts } = pushed;
  const endPush = guard.beginPush(name);
  const release = guard.hold(digest);
  const releaseCanonical = guard.hold(hashBytes(bytes, 'sha256'));
  answers.forget(name);
  try {
    await guard.whenGone(digest, hashBytes(bytes, 'sha256'), revisionKey(name, digest));
    await commitBatch(async (batch) => {
      await manifests.put(name, digest, bytes, batch);
      for (const tag of pushed.tags) await tags.put(name, tag, digest, batch);
    });
    await referrers.add(name, digest, pushed);
    guard.settle(usedBy(name, facts, pushed));
    repositories.add(name);
  } finally {
    tags.forget(name);
    answers.forget(name);
    release();
    releaseCanonical();
    endPush();
  }
}

/** What needs no grace window of its own any more, because this manifest keeps it alive. */
function usedBy(name: string, facts: ManifestFacts, pushed: Pushed): string[] {
  const digests = [pushed.digest, hashBytes(pushed.bytes, 'sha256')];
  const isInUse = pushed.tags.length > 0 || facts.subject !== undefined;
  return [
    ...digests,
    ...(isInUse ? digests.map((digest) => revisionKey(name, digest)) : []),
    ...facts.blobs.map((blob) => layerKey(name, blob.digest)),
    ...facts.children.map((child) => revisionKey(name, child.digest)),
  ];
}

/** The config, which is the first blob of an image, is no layer. */
function describeContent({
  blobs,
  children,
}: ManifestFacts): Pick<RegistryEvent, 'layers' | 'childCount'> {
  if (children.length > 0) return { childCount: children.length };
  return { layers: blobs.slice(1).map(({ digest, size }) => ({ digest, sizeBytes: size })) };
}

function report(parts: RegistryParts, exchange: Exchange, name: string, pushed: Pushed): void {
  const nowMs = Date.now();
  const happened = {
    action: 'push',
    kind: 'manifests',
    repository: name,
    digest: pushed.digest,
    mediaType: pushed.facts.mediaType,
    sizeBytes: pushed.bytes.byteLength,
    ...describeContent(pushed.facts),
  } as const;
  if (pushed.tags.length === 0) {
    parts.usage.countPush(parts.usage.entry(name, undefined), nowMs);
    reportEvent(parts, exchange, happened);
  }
  for (const tag of pushed.tags) {
    parts.usage.countPush(parts.usage.entry(name, tag), nowMs);
    reportEvent(parts, exchange, { ...happened, tag });
  }
}
