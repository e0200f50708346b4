import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Descriptor } from '#oci/descriptor';
import { parseDigest } from '#oci/digest';
import {
  meaningfulDate,
  pairHistory,
  parseImageConfig,
  type HistoryEntry,
} from '#oci/image-config';
import { outcomeOf } from './outcome';

/** After image-spec config.md, Example, with the extensions of Docker. */
const CONFIG = {
  created: '2015-10-31T22:22:56.015925234Z',
  author: 'Alyssa P. Hacker <alyspdev@example.com>',
  architecture: 'amd64',
  os: 'linux',
  config: {
    User: 'alice',
    ExposedPorts: { '8080/tcp': {} },
    Env: ['PATH=/usr/local/sbin:/usr/bin', 'FOO=oci_is_a'],
    Entrypoint: ['/bin/my-app-binary'],
    Cmd: ['--foreground', '--config', '/etc/my-app.d/default.cfg'],
    Volumes: { '/var/job-result-data': {} },
    WorkingDir: '/home/alice',
    Labels: { 'com.example.project.git.url': 'https://example.com/project.git' },
    StopSignal: 'SIGQUIT',
    Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5_000_000_000, Retries: 3 },
    OnBuild: ['RUN true'],
    Shell: ['/bin/sh', '-c'],
  },
  rootfs: { type: 'layers', diff_ids: [`sha256:${'c6'.repeat(32)}`, `sha256:${'5f'.repeat(32)}`] },
  history: [
    { created: '2015-10-31T22:22:54.690851953Z', created_by: '/bin/sh -c #(nop) ADD file:a3 in /' },
    {
      created: '2015-10-31T22:22:55.613815829Z',
      created_by: '/bin/sh -c #(nop) CMD ["sh"]',
      empty_layer: true,
    },
    { created_by: '/bin/sh -c apk add curl', comment: 'c', author: 'a' },
  ],
};

describe('parseImageConfig', () => {
  it('reads the example of image-spec config.md', () => {
    expect(parseImageConfig(CONFIG)).toEqual(CONFIG);
  });

  it('reads a config whose optional fields are all null', () => {
    const nothing = Object.fromEntries(Object.keys(CONFIG.config).map((key) => [key, null]));
    const json = {
      created: null,
      author: null,
      architecture: 'amd64',
      os: 'linux',
      variant: null,
      config: nothing,
      rootfs: { type: 'layers', diff_ids: null },
      history: null,
    };
    const empty = { config: {}, rootfs: { type: 'layers', diff_ids: [] }, history: [] };
    expect(parseImageConfig(json)).toEqual({ architecture: 'amd64', os: 'linux', ...empty });
    expect(parseImageConfig({})).toEqual({ architecture: 'unknown', os: 'unknown', ...empty });
    expect(parseImageConfig({ config: null, rootfs: null })).toMatchObject(empty);
  });

  it('reads a command that an old builder wrote as one string', () => {
    expect(parseImageConfig({ config: { Cmd: 'top', Entrypoint: 'sh' } }).config).toEqual({
      Cmd: ['top'],
      Entrypoint: ['sh'],
    });
  });

  it.each<[unknown, string]>([
    [null, 'it is not an object'],
    ['{}', 'it is not an object'],
    [{ created: 7 }, 'created is not text'],
    [{ os: 7 }, 'os is not text'],
    [{ config: [] }, 'config is not an object'],
    [{ config: { Env: 'A=1' } }, 'config.Env is not a list'],
    [{ config: { Labels: { a: 1 } } }, 'config.Labels holds a value that is not text'],
    [{ config: { ExposedPorts: ['80/tcp'] } }, 'config.ExposedPorts is not an object'],
    [{ config: { Healthcheck: { Test: 1 } } }, 'config.Healthcheck.Test is not a list'],
    [{ config: { Healthcheck: { Interval: '5s' } } }, 'config.Healthcheck.Interval is no number'],
    [
      { rootfs: { diff_ids: ['sha256:short'] } },
      'rootfs.diff_ids holds something that is no digest',
    ],
    [{ history: {} }, 'history is not a list'],
    [{ history: [{}, 'RUN true'] }, 'history[1] is not an object'],
    [{ history: [{ empty_layer: 'yes' }] }, 'history[0].empty_layer is neither true nor false'],
  ])('refuses %j', (json, message) => {
    expect(() => parseImageConfig(json)).toThrow(`The image config is not valid: ${message}.`);
    expect(() => parseImageConfig(json)).toThrow(
      expect.objectContaining({ code: 'config-invalid' }),
    );
  });

  it('never fails with anything but a plain error', () => {
    const key = fc.constantFrom(
      'created',
      'config',
      'rootfs',
      'history',
      'os',
      'variant',
      'os.features',
    );
    fc.assert(
      fc.property(key, fc.jsonValue(), (name, value) => {
        const outcome = outcomeOf(() => parseImageConfig({ ...CONFIG, [name]: value }));
        expect(['read', 'plain']).toContain(outcome);
      }),
    );
  });
});

