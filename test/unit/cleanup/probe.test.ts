import { describe, expect, it } from 'vitest';
import { probeCapabilities } from '#core/cleanup/probe';
import { openRegistryRepository } from '#core/cleanup/registry-repository';
import { hashOf } from '#test/model-registry';
import { openClient, openScript, repo, tag } from '#test/registry-calls';
import { manifestHeaders, sampleImage, type Reply } from '#test/scripted-registry';

const name = repo('team/app');

const errors = (status: number, code: string): Reply => ({
  status,
  body: { errors: [{ code, message: 'as the registry says' }] },
});

type Answers = {
  readonly put?: Reply;
  readonly deleteDigest?: Reply;
  readonly deleteTag?: Reply;
  readonly referrers?: Reply;
  readonly catalog?: Reply;
  readonly blob?: Reply;
};

/** Answers by kind of request; what is not given is 404. */
const open = async (answers: Answers) => {
  const nothing: Reply = errors(404, 'NAME_UNKNOWN');
  const registry = await openScript({
    '/v2/': {},
    '*': ({ method, path }) => {
      if (path.startsWith('/v2/_catalog')) return answers.catalog ?? nothing;
      if (path.includes('/referrers/')) return answers.referrers ?? nothing;
      if (path.includes('/blobs/')) return answers.blob ?? nothing;
      if (method === 'PUT') return answers.put ?? nothing;
      if (method !== 'DELETE') return nothing;
      return (path.includes('sha256:') ? answers.deleteDigest : answers.deleteTag) ?? nothing;
    },
  });
  return { registry, client: openClient(registry.origin) };
};

const probe = async (answers: Answers, blob = false) => {
  const { client } = await open(answers);
  return probeCapabilities(client, name, blob ? { blob: hashOf('a') } : {});
};

const emptyIndex: Reply = {
  headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
  body: { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] },
};

