import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cachedFolder } from './cache-folder';
import { createContentSet, type ContentSet } from './content-set';
import { addImage } from './image-content';

const base = 'docker/registry/v2';

function write(file: string, content: string | Buffer): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

const pathOf = (digest: string): string => digest.replace(':', '/');

/** Content has its digest for a name: what is there already is the same. */
function writeData(storageDir: string, digest: string, bytes: Buffer): void {
  const hex = digest.slice(digest.indexOf(':') + 1);
  const file = path.join(storageDir, base, 'blobs/sha256', hex.slice(0, 2), hex, 'data');
  if (!existsSync(file)) write(file, bytes);
}

/**
 * Writes a set into the storage folder of CNCF distribution as a push would leave it, for sets that are too big to
 * push and for content that its checks refuse. No registry may be running on the folder that has seen the repository.
 * A link holds a digest without a newline (distribution registry/storage/paths.go).
 */
export function seedContent(storageDir: string, repository: string, content: ContentSet): void {
  const folder = path.join(storageDir, base, 'repositories', repository);
  for (const [digest, bytes] of content.blobs) {
    writeData(storageDir, digest, bytes);
    write(path.join(folder, '_layers', pathOf(digest), 'link'), digest);
  }
  for (const [digest, { bytes }] of content.manifests) {
    writeData(storageDir, digest, bytes);
    write(path.join(folder, '_manifests/revisions', pathOf(digest), 'link'), digest);
  }
  for (const [tag, digest] of content.tags) {
    const tagFolder = path.join(folder, '_manifests/tags', tag);
    write(path.join(tagFolder, 'index', pathOf(digest), 'link'), digest);
    write(path.join(tagFolder, 'current/link'), digest);
  }
}

/** The names of `seedManyTags`: five tags on each image, as a build leaves them. */
function tagsOf(number: number): string[] {
  const version = `${1 + Math.floor(number / 400)}.${Math.floor(number / 20) % 20}.${number % 20}`;
  const build = String(number).padStart(5, '0');
  return [version, `v${version}`, `${version}-bookworm`, `build-${build}`, `main-${build}`];
}

export type ManyTags = { storageDir: string; repository: string; tagCount: number };

/** One repository of `images` images with five tags each. Made once and kept: start the registry read-only on it. */
export async function seedManyTags(images = 2_000): Promise<ManyTags> {
  const repository = 'team/many';
  const storageDir = await cachedFolder('many-tags', `2 ${images}`, async (directory) => {
    const content = createContentSet();
    const shared = [{ name: 'app/base', content: 'the same in every image\n' }];
    for (let number = 0; number < images; number += 1) {
      addImage(content, {
        layers: [shared, [{ name: 'app/build', content: `${number}\n` }]],
        created: new Date(Date.UTC(2020, 0, 1) + number * 86_400_000).toISOString(),
        labels: { build: String(number) },
        tags: tagsOf(number),
      });
    }
    seedContent(directory, repository, content);
  });
  return { storageDir, repository, tagCount: images * 5 };
}

export type ManyRepositories = { storageDir: string; count: number };

/** Repositories of one tag each, in two levels of namespaces. Made once and kept: start the registry read-only on it. */
export async function seedManyRepositories(count = 5_000): Promise<ManyRepositories> {
  const storageDir = await cachedFolder('many-repositories', `2 ${count}`, async (directory) => {
    const content = createContentSet();
    addImage(content, { tags: ['1.0'], layers: [[{ name: 'app/x', content: 'x' }]] });
    for (let number = 0; number < count; number += 1) {
      const team = `team-${String(number % 50).padStart(2, '0')}`;
      const group = `group-${Math.floor(number / 50) % 10}`;
      seedContent(
        directory,
        `${team}/${group}/service-${String(number).padStart(5, '0')}`,
        content,
      );
    }
  });
  return { storageDir, count };
}
