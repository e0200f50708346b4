import { mkdtemp, mkdir, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeContentStore } from '#test/content-store-suite';
import { createContentSet, writeOciLayout } from '#test/content-set';
import { blobOf, fill, findMissing, inPieces, readBlob } from '#test/content-stores';
import { hostileTars } from '#test/hostile-tar';
import { addImage, addIndex, threePlatforms } from '#test/image-content';
import { tarOf } from '#test/tar';
import { zstdFrameOf } from '#test/zstd';
import { parseDigest } from '#oci/digest';
import { readTarIndex } from '#core/content/tar/tar-index';
import { createTarWriter } from '#core/content/tar/tar-writer';
import {
  createOciArchive,
  openOciArchive,
  createOciLayout,
  openOciLayout,
} from '#core/content/index';

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tagboat-content-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describeContentStore('an OCI layout folder', async () => {
  const folder = path.join(await freshFolder(), 'layout');
  const store = await createOciLayout(folder);
  onTestFinished(() => store.close());
  return { store, reopen: () => openOciLayout(folder) };
});

describeContentStore('an OCI archive', async () => {
  const file = path.join(await freshFolder(), 'image.tar');
  const store = await createOciArchive(file);
  onTestFinished(() => store.close());
  return { store, reopen: () => openOciArchive(file) };
});

function threeImages() {
  const content = createContentSet();
  addIndex(
    content,
    threePlatforms.map((platform) => addImage(content, { platform })),
    { tags: ['1.0'] },
  );
  return content;
}

describe('an OCI archive on disk', () => {
  it('appears under its name only when it is finished, and leaves nothing when it is not', async () => {
    const folder = await freshFolder();
    const file = path.join(folder, 'image.tar');
    const first = await createOciArchive(file);
    await fill(first, threeImages());
    expect(await readdir(folder)).not.toContain('image.tar');
    await first.close();
    expect(await readdir(folder)).toEqual([]);

    const second = await createOciArchive(file);
    await fill(second, threeImages());
    await second.finish();
    await second.close();
    expect(await readdir(folder)).toEqual(['image.tar']);
  });

  it('is not finished while a blob is missing its end', async () => {
    const folder = await freshFolder();
    const file = path.join(folder, 'image.tar');
    const store = await createOciArchive(file);
    const { descriptor, bytes } = blobOf(Buffer.alloc(100_000, 5));
    const short = inPieces(bytes.subarray(0, 50_000));
    await expect(store.putBlob(descriptor, short)).rejects.toMatchObject({
      code: 'content-broken-off',
    });
    await expect(store.finish()).rejects.toMatchObject({ code: 'content-incomplete' });
    await store.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('holds blobs that were written at the same time', async () => {
    const file = path.join(await freshFolder(), 'image.tar');
    const store = await createOciArchive(file);
    const blobs = Array.from({ length: 9 }, (_, index) => blobOf(Buffer.alloc(70_001, index)));
    await Promise.all(
      blobs.map(({ descriptor, bytes }) => store.putBlob(descriptor, inPieces(bytes, 999))),
    );
    await store.finish();
    await store.close();
    const again = await openOciArchive(file);
    for (const { descriptor, bytes } of blobs) {
      const read = await readBlob(again, descriptor.digest, bytes.length);
      expect(read.equals(bytes)).toBe(true);
    }
    await again.close();
  });

  it('is read when it is compressed with gzip, and leaves nothing unpacked behind', async () => {
    const folder = await freshFolder();
    const [file, packed, temporaryFolder] = ['a.tar', 'a.tar.gz', 'unpacked'].map((name) =>
      path.join(folder, name),
    ) as [string, string, string];
    await mkdir(temporaryFolder);
    const content = threeImages();
    const store = await createOciArchive(file);
    await fill(store, content);
    await store.finish();
    await store.close();
    const bytes = gzipSync(await readFile(file));
    await writeFile(packed, bytes);
    const again = await openOciArchive(packed, { temporaryFolder });
    expect(await findMissing(again, content)).toEqual([]);
    await again.close();
    expect(await readdir(temporaryFolder)).toEqual([]);
    await writeFile(packed, bytes.subarray(0, bytes.length / 2));
    await expect(openOciArchive(packed, { temporaryFolder })).rejects.toMatchObject({
      code: 'archive-truncated',
    });
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it('says plainly that zstd cannot be read (trap 36)', async () => {
    const file = path.join(await freshFolder(), 'image.tar.zst');
    await writeFile(file, zstdFrameOf(tarOf([{ name: 'index.json', content: '{}' }])));
    await expect(openOciArchive(file)).rejects.toMatchObject({
      code: 'compression-unsupported',
      message: expect.stringContaining('zstd -d') as string,
    });
  });
});

describe('hostile archives', () => {
  it.each(hostileTars)('are refused: %s', async (_, code, bytes) => {
    const folder = await freshFolder();
    const file = path.join(folder, 'image.tar');
    await writeFile(file, bytes);
    await expect(openOciArchive(file)).rejects.toMatchObject({
      name: 'ContentError',
      code,
      message: expect.stringContaining(file) as string,
    });
    expect(await readdir(folder)).toEqual(['image.tar']);
  });

  it('are refused at too many entries, long before their end', async () => {
    const folder = await freshFolder();
    const file = path.join(folder, 'image.tar');
    const entry = tarOf([{ name: 'x/', content: '' }]).subarray(0, 512);
    await writeFile(file, Buffer.concat(Array.from({ length: 2000 }, () => entry)));
    const handle = await open(file);
    onTestFinished(() => handle.close());
    const limits = { maxEntries: 1000, maxPaxBytes: 1024 };
    await expect(readTarIndex(handle, file, limits)).rejects.toMatchObject({
      code: 'archive-refused',
    });
  });

  it('never give bytes that do not match their digest', async () => {
    const file = path.join(await freshFolder(), 'image.tar');
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0'] });
    const manifest = content.manifests.get(image.digest)?.bytes ?? Buffer.alloc(0);
    const wrong = Buffer.from(manifest.toString('utf8').replace('schemaVersion', 'schemaversion'));
    const hex = image.digest.slice('sha256:'.length);
    const { mediaType, digest, size } = image;
    await writeFile(
      file,
      tarOf([
        {
          name: 'index.json',
          content: JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, digest, size }] }),
        },
        { name: `blobs/sha256/${hex}`, content: wrong },
      ]),
    );
    const store = await openOciArchive(file);
    onTestFinished(() => store.close());
    const { digest: parsed } = (await store.resolve(parseDigest(image.digest))) ?? {};
    expect(parsed).toBe(image.digest);
    await expect(store.getManifest(parseDigest(image.digest))).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
  });
});

