import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addArtifact, addCosignSignature, addFallbackTag, addSbom } from '#test/artifact-content';
import { isUnpullable, openScene, pull, type Scene } from '#test/cleanup-scene';
import { createContentSet } from '#test/content-set';
import { startDockerRegistry, type DockerRegistry } from '#test/docker-registry';
import { addImage } from '#test/image-content';
import { pushContent } from '#test/push-set';
import { realPart } from '#test/real-parts';
import { digest, tag } from '#test/registry-calls';
import { fallbackTagFor } from '#oci/fallback-tags';

const isMissing = realPart('docker-registry') === undefined || realPart('skopeo') === undefined;

/** distribution 2.8 has no referrers API: attached content hangs on tags made of the digest. */
describe.skipIf(isMissing)('signatures and SBOMs on CNCF distribution', () => {
  let registry: DockerRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry();
  });
  afterAll(() => registry.stop());

  const listOf = async (scene: Scene, subject: string): Promise<string[] | undefined> => {
    const found = await scene.repository.read(fallbackTagFor(digest(subject)));
    if (found?.manifest.kind !== 'index') return undefined;
    return found.manifest.manifests.map((entry) => entry.digest);
  };

  it('deletes an image with its SBOM and the list that leads to it; undo restores all three (trap 43, trap 45)', async () => {
    const name = 'referrers/sbom';
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0'], labels: { name } });
    const sbom = addSbom(content, image);
    await pushContent(registry, name, content);
    const scene = await openScene(registry, name);
    const before = await scene.tags();
    const planned = await scene.plan({ kind: 'delete-tag', tag: tag('1.0') });
    expect(planned.plan.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ role: 'referrer', verdict: 'delete' }),
        expect.objectContaining({ role: 'list', verdict: 'delete' }),
        expect.objectContaining({ role: 'attached-tag', verdict: 'untag' }),
      ]),
    );
    const report = await scene.execute(planned);
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(await scene.tags()).toEqual({});
    expect(await scene.repository.resolve(digest(sbom.digest))).toBeUndefined();
    const undone = await scene.undo(report.id);
    expect(undone).toMatchObject({ cannotComeBack: [], report: { outcome: 'done' } });
    expect(await scene.tags()).toEqual(before);
    expect(await listOf(scene, image.digest)).toEqual([sbom.digest]);
    expect(await pull(registry.host, name, '1.0')).toBe(image.digest);
    expect(await pull(registry.host, name, sbom.digest)).toBe(sbom.digest);
  });

  it('takes a deleted referrer out of the list and keeps the others in it (trap 43)', async () => {
    const name = 'referrers/list';
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0'], labels: { name } });
    const artifacts = ['application/vnd.example.one', 'application/vnd.example.two'].map(
      (artifactType) =>
        addArtifact(content, { artifactType, content: artifactType, subject: image }),
    );
    const [one, two] = artifacts.map((artifact) => artifact.digest);
    addFallbackTag(content, image, artifacts);
    await pushContent(registry, name, content);
    const scene = await openScene(registry, name);
    const before = await scene.tags();
    const report = await scene.change({
      kind: 'delete-image',
      digest: digest(one ?? ''),
      tags: [],
    });
    expect(report.outcome).toBe('done');
    expect(report.results.map(({ step }) => step.kind)).toEqual(['update-list', 'delete-manifest']);
    expect(await listOf(scene, image.digest)).toEqual([two]);
    expect(await pull(registry.host, name, '1.0')).toBe(image.digest);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
    expect(await listOf(scene, image.digest)).toEqual([one, two]);
    expect(await scene.repository.resolve(digest(one ?? ''))).toBeDefined();
  });

  it('takes the last referrer out of a list, which then is an empty index (trap 43)', async () => {
    const name = 'referrers/last';
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0'], labels: { name } });
    const sbom = addSbom(content, image);
    await pushContent(registry, name, content);
    const scene = await openScene(registry, name);
    const report = await scene.change({
      kind: 'delete-image',
      digest: digest(sbom.digest),
      tags: [],
    });
    expect(report.outcome).toBe('done');
    expect(await listOf(scene, image.digest)).toEqual([]);
    expect(await pull(registry.host, name, '1.0')).toBe(image.digest);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await listOf(scene, image.digest)).toEqual([sbom.digest]);
  });

  it('adds to a list that somebody else changed meanwhile instead of overwriting it (trap 43)', async () => {
    const name = 'referrers/changed';
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0'], labels: { name } });
    const artifactOf = (artifactType: string) =>
      addArtifact(content, { artifactType, content: artifactType, subject: image });
    const one = artifactOf('application/vnd.example.one');
    const two = artifactOf('application/vnd.example.two');
    addFallbackTag(content, image, [one, two]);
    await pushContent(registry, name, content);
    const scene = await openScene(registry, name);
    const report = await scene.change({
      kind: 'delete-image',
      digest: digest(one.digest),
      tags: [],
    });
    const later = createContentSet();
    const three = addArtifact(later, {
      artifactType: 'application/vnd.example.three',
      content: 'three',
      subject: image,
    });
    addFallbackTag(later, image, [two, three]);
    await pushContent(registry, name, later);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await listOf(scene, image.digest)).toEqual([two.digest, three.digest, one.digest]);
  });

  it('lets the tags of cosign go with their image, and undo signs it again (trap 19, trap 44)', async () => {
    const name = 'referrers/cosign';
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0', 'latest'], labels: { name } });
    const signature = addCosignSignature(content, image);
    const bystander = addImage(content, { tags: ['other'], labels: { name: 'bystander' } });
    await pushContent(registry, name, content);
    const scene = await openScene(registry, name);
    const before = await scene.tags();
    const signatureTag = `sha256-${image.digest.slice(7)}.sig`;
    const report = await scene.change({
      kind: 'delete-image',
      digest: digest(image.digest),
      tags: [tag('1.0'), tag('latest')],
    });
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(await scene.tags()).toEqual({ other: bystander.digest });
    expect(await isUnpullable(registry.host, name, signature.digest)).toBe(true);
    expect((await scene.undo(report.id)).report.outcome).toBe('done');
    expect(await scene.tags()).toEqual(before);
    expect(await pull(registry.host, name, signatureTag)).toBe(signature.digest);
    expect(await pull(registry.host, name, 'latest')).toBe(image.digest);
  });

  it('keeps the signature while one tag of the image stays (trap 44, trap 45)', async () => {
    const name = 'referrers/signed';
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0', 'latest'], labels: { name } });
    const signature = addCosignSignature(content, image);
    await pushContent(registry, name, content);
    const scene = await openScene(registry, name);
    const report = await scene.change({ kind: 'delete-tag', tag: tag('1.0') });
    expect(report.outcome).toBe('done');
    expect(await scene.tags()).toEqual({
      latest: image.digest,
      [`sha256-${image.digest.slice(7)}.sig`]: signature.digest,
    });
    expect(await pull(registry.host, name, 'latest')).toBe(image.digest);
  });

  /** A list one of whose two entries another client deleted without a word in the list. */
  const pushStaleList = async (name: string) => {
    const content = createContentSet();
    const image = addImage(content, { tags: ['1.0'], labels: { name } });
    const artifacts = ['application/vnd.example.gone', 'application/vnd.example.there'].map(
      (artifactType) =>
        addArtifact(content, { artifactType, content: artifactType, subject: image }),
    );
    addFallbackTag(content, image, artifacts);
    await pushContent(registry, name, content);
    const scene = await openScene(registry, name);
    const [gone, there] = artifacts.map((artifact) => digest(artifact.digest));
    if (gone !== undefined) await scene.repository.remove(gone);
    return { scene, image: digest(image.digest), there: there ?? digest(image.digest) };
  };

  it('keeps a list up that names what is gone, which distribution does not take again (trap 18, trap 43)', async () => {
    const { scene, image, there } = await pushStaleList('referrers/stale');
    const report = await scene.change({ kind: 'delete-image', digest: there, tags: [] });
    expect(report).toMatchObject({ outcome: 'done', lostTags: [] });
    expect(await listOf(scene, image)).toEqual([]);
    expect((await scene.undo(report.id)).report).toMatchObject({ outcome: 'done' });
    expect(await listOf(scene, image)).toEqual([there]);
  });

  it('brings an image back whose list names what is gone (trap 18, trap 43)', async () => {
    const { scene, image, there } = await pushStaleList('referrers/stale-image');
    const report = await scene.change({ kind: 'delete-tag', tag: tag('1.0') });
    expect(report.outcome).toBe('done');
    expect(await scene.tags()).toEqual({});
    expect((await scene.undo(report.id)).report).toMatchObject({ outcome: 'done' });
    expect(await listOf(scene, image)).toEqual([there]);
    expect(await pull(registry.host, scene.name, '1.0')).toBe(image);
  });
});
