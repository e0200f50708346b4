import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseDigest } from '#oci/digest';
import { parseTag } from '#oci/tag';
import { addArtifact, addCosignSignature } from './artifact-content';
import { createContentSet } from './content-set';
import { blobOf, fill, findMissing, inPieces, readBlob } from './content-stores';
import { addImage, addIndex, threePlatforms } from './image-content';
import type { ContentSource, ContentTarget } from '#core/content/index';

export type OpenedStore = {
  store: ContentTarget;
  /** The same content seen by somebody who opens it after `finish`. */
  reopen?: () => Promise<ContentSource>;
};

/** What every content store promises. `open` gives an empty one; it closes it when the test ends. */
export function describeContentStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} as a content store`, () => {
    blobPromises(open);
    manifestPromises(open);
    referrerPromises(open);

    it('gives everything back byte for byte after it was finished', async () => {
      const { store, reopen } = await open();
      const content = createContentSet();
      const images = threePlatforms.map((platform) => addImage(content, { platform }));
      addIndex(content, images, { tags: ['1.0', 'latest'] });
      addImage(content, { tags: ['docker'], family: 'docker', labels: { kind: 'docker' } });
      await fill(store, content);
      expect(await findMissing(store, content)).toEqual([]);
      await store.finish();
      if (!reopen) return;
      await store.close();
      const again = await reopen();
      expect(await findMissing(again, content)).toEqual([]);
      expect([...(await again.listTags())].sort()).toEqual(['1.0', 'docker', 'latest']);
      await again.close();
    });
  });
}

function blobPromises(open: () => Promise<OpenedStore>): void {
  it('streams a blob in, knows it, and streams it out from any byte', async () => {
    const { store } = await open();
    const { descriptor, bytes } = blobOf(randomBytes(300_000));
    const other = blobOf('never pushed').descriptor;
    expect(await store.hasBlobs([descriptor, other])).toEqual(new Set());
    await store.putBlob(descriptor, inPieces(bytes));
    expect(await store.hasBlobs([descriptor, other])).toEqual(new Set([descriptor.digest]));
    const { digest, size } = descriptor;
    expect((await readBlob(store, digest, size)).equals(bytes)).toBe(true);
    expect((await readBlob(store, digest, size, 299_990)).equals(bytes.subarray(299_990))).toBe(
      true,
    );
  });

  it('takes the empty blob', async () => {
    const { store } = await open();
    const { descriptor, bytes } = blobOf('');
    await store.putBlob(descriptor, inPieces(bytes));
    expect(await store.hasBlobs([descriptor])).toEqual(new Set([descriptor.digest]));
  });

  it.each([
    ['other bytes', (bytes: Buffer) => Buffer.from(bytes).fill(1, 0, 1), 'digest-mismatch'],
    ['bytes too many', (bytes: Buffer) => Buffer.concat([bytes, bytes]), 'digest-mismatch'],
    ['bytes too few', (bytes: Buffer) => bytes.subarray(0, -1), 'content-broken-off'],
  ])('never acknowledges %s', async (_, change, code) => {
    const { store } = await open();
    const { descriptor, bytes } = blobOf(Buffer.alloc(200_000, 7));
    const wrong = inPieces(change(bytes));
    await expect(store.putBlob(descriptor, wrong)).rejects.toMatchObject({ code });
    expect(await store.hasBlobs([descriptor])).toEqual(new Set());
    // And takes the right ones afterwards.
    await store.putBlob(descriptor, inPieces(bytes));
    expect(await store.hasBlobs([descriptor])).toEqual(new Set([descriptor.digest]));
  });

  it('says not-found for a blob that is not there', async () => {
    const { store } = await open();
    const { descriptor } = blobOf('never pushed');
    const reading = readBlob(store, descriptor.digest, descriptor.size);
    await expect(reading).rejects.toMatchObject({ code: 'not-found' });
  });

  it('stops a blob when it is told to', async () => {
    const { store } = await open();
    const { descriptor, bytes } = blobOf(Buffer.alloc(500_000, 3));
    const abort = new AbortController();
    const content = inPieces(bytes, 1000);
    const stopping = {
      async open(startBytes: number) {
        const opened = await content.open(startBytes);
        async function* body(): AsyncGenerator<Uint8Array> {
          for await (const chunk of opened.body) {
            yield chunk;
            abort.abort();
          }
        }
        return { ...opened, body: body() };
      },
    };
    const { signal } = abort;
    await expect(store.putBlob(descriptor, stopping, { signal })).rejects.toBeInstanceOf(Error);
    expect(await store.hasBlobs([descriptor])).toEqual(new Set());
  });
}

function manifestPromises(open: () => Promise<OpenedStore>): void {
  it('keeps the bytes of a manifest, finds it by tag and digest, moves tags', async () => {
    const { store } = await open();
    const content = createContentSet();
    const first = addImage(content, { tags: ['1.0'], labels: { number: '1' } });
    const second = addImage(content, { tags: ['2.0'], labels: { number: '2' } });
    expect(await store.listTags()).toEqual([]);
    await fill(store, content);
    expect(await store.resolve(parseTag('1.0'))).toMatchObject({
      digest: first.digest,
      mediaType: first.mediaType,
      size: first.size,
    });
    expect((await store.getManifest(parseTag('2.0'))).digest).toBe(second.digest);
    await store.tag(parseTag('1.0'), parseDigest(second.digest));
    expect((await store.resolve(parseTag('1.0')))?.digest).toBe(second.digest);
    expect((await store.resolve(parseDigest(first.digest)))?.digest).toBe(first.digest);
    expect([...(await store.listTags())].sort()).toEqual(['1.0', '2.0']);
  });

  it('says not-found for a manifest, and nothing for where an unknown tag points', async () => {
    const { store } = await open();
    const nothing = blobOf('nothing').descriptor.digest;
    expect(await store.resolve(parseTag('none'))).toBeUndefined();
    expect(await store.resolve(nothing)).toBeUndefined();
    for (const reference of [parseTag('none'), nothing]) {
      await expect(store.getManifest(reference)).rejects.toMatchObject({ code: 'not-found' });
    }
    const tagging = store.tag(parseTag('none'), nothing);
    await expect(tagging).rejects.toMatchObject({ code: 'not-found' });
  });
}

function referrerPromises(open: () => Promise<OpenedStore>): void {
  it('lists what is attached to a digest, by subject and by cosign tags (traps 43 and 44)', async () => {
    const { store } = await open();
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0'] });
    const sbom = addArtifact(content, {
      artifactType: 'application/spdx+json',
      content: '{}',
      subject: image,
    });
    const other = addArtifact(content, {
      artifactType: 'application/x.test',
      content: 'x',
      subject: image,
    });
    const signature = addCosignSignature(content, image);
    await fill(store, content);
    const found = await store.referrers(parseDigest(image.digest));
    const digests = found.map(({ descriptor }) => String(descriptor.digest)).sort();
    expect(digests).toEqual([sbom, other, signature].map(({ digest }) => digest).sort());
    const tagged = found.find(({ descriptor }) => descriptor.digest === signature.digest);
    expect(tagged?.cosignTag).toMatch(/^sha256-[a-f0-9]{64}\.sig$/u);
    expect(
      found.find(({ descriptor }) => descriptor.digest === sbom.digest)?.descriptor,
    ).toMatchObject({ artifactType: 'application/spdx+json' });
    expect(await store.referrers(parseDigest(sbom.digest))).toEqual([]);
  });
}