const layer = (index: number): Descriptor => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: parseDigest(`sha256:${index.toString(16).padStart(64, '0')}`),
  size: index,
});
const layersOf = (count: number): Descriptor[] =>
  Array.from({ length: count }, (_, index) => layer(index));

describe('pairHistory', () => {
  it('trap 38: skips empty layers', () => {
    const { rows, linked } = pairHistory(parseImageConfig(CONFIG).history, layersOf(2));
    expect(linked).toBe(true);
    expect(rows).toEqual([
      {
        createdBy: '/bin/sh -c #(nop) ADD file:a3 in /',
        created: '2015-10-31T22:22:54.690851953Z',
        emptyLayer: false,
        layer: layer(0),
        layerIndex: 0,
      },
      {
        createdBy: '/bin/sh -c #(nop) CMD ["sh"]',
        created: '2015-10-31T22:22:55.613815829Z',
        emptyLayer: true,
      },
      {
        createdBy: '/bin/sh -c apk add curl',
        comment: 'c',
        emptyLayer: false,
        layer: layer(1),
        layerIndex: 1,
      },
    ]);
  });

  it.each([
    ['no history', [], 2],
    ['a step too many', [{}, {}, {}], 2],
    ['a layer too many', [{}, { empty_layer: true }], 2],
  ])('trap 38: gives both lists unlinked for %s', (_, history: HistoryEntry[], count) => {
    const { rows, layers, linked } = pairHistory(history, layersOf(count));
    expect(linked).toBe(false);
    expect(rows).toHaveLength(history.length);
    expect(rows.every((row) => row.layer === undefined && row.layerIndex === undefined)).toBe(true);
    expect(layers).toEqual(layersOf(count));
  });

  it('trap 38: links nothing with nothing', () => {
    expect(pairHistory([], [])).toEqual({ rows: [], layers: [], linked: true });
  });

  it('trap 38: when linked, gives every layer exactly once and in order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.nat({ max: 12 }), (empties, count) => {
        const history = empties.map((isEmpty) => (isEmpty ? { empty_layer: true } : {}));
        const made = empties.filter((isEmpty) => !isEmpty).length;
        const { rows, linked } = pairHistory(history, layersOf(count));
        expect(linked).toBe(made === count);
        const linkedLayers = rows.flatMap((row) => (row.layer === undefined ? [] : [row.layer]));
        expect(linkedLayers).toEqual(linked ? layersOf(count) : []);
      }),
    );
  });
});

describe('meaningfulDate', () => {
  it.each([
    ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.000Z'],
    ['2015-10-31T22:22:56.015925234Z', '2015-10-31T22:22:56.015Z'],
    ['2024-05-06T07:08:09+02:00', '2024-05-06T05:08:09.000Z'],
    ['2024-05-06t07:08:09z', '2024-05-06T07:08:09.000Z'],
  ])('reads %s', (text, expected) => {
    expect(meaningfulDate(text)).toBe(expected);
  });

  it.each([
    undefined,
    null,
    '',
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '1970-01-01T00:00:00.000000001Z',
    '1980-01-01T00:00:01Z',
    '1985-10-26T08:15:00.000Z',
    'yesterday',
    '2024',
    '2024-05-06',
    '2024-05-06T07:08:09',
    '2024-13-06T07:08:09Z',
    '2024-05-06T25:08:09Z',
    '99999-05-06T07:08:09Z',
    ' 2024-05-06T07:08:09Z',
  ])('trap 39: takes %j for no date', (text) => {
    expect(meaningfulDate(text)).toBeUndefined();
  });
});