describe('the capability probe', () => {
  it('trap 2: knows distribution 2.8, which deletes digests and takes no tag', async () => {
    const record = await probe({
      put: errors(400, 'MANIFEST_INVALID'),
      deleteDigest: errors(404, 'MANIFEST_UNKNOWN'),
      deleteTag: errors(400, 'DIGEST_INVALID'),
      catalog: { body: { repositories: ['team/app'] } },
    });
    expect(record).toMatchObject({
      catalog: { answer: 'yes', how: 'probed' },
      push: { answer: 'yes' },
      deleteByDigest: { answer: 'yes' },
      deleteByTag: { answer: 'no' },
      referrers: { answer: 'no' },
    });
  });

  it('trap 2: knows a registry that deletes tags and lists referrers', async () => {
    const record = await probe({
      put: errors(400, 'DIGEST_INVALID'),
      deleteDigest: errors(404, 'MANIFEST_UNKNOWN'),
      deleteTag: errors(404, 'MANIFEST_UNKNOWN'),
      referrers: emptyIndex,
    });
    expect(record).toMatchObject({ deleteByTag: { answer: 'yes' }, referrers: { answer: 'yes' } });
  });

  it('trap 3: sees that deletion is off before anything is put, and names the setting', async () => {
    const record = await probe({
      put: errors(400, 'MANIFEST_INVALID'),
      deleteDigest: errors(405, 'UNSUPPORTED'),
      deleteTag: errors(405, 'UNSUPPORTED'),
    });
    expect(record.deleteByDigest).toMatchObject({
      answer: 'no',
      how: 'probed',
      setting: 'storage.delete.enabled',
    });
    expect(record.deleteByTag.answer).toBe('no');
  });

  it('trap 6: a 405 without the code of distribution names no setting of distribution', async () => {
    const record = await probe({ deleteDigest: { status: 405, body: 'no' } });
    expect(record.deleteByDigest.answer).toBe('no');
    expect(record.deleteByDigest).not.toHaveProperty('setting');
  });

  it('names the read-only setting where neither push nor deletion is known', async () => {
    const off = errors(405, 'UNSUPPORTED');
    const record = await probe({ put: off, deleteDigest: off, deleteTag: off });
    expect(record.push).toMatchObject({ answer: 'no', setting: 'storage.maintenance.readonly' });
    expect(record.deleteByDigest.setting).toBe('storage.maintenance.readonly');
  });

  it('trap 7: takes 202 for a digest that cannot exist for no answer', async () => {
    const accepted: Reply = { status: 202 };
    const record = await probe({ deleteDigest: accepted, deleteTag: accepted });
    expect(record.deleteByDigest.answer).toBe('unknown');
    expect(record.deleteByTag.answer).toBe('unknown');
  });

  it('tells no right from no ability', async () => {
    const denied = errors(403, 'DENIED');
    const record = await probe({ put: denied, deleteDigest: denied });
    expect(record.push).toEqual({
      answer: 'no',
      how: 'probed',
      detail: 'The account in use has no right to it.',
    });
  });

  it('takes a failing registry for no answer', async () => {
    const failing: Reply = { status: 500 };
    const record = await probe({
      put: failing,
      deleteDigest: failing,
      deleteTag: failing,
      catalog: failing,
      referrers: failing,
    });
    const { catalog, push, deleteByDigest, deleteByTag, referrers } = record;
    for (const { answer } of [catalog, push, deleteByDigest, deleteByTag, referrers]) {
      expect(answer).toBe('unknown');
    }
  });

  it.each<[string, Reply, string]>([
    ['parts', { status: 206, headers: { 'content-range': 'bytes 0-0/4' }, body: 'x' }, 'yes'],
    ['whole blobs', { status: 200, body: 'xxxx' }, 'no'],
  ])('sees that a registry sends %s', async (_, blob, expected) => {
    expect((await probe({ blob }, true)).range.answer).toBe(expected);
  });

  it('changes nothing: it asks to delete and to put only under names that nobody has, never the same twice', async () => {
    const { registry, client } = await open({});
    await probeCapabilities(client, name);
    await probeCapabilities(client, name);
    const writes = registry.lines().filter((line) => /^(PUT|DELETE|POST|PATCH) /u.test(line));
    expect(writes).toHaveLength(6);
    expect(new Set(writes).size).toBe(6);
    for (const line of writes)
      expect(line).toMatch(/(sha256:[a-f0-9]{64}|tagboat-probe-[a-f0-9]{32})$/u);
  });
});

describe('a repository behind the distribution API', () => {
  it('trap 22: has no tags where its list of tags is not known any more', async () => {
    const { client } = await open({});
    expect(await openRegistryRepository(client, name).listTags()).toEqual({ tags: [] });
  });

  it('says that a list is not complete when it holds what is no tag', async () => {
    const registry = await openScript({
      '/v2/': {},
      '/v2/team/app/tags/list': { body: { name: 'team/app', tags: ['1.0', '../x'] } },
    });
    const listed = await openRegistryRepository(openClient(registry.origin), name).listTags();
    expect(listed.tags).toEqual(['1.0']);
    expect(listed.incomplete).toContain('not tags');
  });

  it('gives undefined for what is not there, and the very bytes for what is', async () => {
    const { manifest, manifestDigest } = sampleImage();
    const reply: Reply = { headers: manifestHeaders(manifestDigest), body: manifest };
    const registry = await openScript({ '/v2/': {}, '/v2/team/app/manifests/1.0': reply });
    const repository = openRegistryRepository(openClient(registry.origin), name);
    expect(await repository.resolve(tag('nowhere'))).toBeUndefined();
    expect(await repository.read(tag('nowhere'))).toBeUndefined();
    expect(await repository.hasBlob(hashOf('nothing'))).toBe(false);
    const stored = await repository.read(tag('1.0'));
    expect(stored?.digest).toBe(manifestDigest);
    expect(Buffer.from(stored?.bytes ?? []).toString('utf8')).toBe(manifest);
  });
});
