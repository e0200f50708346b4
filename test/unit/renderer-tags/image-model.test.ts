import { describe, expect, it } from 'vitest';
import type { HistoryRow, ImageView, IndexEntry, LayerView, ReferrerView } from '#contract/image';
import { fakeImage, fakeIndex } from '#test/fake-images';
import { annotationFacts } from '../../../src/renderer/src/features/image/annotation-facts';
import {
  digestTargets,
  targetOfDigest,
} from '../../../src/renderer/src/features/image/digest-targets';
import {
  chooseImage,
  entryLabel,
  foldAttestations,
} from '../../../src/renderer/src/features/image/index-entries';
import { layerRows } from '../../../src/renderer/src/features/image/layer-rows';
import { predicateName } from '../../../src/renderer/src/features/image/predicate-names';
import {
  groupReferrers,
  indexAttestations,
  referrerArtifact,
} from '../../../src/renderer/src/features/image/referrer-groups';
import { execForm, runFacts } from '../../../src/renderer/src/features/image/run-facts';
import { shapeOf, tabsOf } from '../../../src/renderer/src/features/image/shape';
import {
  backTo,
  openManifest,
  pushStep,
  startTrail,
  type Step,
} from '../../../src/renderer/src/features/image/trail';

const entry = (digest: string, over: Partial<IndexEntry> = {}): IndexEntry => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest,
  sizeBytes: 500,
  annotations: [],
  role: 'image',
  ...over,
});
const attestation = (digest: string, attests: string): IndexEntry =>
  entry(digest, { role: 'attestation', attests });

describe('an index', () => {
  const amd64 = entry('sha256:a', { platform: 'linux/amd64' });
  const arm64 = entry('sha256:b', { platform: 'linux/arm64' });
  const aboutAmd64 = attestation('sha256:c', 'sha256:a');
  const stray = attestation('sha256:d', 'sha256:gone');
  const entries = [aboutAmd64, amd64, stray, arm64];

  it('trap 16: folds attestations under the platform they describe', () => {
    const { entries: folded, strays } = foldAttestations(entries);
    expect(folded.map((one) => [one.entry, one.attestations])).toEqual([
      [amd64, [aboutAmd64]],
      [arm64, []],
    ]);
    expect(strays).toEqual([stray]);
  });

  it('trap 16: never takes the first entry for the image', () => {
    expect(chooseImage({ entries }, [])).toBe(amd64);
    expect(chooseImage({ entries: [aboutAmd64] }, [])).toBeUndefined();
    expect(chooseImage({ entries: [aboutAmd64, arm64] }, [])).toBe(arm64);
  });

  it('prefers the platform looked at last', () => {
    expect(chooseImage({ entries }, ['linux/arm64', 'linux/amd64'])).toBe(arm64);
    expect(chooseImage({ entries }, ['windows/amd64', undefined])).toBe(amd64);
  });

  it('names entries by platform, else by what they are', () => {
    expect(entryLabel(arm64)).toBe('linux/arm64');
    expect(entryLabel(stray)).toBe('attestation');
    expect(entryLabel(entry('sha256:e', { role: 'index' }))).toBe('index');
    expect(entryLabel(entry('sha256:e', { role: 'other', artifactType: 'x/y' }))).toBe('x/y');
  });

  it('tells which platform an attestation of the index is about', () => {
    expect(indexAttestations({ entries }).map(({ about }) => about)).toEqual([
      'linux/amd64',
      undefined,
    ]);
  });
});

const layer = (digest: string, sizeBytes: number): LayerView => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest,
  sizeBytes,
  annotations: [],
  compression: 'gzip',
  isForeign: false,
});
const step = (text: string, layerIndex?: number, isEmptyLayer = false): HistoryRow => ({
  instruction: 'RUN',
  text,
  isEmptyLayer,
  ...(layerIndex === undefined ? {} : { layerIndex }),
});

