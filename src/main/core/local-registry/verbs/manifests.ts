import type { Tag } from '#oci/tag';
import { faults } from '../errors';
import { reportEvent } from '../events/report';
import type { Exchange, RegistryParts, Verbs } from '../parts';
import { apiVersionHeader, sendEmpty } from '../respond';
import type { Route } from '../routes';
import { answerLifeMs, type ManifestAnswer } from '../storage/answer-cache';
import { revisionKey, type StoredManifest } from '../storage/manifest-store';
import { deleteManifest } from './delete-manifest';
import { matchesEtag } from './etag';
import { pushManifest } from './push-manifest';
import { parseManifestReference } from './reference';

type ManifestRoute = Extract<Route, { kind: 'manifest' }>;

/** distribution-spec, Pulling manifests: by tag or digest. */
async function pullManifest(
  parts: RegistryParts,
  exchange: Exchange,
  { name, reference }: ManifestRoute,
): Promise<void> {
  const writesBefore = parts.answers.writes;
  const target = parseManifestReference(reference);
  if (target === undefined) throw faults.manifestUnknown(name, reference);
  const tag = target.kind === 'tag' ? target.tag : undefined;
  const digest = target.kind === 'tag' ? await parts.tags.resolve(name, target.tag) : target.digest;
  const manifest = digest === undefined ? undefined : await parts.manifests.find(name, digest);
  if (manifest === undefined) throw faults.manifestUnknown(name, reference);
  if (exchange.req.method === 'HEAD' && target.kind === 'digest' && !parts.isReadOnly) {
    parts.guard.touch(revisionKey(name, target.digest));
    parts.manifests.mark(name, target.digest);
  }
  const answer = toAnswer(parts, name, tag, manifest);
  parts.answers.remember(exchange.url, answer, writesBefore);
  sendManifest(parts, exchange, answer);
}

function toAnswer(
  parts: RegistryParts,
  name: string,
  tag: Tag | undefined,
  manifest: StoredManifest,
): ManifestAnswer {
  const { bytes, digest, facts } = manifest;
  const headers = {
    ...apiVersionHeader,
    'Content-Type': facts.mediaType,
    'Content-Length': String(bytes.byteLength),
    'Docker-Content-Digest': digest,
    ETag: `"${digest}"`,
  };
  return {
    name,
    tag,
    digest,
    mediaType: facts.mediaType,
    bytes,
    headers: Object.entries(headers).flat(),
    usage: parts.usage.entry(name, tag),
    expiresAtMs: Date.now() + answerLifeMs,
  };
}

/** Sends a manifest that was looked up, now or for an earlier request. Nothing here waits. */
export function sendManifest(
  parts: RegistryParts,
  exchange: Pick<Exchange, 'req' | 'res' | 'actor'>,
  answer: ManifestAnswer,
): void {
  const { req, res } = exchange;
  if (matchesEtag(req.headers['if-none-match'], answer.digest)) {
    sendEmpty(res, 304, {
      ETag: `"${answer.digest}"`,
      'Docker-Content-Digest': answer.digest,
    });
    return;
  }
  res.writeHead(200, answer.headers as string[]);
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  res.end(answer.bytes);
  parts.usage.countPull(answer.usage, Date.now());
  if (!parts.events.hasListeners) return;
  reportEvent(parts, exchange, {
    action: 'pull',
    kind: 'manifests',
    repository: answer.name,
    digest: answer.digest,
    mediaType: answer.mediaType,
    sizeBytes: answer.bytes.byteLength,
    ...(answer.tag === undefined ? {} : { tag: answer.tag }),
  });
}

export const manifestVerbs: Verbs<ManifestRoute> = {
  GET: pullManifest,
  HEAD: pullManifest,
  PUT: pushManifest,
  DELETE: deleteManifest,
};
