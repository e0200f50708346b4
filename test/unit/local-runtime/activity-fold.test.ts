import { expect, test } from 'vitest';
import type { RegistryEvent } from '#core/local-registry/index';
import { ActivityFold } from '#core/local-runtime/process/activity-fold';

let lastId = 0;
const event = (
  fields: Partial<RegistryEvent> & Pick<RegistryEvent, 'action'>,
  userAgent = 'podman/5.2 (github.com/containers)',
): RegistryEvent => {
  lastId += 1;
  const request = { id: '', address: '', host: '', method: '', userAgent };
  const timestamp = new Date(0).toISOString();
  return { id: String(lastId), timestamp, repository: 'shop/api', request, ...fields };
};
const layer = (name: string, sizeBytes = 1_000_000): { digest: string; sizeBytes: number } => ({
  digest: `sha256:${name}`,
  sizeBytes,
});
const blobPush = (name: string): RegistryEvent =>
  event({ action: 'push', digest: `sha256:${name}`, mediaType: 'application/octet-stream' });
const imagePush = (layers: RegistryEvent['layers'], tag = '1.0'): RegistryEvent =>
  event({ action: 'push', digest: 'sha256:m', mediaType: 'image', tag, ...(layers && { layers }) });

test('layers are told in the line of the manifest that names them', () => {
  const fold = new ActivityFold();
  fold.add(blobPush('a'));
  fold.add(blobPush('config'));
  fold.add(event({ action: 'mount', digest: 'sha256:b' }));
  fold.add(imagePush([layer('a'), layer('b'), layer('c')]));
  const { entries, changed } = fold.take();
  expect(entries).toEqual([
    expect.objectContaining({
      action: 'push',
      tag: '1.0',
      sizeBytes: 3_000_000,
      client: 'podman/5.2',
      outcome: '1 of 3 layers was new · 1.0 MB · 1 from another repository',
    }),
  ]);
  expect(changed).toEqual(['shop/api']);
});

test('a layer counts as new once, for each of the tags of one push, and in its own repository only', () => {
  const fold = new ActivityFold();
  fold.add(blobPush('a'));
  fold.add(event({ ...imagePush([layer('a')]), repository: 'other' }));
  fold.add(imagePush([layer('a')], '1.0'));
  fold.add(imagePush([layer('a')], 'latest'));
  fold.add({ ...imagePush([layer('a')]), digest: 'sha256:again' });
  expect(fold.take().entries.map(({ outcome }) => outcome)).toEqual([
    'no new layers',
    '1 of 1 layer was new · 1.0 MB',
    '1 of 1 layer was new · 1.0 MB',
    'no new layers',
  ]);
});

test('a storm of pulls is a bounded number of lines, with nothing uncounted', () => {
  const fold = new ActivityFold();
  for (let turn = 0; turn < 20; turn += 1) {
    for (let tag = 0; tag < 300; tag += 1) {
      fold.add(event({ action: 'pull', mediaType: 'image', tag: `v${tag}` }));
    }
  }
  const { entries, changed } = fold.take();
  expect(entries).toHaveLength(101);
  expect(entries[0]?.outcome).toBe('20 times');
  expect(entries.at(-1)?.outcome).toBe('4000 more pulls');
  expect(changed).toEqual([]);
  expect(fold.isEmpty).toBe(true);
});

test('pushes into more repositories than can be named say that any may have changed', () => {
  const fold = new ActivityFold();
  for (let index = 0; index < 5000; index += 1) {
    fold.add({ ...imagePush([]), repository: `r${index}`, digest: `sha256:${index}` });
  }
  const { entries, changed } = fold.take();
  expect(entries).toHaveLength(1000);
  expect(changed).toBeNull();
});

test('what a client calls itself is shortened and cannot bring control characters along', () => {
  const fold = new ActivityFold();
  for (const agent of ['', 'x\u0007y\u001B[31m z', 'n'.repeat(500), 'Tagboat/0.1.0', 'Tagboatx']) {
    fold.add(event({ action: 'delete', tag: agent.slice(0, 3) }, agent));
  }
  const { entries } = fold.take();
  expect(entries.map(({ client, isOwn }) => [client, isOwn])).toEqual([
    ['an unnamed client', false],
    ['xy[31m', false],
    ['n'.repeat(60), false],
    ['Tagboat/0.1.0', true],
    ['Tagboatx', false],
  ]);
});
