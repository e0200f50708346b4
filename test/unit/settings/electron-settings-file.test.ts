import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJsonSettingsFile } from '#core/settings/json-settings-file';
import { openSettings } from '#core/settings/open-settings';
import type { SettingsFile } from '#core/settings/settings';

/** The electron package answers with a path in plain Node; told where it is, it does not look for a download. */
vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', tmpdir());
const { createElectronSettingsFile } = await import('#shell/settings-store');

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tagboat-settings-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe.each<[string, (directory: string) => SettingsFile]>([
  ['createJsonSettingsFile', createJsonSettingsFile],
  ['createElectronSettingsFile', createElectronSettingsFile],
])('%s', (_name, createFile) => {
  it('has no text before the first write', async () => {
    expect(await createFile(directory).read()).toBeUndefined();
  });

  it('gives back the exact text', async () => {
    const file = createFile(directory);
    await file.write('{ "a": 1 }\n');
    expect(await file.read()).toBe('{ "a": 1 }\n');
    expect(await readFile(join(directory, 'settings.json'), 'utf8')).toBe('{ "a": 1 }\n');
  });

  it('reads damaged text as it is, so that it can be kept aside', async () => {
    await writeFile(join(directory, 'settings.json'), '{"half');
    const file = createFile(directory);
    expect(await file.read()).toBe('{"half');
    expect(await readFile(await file.keepAside('corrupt'), 'utf8')).toBe('{"half');
  });

  it('carries the settings of the other kind', async () => {
    const written = await openSettings({ directory, file: createFile(directory) });
    written.update((old) => ({ ...old, theme: 'dark' }));
    await written.close();
    for (const otherFile of [createJsonSettingsFile, createElectronSettingsFile]) {
      const settings = await openSettings({ directory, file: otherFile(directory) });
      expect(settings.current().theme).toBe('dark');
      expect(settings.notices()).toEqual([]);
    }
  });
});
