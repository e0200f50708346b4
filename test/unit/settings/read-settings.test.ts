import { describe, expect, it } from 'vitest';
import { readSettings } from '#core/settings/read-settings';
import { defaultSettings, settingsVersion } from '#core/settings/schema';
import { exampleRegistry } from './registry-fixture';

const document = (overrides: Record<string, unknown>): string =>
  JSON.stringify({ ...defaultSettings, registries: [exampleRegistry], ...overrides });

describe('readSettings', () => {
  it('reads what the same release wrote', () => {
    const settings = { ...defaultSettings, theme: 'dark', registries: [exampleRegistry] };
    expect(readSettings(JSON.stringify(settings))).toEqual({ settings });
  });

  it.each([
    ['nothing', ''],
    ['half a file', document({}).slice(0, 200)],
    ['binary', '\u0000\u0001\u0002'],
    ['an array', '[]'],
    ['null', 'null'],
    ['no version', '{"theme":"dark"}'],
    ['a version that is text', document({ version: '1' })],
    ['version 0, which never was', document({ version: 0 })],
  ])('starts with defaults for %s', (_name, text) => {
    expect(readSettings(text)).toEqual({
      settings: defaultSettings,
      problem: { kind: 'unreadable' },
    });
  });

  it('does not guess at the format of a newer release', () => {
    expect(readSettings(document({ version: settingsVersion + 1 }))).toEqual({
      settings: defaultSettings,
      problem: { kind: 'newer', version: settingsVersion + 1 },
    });
  });

  it('keeps the registries when the layout is damaged', () => {
    const { settings, problem } = readSettings(
      document({ layout: { ...defaultSettings.layout, sidebarWidth: -4 }, theme: 'neon' }),
    );
    expect(settings.registries).toEqual([exampleRegistry]);
    expect(settings.layout).toEqual(defaultSettings.layout);
    expect(problem).toEqual({ kind: 'partly', parts: ['theme', 'layout'] });
  });

  it('drops only the registry that is damaged, and one with an id seen before', () => {
    const { settings, problem } = readSettings(
      document({
        registries: [exampleRegistry, { ...exampleRegistry, id: 'r-2', host: 7 }, exampleRegistry],
      }),
    );
    expect(settings.registries).toEqual([exampleRegistry]);
    expect(problem).toEqual({ kind: 'partly', parts: ['2 registries'] });
  });

  it('resets a list of registries that is no list', () => {
    const { settings, problem } = readSettings(document({ registries: { r: 1 } }));
    expect(settings.registries).toEqual([]);
    expect(problem).toEqual({ kind: 'partly', parts: ['list of registries'] });
  });

  it('fills in fields that an older release did not know', () => {
    const { id, name, address, host, origin, createdAt } = exampleRegistry;
    const { settings, problem } = readSettings(
      JSON.stringify({
        version: settingsVersion,
        layout: { sidebarWidth: 300 },
        registries: [{ id, name, address, host, origin, createdAt }],
      }),
    );
    expect(problem).toBeUndefined();
    expect(settings.layout).toEqual({ ...defaultSettings.layout, sidebarWidth: 300 });
    expect(settings.registries[0]).toMatchObject({
      id,
      credential: { kind: 'none' },
      readOnly: false,
    });
  });

  it('carries unknown fields along at every level', () => {
    const text = document({
      telepathy: { on: true },
      layout: { ...defaultSettings.layout, rowHeight: 32 },
      registries: [{ ...exampleRegistry, mirror: 'https://mirror.example' }],
    });
    const { settings, problem } = readSettings(text);
    expect(problem).toBeUndefined();
    expect(settings).toMatchObject({
      telepathy: { on: true },
      layout: { rowHeight: 32 },
      registries: [{ mirror: 'https://mirror.example' }],
    });
  });

  it('uses the nearest known choice for a tab or column of a newer release', () => {
    const { settings, problem } = readSettings(
      document({
        selection: { ...defaultSettings.selection, inspectorTab: 'hologram', tag: 'v1' },
      }),
    );
    expect(problem).toBeUndefined();
    expect(settings.selection).toMatchObject({ inspectorTab: 'overview', tag: 'v1' });
  });

  it('accepts a byte order mark', () => {
    expect(readSettings(`\uFEFF${document({})}`).problem).toBeUndefined();
  });

  it('is not fooled by a __proto__ key', () => {
    const text = document({}).replace('{', '{"__proto__":{"theme":"dark"},');
    const { settings } = readSettings(text);
    expect(settings.theme).toBe('system');
    expect(Object.getPrototypeOf(settings)).toBe(Object.prototype);
  });
});
