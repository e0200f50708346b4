import { digestOf, ociIndexType, ociManifestType, pushImage, putManifest } from './local-registry';

/** Every manifest type that is pushed here. */
export const accept = [
  ociIndexType,
  ociManifestType,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** Every manifest and blob that a test pushed, with its bytes' digest. */
export type Content = { name: string; references: string[]; digest: string; blobs: string[] }[];

/** Pulls everything and lists what did not come as it was pushed. */
export async function findMissing(origin: string, content: Content): Promise<string[]> {
  const missing: string[] = [];
  const pull = async (path: string, digest: string): Promise<void> => {
    const response = await fetch(`${origin}/v2/${path}`, { headers: { Accept: accept } });
    const bytes = Buffer.from(await response.arrayBuffer());
    const [algorithm] = digest.split(':');
    if (response.status !== 200 || digestOf(bytes, algorithm) !== digest) {
      missing.push(`${response.status} ${path}`);
    }
  };
  for (const { name, references, digest, blobs } of content) {
    for (const reference of references) await pull(`${name}/manifests/${reference}`, digest);
    for (const blob of blobs) await pull(`${name}/blobs/${blob}`, blob);
  }
  return missing;
}

const descriptor = (digest: string, bytes: string, mediaType = ociManifestType): object => ({
  mediaType,
  digest,
  size: bytes.length,
});

/** A tagged image, a multi-platform index, referrers and, where the registry takes it, sha512 content. */
export async function pushVariety(origin: string, withSha512: boolean): Promise<Content> {
  const content: Content = [];
  const image = await pushImage(origin, 'mix/image', 'v1', { content: 'plain image' });
  const plain = { name: 'mix/image', digest: image.digest, blobs: [image.config, ...image.layers] };
  content.push({ ...plain, references: ['v1', image.digest] });

  const children = [];
  for (const architecture of ['amd64', 'arm64']) {
    const child = await pushImage(origin, 'mix/index', undefined, { content: architecture });
    content.push({
      name: 'mix/index',
      references: [child.digest],
      digest: child.digest,
      blobs: child.layers,
    });
    children.push({
      ...descriptor(child.digest, child.bytes),
      platform: { os: 'linux', architecture },
    });
  }
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: ociIndexType,
    manifests: children,
  });
  await putManifest(origin, 'mix/index', 'multi', index, ociIndexType);
  content.push({
    name: 'mix/index',
    references: ['multi', digestOf(index)],
    digest: digestOf(index),
    blobs: [],
  });

  const signature = await pushImage(origin, 'mix/image', 'signature', {
    content: 'a signature',
    extra: {
      subject: descriptor(image.digest, image.bytes),
      artifactType: 'application/x.signature',
      annotations: { 'org.example.by': 'test' },
    },
  });
  content.push({
    name: 'mix/image',
    references: ['signature', signature.digest],
    digest: signature.digest,
    blobs: signature.layers,
  });

  if (!withSha512) return content;
  const strong = await pushImage(origin, 'mix/sha512', undefined, {
    algorithm: 'sha512',
    content: 'strong layer',
  });
  const strongIndex = JSON.stringify({
    schemaVersion: 2,
    mediaType: ociIndexType,
    manifests: [descriptor(strong.digest, strong.bytes)],
  });
  const strongDigest = digestOf(strongIndex, 'sha512');
  await putManifest(origin, 'mix/sha512', `${strongDigest}?tag=v1`, strongIndex, ociIndexType);
  content.push(
    {
      name: 'mix/sha512',
      references: [strong.digest],
      digest: strong.digest,
      blobs: [strong.config, ...strong.layers],
    },
    { name: 'mix/sha512', references: ['v1', strongDigest], digest: strongDigest, blobs: [] },
  );
  return content;
}
