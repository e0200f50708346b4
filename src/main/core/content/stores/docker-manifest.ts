import { asRecord, isRecord, readString, readStrings } from '#oci/json';
import { OciError } from '#oci/error';
import { isImageConfigType } from '#oci/media-type';
import { isUnknownPlatform, normalizePlatform, type Platform } from '#oci/platform';
import { classifyTag } from '#oci/fallback-tags';
import { ContentError } from '../content-error';
import type { StoredManifest } from '../content-store';
import type { LayoutContent } from './layout-store';
import { blobPath } from './layout-place';

/** One image of `manifest.json` (moby image/tarexport; containerd archive/exporter.go). */
export type DockerImage = {
  readonly configPath: string;
  /** Familiar names: `nginx:1`. */
  readonly repoTags: readonly string[];
  readonly layerPaths: readonly string[];
};

/** Reads `manifest.json`. Throws `archive-invalid`. */
export function parseDockerManifest(bytes: Uint8Array, name: string): DockerImage[] {
  const place = { code: 'manifest-invalid', where: 'manifest.json' } as const;
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (!Array.isArray(json)) throw new OciError('manifest-invalid', 'It is not a list of images.');
    return json.map((item: unknown) => {
      const record = asRecord(item, place);
      return {
        configPath: normalPath(readString(record, 'Config', place) ?? ''),
        repoTags: readStrings(record, 'RepoTags', place) ?? [],
        layerPaths: (readStrings(record, 'Layers', place) ?? []).map(normalPath),
      };
    });
  } catch (error) {
    if (!(error instanceof OciError) && !(error instanceof SyntaxError)) throw error;
    const why = `The manifest.json of ${name} cannot be read: ${error.message}`;
    throw new ContentError('archive-invalid', why, error);
  }
}

/** Docker on Windows wrote backslashes once. A path that leads out names nothing: no entry is called like that. */
const normalPath = (path: string): string => path.replaceAll('\\', '/').replace(/^(\.\/)+/u, '');

/** `rootfs.diff_ids` of a config (image-spec config.md). */
export function parseDiffIds(config: Uint8Array, name: string): readonly string[] {
  try {
    const json: unknown = JSON.parse(Buffer.from(config).toString('utf8'));
    const rootfs = isRecord(json) ? json['rootfs'] : undefined;
    const ids: unknown = isRecord(rootfs) ? rootfs['diff_ids'] : undefined;
    return Array.isArray(ids) ? ids.map(String) : [];
  } catch (error) {
    throw new ContentError('archive-invalid', `An image config in ${name} is not JSON.`, error);
  }
}

export type DockerNames = {
  /** Familiar name of the repository: `nginx`, `registry.example/team/app`. */
  readonly repository: string;
  /** What an index stands for, as a docker archive can only name one image; this machine's unless told otherwise. */
  readonly platform?: Platform | undefined;
};

/** `manifest.json` for every tag that people made. Throws `unsupported` for what is no image. */
export async function formatDockerManifest(
  content: LayoutContent,
  { repository, platform = ownPlatform() }: DockerNames,
): Promise<Buffer> {
  const images = new Map<string, { Config: string; RepoTags: string[]; Layers: string[] }>();
  for (const [tag, { digest }] of content.tags) {
    if (classifyTag(tag) !== 'plain') continue;
    const image = await pickImage(content, await content.getManifest(digest), platform);
    const name = `${repository}:${tag}`;
    if (image?.manifest.kind !== 'image' || !isImageConfigType(image.manifest.config.mediaType)) {
      throw new ContentError(
        'unsupported',
        `${name} is not a container image, and a docker archive can hold nothing else. Export it as an OCI archive.`,
      );
    }
    const known = images.get(image.digest);
    if (known) known.RepoTags.push(name);
    else {
      images.set(image.digest, {
        Config: blobPath(image.manifest.config.digest),
        RepoTags: [name],
        Layers: image.manifest.layers.map((layer) => blobPath(layer.digest)),
      });
    }
  }
  return Buffer.from(JSON.stringify([...images.values()]));
}

async function pickImage(
  content: LayoutContent,
  found: StoredManifest,
  platform: Platform,
): Promise<StoredManifest | undefined> {
  const { manifest } = found;
  if (manifest.kind !== 'index') return found;
  const runnable = manifest.manifests.filter(
    (child) => child.platform === undefined || !isUnknownPlatform(child.platform),
  );
  const wanted = normalizePlatform(platform);
  const isWanted = (own: Platform): boolean =>
    own.os === wanted.os && own.architecture === wanted.architecture;
  const best =
    runnable.find((child) => child.platform && isWanted(normalizePlatform(child.platform))) ??
    runnable[0];
  return best && pickImage(content, await content.getManifest(best.digest), platform);
}

function ownPlatform(): Platform {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };
  return { os: 'linux', architecture: names[process.arch] ?? process.arch };
}