describe('layers beside history', () => {
  const layers = [layer('sha256:a', 100), layer('sha256:b', 25)];

  it('gives each step its layer and a share of the biggest', () => {
    const history = [step('one', 0), step('nothing', undefined, true), step('two', 1)];
    const { rows, apart } = layerRows({ layers, history, historyLinked: true });
    expect(rows.map(({ share }) => share)).toEqual([1, undefined, 0.25]);
    expect(rows[1]?.layer).toBeUndefined();
    expect(apart).toBeUndefined();
  });

  it('trap 38: lists them apart, with the reason, when they do not line up', () => {
    const history = [step('one'), step('two'), step('three')];
    const { rows, apart } = layerRows({ layers, history, historyLinked: false });
    expect(rows).toEqual([]);
    expect(apart?.layers).toHaveLength(2);
    expect(apart?.history).toHaveLength(3);
    expect(apart?.reason).toMatch(/names 3 steps with content and the manifest lists 2 layers/u);
  });

  it('trap 38: shows bare layers where there is no history', () => {
    const { rows } = layerRows({ layers, history: [], historyLinked: true });
    expect(rows.map((row) => row.layer?.digest)).toEqual(['sha256:a', 'sha256:b']);
  });

  it('divides by no zero', () => {
    const { rows } = layerRows({
      layers: [layer('sha256:a', 0)],
      history: [],
      historyLinked: true,
    });
    expect(rows[0]?.share).toBe(0);
  });
});

const manifestStep = (reference: string, label = reference): Step => ({
  kind: 'manifest',
  reference,
  label,
});
const blobStep = (digest: string): Step => ({
  kind: 'blob',
  digest,
  mediaType: 'application/json',
  sizeBytes: 2,
  label: 'config',
});

describe('the trail', () => {
  const start = startTrail('1.8.2', '1.8.2', '1.8.2');

  it('begins at the tag', () => {
    expect(start.steps).toEqual([manifestStep('1.8.2')]);
    expect(openManifest(start)).toBe('1.8.2');
  });

  it('begins one step on when a child was open at the restart', () => {
    const trail = startTrail('1.8.2', 'sha256:a', 'sha256:a…');
    expect(trail.steps.map(({ label }) => label)).toEqual(['1.8.2', 'sha256:a…']);
    expect(openManifest(trail)).toBe('sha256:a');
  });

  it('keeps the manifest open below a blob', () => {
    const trail = pushStep(pushStep(start, manifestStep('sha256:a')), blobStep('sha256:c'));
    expect(openManifest(trail)).toBe('sha256:a');
    expect(trail.steps).toHaveLength(3);
  });

  it('goes back, and never past the tag', () => {
    const trail = pushStep(pushStep(start, manifestStep('sha256:a')), blobStep('sha256:c'));
    expect(backTo(trail, 0)).toEqual(start);
    expect(backTo(trail, -5)).toEqual(start);
    expect(openManifest(backTo(trail, 1))).toBe('sha256:a');
  });

  it('does not run in circles: subject and referrer lead back to each other', () => {
    const there = pushStep(start, manifestStep('sha256:sig'));
    const back = pushStep(pushStep(there, manifestStep('sha256:img')), manifestStep('sha256:sig'));
    expect(back.steps).toHaveLength(2);
  });
});

describe('digests in a raw manifest', () => {
  it('open blobs for config and layers, manifests for entries', () => {
    const image = digestTargets(fakeImage('shop/api', '1.8.2'));
    expect([...image.values()].map(({ kind }) => kind)).toEqual(Array(6).fill('blob'));
    const index = digestTargets(fakeIndex('shop/api', '1.8.2-debug'));
    expect([...index.values()].every(({ kind }) => kind === 'manifest')).toBe(true);
  });

  it('are tried as a manifest when nothing here has them', () => {
    expect(targetOfDigest(new Map(), `sha256:${'0'.repeat(64)}`)).toMatchObject({
      kind: 'manifest',
      reference: `sha256:${'0'.repeat(64)}`,
    });
  });
});

