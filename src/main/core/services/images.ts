import type { BlobPreview, ReferrersReport } from '#contract/image';
import { parseDigest, tryParseDigest, type Digest } from '#oci/digest';
import { parseRepositoryName, type RepositoryName } from '#oci/repository-name';
import { parseTag, type Tag } from '#oci/tag';
import type { ReferrersReport as ClientReferrers, RegistryClient } from '#core/registry/index';
import { artifactOfDescriptor } from './artifact';
import type { Clients } from './clients';
import type { Handlers } from './handlers';
import { readImageView } from './image-view';
import { descriptorView } from './image-rows';

type ImageHandlers = Pick<Handlers, Extract<keyof Handlers, `image:${string}`>>;

/** A preview is text for a person; what is longer is for a later download. */
const previewBytes = 512 * 1024;

export const createImageHandlers = (clients: Clients): ImageHandlers => ({
  'image:inspect': async ({ registryId, repository, reference }, { signal }) => {
    const name = parseRepositoryName(repository);
    return readImageView(await clients.of(registryId), name, parseEither(reference), { signal });
  },
  'image:referrers': async ({ registryId, repository, reference }, { signal }) => {
    const name = parseRepositoryName(repository);
    const client = await clients.of(registryId);
    const digest = await resolveDigest(client, name, parseEither(reference), signal);
    return referrersView(await client.referrers(name, digest, { signal }));
  },
  'image:blob': async ({ registryId, repository, digest }, { signal }) => {
    const name = parseRepositoryName(repository);
    return readPreview(await clients.of(registryId), name, parseDigest(digest), signal);
  },
});

/** A reference with a colon is a digest, otherwise a tag (distribution-spec, Pulling manifests). */
const parseEither = (reference: string): Tag | Digest =>
  reference.includes(':') ? parseDigest(reference) : parseTag(reference);

const resolveDigest = async (
  client: RegistryClient,
  repository: RepositoryName,
  reference: Tag | Digest,
  signal: AbortSignal,
): Promise<Digest> =>
  tryParseDigest(reference) ?? (await client.getManifest(repository, reference, { signal })).digest;

const referrersView = ({
  referrers,
  apiSupported,
  incomplete,
}: ClientReferrers): ReferrersReport => ({
  apiSupported,
  referrers: referrers.map(({ descriptor, source, tag }) => ({
    ...descriptorView(descriptor),
    artifact: artifactOfDescriptor(descriptor),
    foundBy: source === 'api' ? 'referrers-api' : source,
    ...(tag === undefined ? {} : { tag }),
  })),
  ...(incomplete.length === 0 ? {} : { problem: problemOf(incomplete) }),
});

const sourceWords = {
  api: 'the referrers API',
  'fallback-tag': 'the fallback tag',
  'cosign-tag': 'the cosign tags',
} as const;

const problemOf = (incomplete: ClientReferrers['incomplete']): string => {
  const parts = incomplete.map(({ source, reason }) => {
    const why = typeof reason === 'string' ? 'its list does not end' : reason.message;
    return `${sourceWords[source]} could not be read to the end: ${why}`;
  });
  return `The list may be incomplete: ${parts.join('; ')}`;
};

const readPreview = async (
  client: RegistryClient,
  repository: RepositoryName,
  digest: Digest,
  signal: AbortSignal,
): Promise<BlobPreview> => {
  const blob = await client.openBlob(repository, digest, { signal });
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    for await (const chunk of blob.body) {
      chunks.push(chunk);
      received += chunk.byteLength;
      if (received > previewBytes) break;
    }
  } finally {
    blob.close();
  }
  const bytes = Buffer.concat(chunks).subarray(0, previewBytes);
  const truncated = received > previewBytes;
  const sizeBytes = blob.totalBytes ?? blob.sizeBytes ?? received;
  // Text has no NUL; every archive and executable has one in its first bytes.
  const isBinary = bytes.subarray(0, 8192).includes(0);
  return { digest, sizeBytes, truncated, isBinary, text: isBinary ? '' : decodeText(bytes) };
};

/** A cut in the middle of a character must not show as a broken one. */
const decodeText = (bytes: Buffer): string => new TextDecoder().decode(bytes, { stream: true });