describe('an OCI layout folder on disk', () => {
  it('reads what other tools write, and keeps it when more is added', async () => {
    const folder = await freshFolder();
    const content = threeImages();
    await writeOciLayout(folder, content);
    const store = await createOciLayout(folder);
    expect(await findMissing(store, content)).toEqual([]);
    const more = createContentSet();
    addImage(more, { labels: { more: 'yes' }, tags: ['2.0'] });
    await fill(store, more);
    await store.finish();
    await store.close();
    const again = await openOciLayout(folder);
    expect(await findMissing(again, content)).toEqual([]);
    expect(await findMissing(again, more)).toEqual([]);
    expect([...(await again.listTags())].sort()).toEqual(['1.0', '2.0']);
  });

  it('follows no link out of the folder', async () => {
    const folder = await freshFolder();
    const outside = await freshFolder();
    const { descriptor, bytes } = blobOf('outside');
    const hex = descriptor.digest.slice('sha256:'.length);
    await writeFile(path.join(outside, hex), bytes);
    await writeFile(path.join(folder, 'index.json'), '{"schemaVersion":2,"manifests":[]}');
    await mkdir(path.join(folder, 'blobs', 'sha256'), { recursive: true });
    await symlink(path.join(outside, hex), path.join(folder, 'blobs', 'sha256', hex));
    const store = await createOciLayout(folder);
    await expect(store.openBlob(descriptor)).rejects.toMatchObject({ code: 'not-found' });

    await rm(path.join(folder, 'blobs'), { recursive: true });
    await mkdir(path.join(folder, 'blobs'));
    await symlink(outside, path.join(folder, 'blobs', 'sha256'));
    await expect(store.openBlob(descriptor)).rejects.toMatchObject({ code: 'archive-refused' });
    const other = blobOf('written');
    await expect(store.putBlob(other.descriptor, inPieces(other.bytes))).rejects.toMatchObject({
      code: 'archive-refused',
    });
    expect(await readdir(outside)).toEqual([hex]);
  });

  it('says what is missing where there is no layout', async () => {
    const folder = await freshFolder();
    await expect(openOciLayout(folder)).rejects.toMatchObject({ code: 'archive-invalid' });
    await expect(openOciLayout(path.join(folder, 'none'))).rejects.toMatchObject({
      code: 'archive-invalid',
    });
  });
});

describe('a tar that is written', () => {
  it('keeps long names and finds them again', async () => {
    const file = path.join(await freshFolder(), 'long.tar');
    const writer = await createTarWriter(file);
    const name = `blobs/sha512/${'a'.repeat(128)}`;
    await writer.add(
      name,
      3,
      (async function* () {
        yield Buffer.from('abc');
      })(),
    );
    await writer.finish();
    await writer.close();
    const handle = await open(file);
    onTestFinished(() => handle.close());
    const index = await readTarIndex(handle, file);
    expect(index.paths).toEqual([name]);
    expect(index.find(name)?.sizeBytes).toBe(3);
  });

  it('is refused where it cannot be written', async () => {
    const file = path.join(await freshFolder(), 'no', 'such', 'folder.tar');
    await expect(createTarWriter(file)).rejects.toMatchObject({ code: 'place-unfit' });
  });
});