describe('annotations and labels', () => {
  const view = (
    annotations: ImageView['annotations'],
    labels: ImageView['annotations'],
  ): Parameters<typeof annotationFacts>[0] => {
    const { config, ...rest } = fakeImage('a', 'b');
    return config === undefined
      ? { ...rest, annotations }
      : { annotations, config: { ...config, labels } };
  };

  it('part the well-known ones from the others and lose none', () => {
    const facts = annotationFacts(
      view(
        [
          { key: 'org.opencontainers.image.source', value: 'https://a.example' },
          { key: 'com.example.build', value: '7' },
        ],
        [
          { key: 'org.opencontainers.image.source', value: 'https://b.example' },
          { key: 'org.label-schema.version', value: '1.2' },
        ],
      ),
    );
    expect(facts.known.map(({ title, value }) => [title, value])).toEqual([
      ['Version', '1.2'],
      ['Source', 'https://a.example'],
    ]);
    expect(facts.annotations).toEqual([{ key: 'com.example.build', value: '7' }]);
    // The label says something else than the annotation that was shown, so it is not swallowed.
    expect(facts.labels).toEqual([
      { key: 'org.opencontainers.image.source', value: 'https://b.example' },
    ]);
  });
});

describe('what kind of thing it is', () => {
  const base = { artifact: { kind: 'image', label: 'Image', mediaType: 'x' }, layers: [] } as const;

  it('trap 16: an attestation with a placeholder image config is an attestation', () => {
    const statement = { ...layer('sha256:a', 1), predicateType: 'https://spdx.dev/Document' };
    expect(shapeOf({ ...base, shape: 'image', layers: [statement] })).toBe('attestation');
    expect(tabsOf.attestation).not.toContain('layers');
  });

  it('trap 42: a chart is an artifact', () => {
    const artifact = { kind: 'helm-chart', label: 'Helm chart', mediaType: 'x' } as const;
    expect(shapeOf({ ...base, artifact, shape: 'image' })).toBe('artifact');
    expect(shapeOf({ ...base, shape: 'image' })).toBe('image');
    expect(shapeOf({ ...base, shape: 'schema1' })).toBe('schema1');
  });

  it('names predicates', () => {
    expect(predicateName('https://slsa.dev/provenance/v1')).toBe('Provenance (SLSA)');
    expect(predicateName('https://spdx.dev/Document')).toBe('SBOM (SPDX)');
    expect(predicateName('https://corp.example/own')).toBe('https://corp.example/own');
  });
});

describe('referrers', () => {
  const referrer = (kind: ReferrerView['artifact']['kind'], label: string): ReferrerView => ({
    mediaType: 'm',
    digest: `sha256:${label}`,
    sizeBytes: 1,
    annotations: [],
    artifact: { kind, label, mediaType: 'm' },
    foundBy: 'referrers-api',
  });

  it('are grouped by what they are, signatures first', () => {
    const groups = groupReferrers([
      referrer('artifact', 'Artifact'),
      referrer('sbom', 'SPDX SBOM'),
      referrer('signature', 'Cosign signature'),
      referrer('sbom', 'SPDX SBOM'),
    ]);
    expect(groups.map(({ label, referrers }) => [label, referrers.length])).toEqual([
      ['Cosign signature', 1],
      ['SPDX SBOM', 2],
      ['Artifact', 1],
    ]);
  });
});

describe('a referrer behind a cosign tag', () => {
  it('is what its tag says, because its manifest looks like an image', () => {
    const plain: ReferrerView = {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: 'sha256:x',
      sizeBytes: 1,
      annotations: [],
      artifact: { kind: 'image', label: 'Image', mediaType: 'm' },
      foundBy: 'cosign-tag',
    };
    const tag = (suffix: string) => `sha256-${'a'.repeat(64)}.${suffix}`;
    expect(referrerArtifact({ ...plain, tag: tag('sig') }).label).toBe('Cosign signature');
    expect(referrerArtifact({ ...plain, tag: tag('att') }).kind).toBe('attestation');
    expect(referrerArtifact({ ...plain, foundBy: 'fallback-tag', tag: tag('sig') }).label).toBe(
      'Image',
    );
  });
});

describe('what an image runs', () => {
  it('leaves out what the config does not say', () => {
    const { config } = fakeImage('shop/api', '1.8.2');
    expect(config && runFacts(config).map(({ title }) => title)).toEqual([
      'Command',
      'User',
      'Directory',
      'Ports',
    ]);
  });

  it('quotes words as a Dockerfile does', () => {
    expect(execForm(['sh', '-c', 'echo "hi"'])).toBe('["sh","-c","echo \\"hi\\""]');
  });
});
