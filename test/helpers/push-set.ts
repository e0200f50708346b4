import type { ContentSet, ManifestJson } from './content-set';
import { pushBlob, pushManifest, type PushTarget } from './push-content';

/** Pushes everything of a set over HTTP: blobs, then manifests by digest, children first, then tags. */
export async function pushContent(
  target: PushTarget,
  repository: string,
  content: ContentSet,
): Promise<void> {
  for (const bytes of content.blobs.values()) await pushBlob(target, repository, bytes);
  const put = (reference: string, digest: string): Promise<string> => {
    const text = content.manifests.get(digest)?.bytes.toString('utf8') ?? '';
    return pushManifest(target, repository, reference, JSON.parse(text) as ManifestJson);
  };
  for (const digest of content.manifests.keys()) await put(digest, digest);
  for (const [tag, digest] of content.tags) await put(tag, digest);
}
