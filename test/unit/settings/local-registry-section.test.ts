import { describe, expect, it } from 'vitest';
import { readSettings } from '#core/settings/read-settings';
import { defaultSettings } from '#core/settings/schema';
import { exampleRegistry } from './registry-fixture';

const read = (localRegistry: unknown) =>
  readSettings(
    JSON.stringify({ ...defaultSettings, registries: [exampleRegistry], localRegistry }),
  );

describe('the section of the local registry', () => {
  it('starts on, on this computer only, and not at the port of AirPlay (trap 47)', () => {
    const { settings } = readSettings(JSON.stringify({ version: 1 }));
    expect(settings.localRegistry).toMatchObject({
      startsWithApp: true,
      reach: 'this-computer',
      port: 5055,
      folder: null,
    });
  });

  it('takes what is new from the defaults and carries along what it does not know', () => {
    const { settings, problem } = read({ port: 6000, users: ['later'] });
    expect(problem).toBeUndefined();
    expect(settings.localRegistry).toEqual({
      ...defaultSettings.localRegistry,
      port: 6000,
      users: ['later'],
    });
  });

  it.each([
    ['a port of 0', { port: 0 }],
    ['a port that is text', { port: '5055' }],
    ['an unknown reach', { reach: 'internet' }],
    ['nothing', null],
  ])('goes back to the defaults for %s, says so, and keeps the registries', (_name, section) => {
    const { settings, problem } = read(section);
    expect(settings.localRegistry).toEqual(defaultSettings.localRegistry);
    expect(settings.registries).toEqual([exampleRegistry]);
    expect(problem).toEqual({ kind: 'partly', parts: ['local registry'] });
  });
});
