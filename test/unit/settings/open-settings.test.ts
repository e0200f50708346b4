import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJsonSettingsFile } from '#core/settings/json-settings-file';
import { openSettings } from '#core/settings/open-settings';
import { defaultSettings } from '#core/settings/schema';
import type { Settings } from '#core/settings/schema';
import { SettingsError } from '#core/settings/settings';
import type { SettingsFile } from '#core/settings/settings';
import { exampleRegistry } from './registry-fixture';

let directory: string;
const path = (): string => join(directory, 'settings.json');
const onDisk = async (): Promise<unknown> => JSON.parse(await readFile(path(), 'utf8')) as unknown;
const inDark = (settings: Settings): Settings => ({ ...settings, theme: 'dark' });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tagboat-settings-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(directory, { recursive: true, force: true });
});

describe('openSettings', () => {
  it('starts with defaults and writes nothing until something changes', async () => {
    const settings = await openSettings({ directory });
    expect(settings.current()).toEqual(defaultSettings);
    expect(settings.notices()).toEqual([]);
    await settings.close();
    expect(await readdir(directory)).toEqual([]);
  });

  it('brings everything back after reopening', async () => {
    const first = await openSettings({ directory });
    first.update((old) => ({ ...old, theme: 'dark', registries: [exampleRegistry] }));
    first.update((old) => ({
      ...old,
      selection: { ...old.selection, registryId: 'r-1', tag: '1.8.2' },
    }));
    await first.close();
    const second = await openSettings({ directory });
    expect(second.current()).toEqual(first.current());
    expect(second.current().selection.tag).toBe('1.8.2');
  });

  it.skipIf(process.platform === 'win32')(
    'makes the folder, and a file that only its owner may read',
    async () => {
      const settings = await openSettings({ directory: join(directory, 'a', 'b') });
      settings.update(inDark);
      await settings.flush();
      const { mode } = await stat(join(directory, 'a', 'b', 'settings.json'));
      expect(mode & 0o777).toBe(0o600);
    },
  );

  it('turns many changes into one write', async () => {
    const inner = createJsonSettingsFile(directory);
    const write = vi.fn<SettingsFile['write']>(inner.write);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const settings = await openSettings({
      directory,
      file: { ...inner, write },
      writeDelayMs: 250,
    });
    for (let width = 200; width < 300; width += 1) {
      settings.update((old) => ({ ...old, layout: { ...old.layout, sidebarWidth: width } }));
    }
    expect(write).not.toHaveBeenCalled();
    vi.advanceTimersByTime(250);
    await settings.flush();
    expect(write).toHaveBeenCalledTimes(1);
    expect(await onDisk()).toMatchObject({ layout: { sidebarWidth: 299 } });
  });

  it('writes a change that came during a write', async () => {
    const inner = createJsonSettingsFile(directory);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const write = vi.fn<SettingsFile['write']>(async (text) => {
      await released;
      await inner.write(text);
    });
    const settings = await openSettings({ directory, file: { ...inner, write } });
    settings.update(inDark);
    const firstFlush = settings.flush();
    settings.update((old) => ({ ...old, theme: 'light' }));
    const secondFlush = settings.flush();
    release();
    await Promise.all([firstFlush, secondFlush]);
    expect(await onDisk()).toMatchObject({ theme: 'light' });
    expect(write).toHaveBeenCalledTimes(2);
  });

  it('tells subscribers, with what was before, until they leave', async () => {
    const settings = await openSettings({ directory });
    const seen: string[] = [];
    const leave = settings.onChange((now, before) => seen.push(`${before.theme} to ${now.theme}`));
    settings.update(inDark);
    leave();
    settings.update((old) => ({ ...old, theme: 'light' }));
    expect(seen).toEqual(['system to dark']);
    await settings.close();
  });

  it('refuses an update that breaks the schema and keeps what was', async () => {
    const settings = await openSettings({ directory });
    const tooNarrow = (old: Settings): Settings => ({
      ...old,
      layout: { ...old.layout, sidebarWidth: 3 },
    });
    expect(() => settings.update(tooNarrow)).toThrow(SettingsError);
    expect(settings.current()).toEqual(defaultSettings);
    await settings.close();
    expect(await readdir(directory)).toEqual([]);
  });

  it('keeps unknown fields of a newer release through an update', async () => {
    await writeFile(path(), JSON.stringify({ ...defaultSettings, telepathy: 'on' }));
    const settings = await openSettings({ directory });
    settings.update(inDark);
    await settings.flush();
    expect(await onDisk()).toMatchObject({ theme: 'dark', telepathy: 'on' });
  });

  it.skipIf(process.platform === 'win32')(
    'follows a symbolic link instead of replacing it',
    async () => {
      const kept = join(directory, 'dotfiles');
      await mkdir(kept);
      await writeFile(join(kept, 'tagboat.json'), JSON.stringify(defaultSettings));
      await symlink(join(kept, 'tagboat.json'), path());
      const settings = await openSettings({ directory });
      settings.update(inDark);
      await settings.flush();
      expect(await readFile(join(kept, 'tagboat.json'), 'utf8')).toContain('"dark"');
    },
  );
});

describe('a damaged settings file', () => {
  it('is kept aside and told', async () => {
    await writeFile(path(), '{"version":1,"theme":"da');
    const settings = await openSettings({ directory });
    expect(settings.current()).toEqual(defaultSettings);
    const asides = (await readdir(directory)).filter((name) => name !== 'settings.json');
    expect(asides).toEqual([expect.stringMatching(/^settings\.corrupt-\d{8}T\d{6}Z\.json$/u)]);
    expect(await readFile(join(directory, String(asides[0])), 'utf8')).toBe(
      '{"version":1,"theme":"da',
    );
    const [notice] = settings.notices();
    expect(notice?.title).toBe('The settings file was damaged');
    expect(notice?.message).toContain(String(asides[0]));
    expect(await onDisk()).toEqual(defaultSettings);
    await settings.close();
  });

  it('is told once, not at every start', async () => {
    await writeFile(path(), 'nonsense');
    await (await openSettings({ directory })).close();
    const second = await openSettings({ directory });
    expect(second.notices()).toEqual([]);
    expect(await readdir(directory)).toHaveLength(2);
  });

  it('of a newer version is kept under a name that says so', async () => {
    await writeFile(path(), JSON.stringify({ ...defaultSettings, version: 99 }));
    const settings = await openSettings({ directory });
    expect(settings.notices()[0]?.message).toContain('(format 99)');
    expect(await readdir(directory)).toContainEqual(expect.stringMatching(/^settings\.newer-/u));
  });

  it('loses only the damaged part', async () => {
    await writeFile(
      path(),
      JSON.stringify({ ...defaultSettings, theme: 7, registries: [exampleRegistry] }),
    );
    const settings = await openSettings({ directory });
    expect(settings.current().registries).toEqual([exampleRegistry]);
    expect(settings.notices()[0]?.message).toContain('not valid: theme. Everything else was kept.');
    expect(await onDisk()).toMatchObject({ theme: 'system', registries: [{ id: 'r-1' }] });
  });

  it('never takes the place of another file kept aside in the same second', async () => {
    const file = createJsonSettingsFile(directory);
    await writeFile(path(), 'one');
    const first = await file.keepAside('corrupt');
    await writeFile(path(), 'two');
    const second = await file.keepAside('corrupt');
    expect(await readFile(first, 'utf8')).toBe('one');
    expect(await readFile(second, 'utf8')).toBe('two');
  });
});

describe('a disk that refuses', () => {
  it('is never written over when the file cannot be read', async () => {
    await mkdir(path());
    const settings = await openSettings({ directory });
    expect(settings.current()).toEqual(defaultSettings);
    expect(settings.notices()[0]?.message).toContain('there is a folder in its place');
    settings.update(inDark);
    await settings.close();
    expect(await readdir(directory)).toEqual(['settings.json']);
  });

  it('leaves a damaged file alone when it cannot be kept aside', async () => {
    const inner = createJsonSettingsFile(directory);
    await writeFile(
      path(),
      JSON.stringify({ ...defaultSettings, theme: 7, registries: [exampleRegistry] }),
    );
    const before = await readFile(path(), 'utf8');
    const full: SettingsFile = {
      ...inner,
      keepAside: async () => {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      },
    };
    const settings = await openSettings({ directory, file: full });
    expect(settings.current().registries).toEqual([exampleRegistry]);
    expect(settings.notices()[0]?.message).toContain('the disk is full');
    settings.update(inDark);
    await settings.close();
    expect(await readFile(path(), 'utf8')).toBe(before);
  });

  it('is told when a write fails, and the next change tries again', async () => {
    const inner = createJsonSettingsFile(directory);
    let isFull = true;
    const write = async (text: string): Promise<void> => {
      if (isFull) throw Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' });
      await inner.write(text);
    };
    const settings = await openSettings({ directory, file: { ...inner, write }, writeDelayMs: 1 });
    settings.update(inDark);
    const told: string[] = [];
    settings.onFailedWrite(({ message }) => told.push(message));
    await vi.waitFor(() => expect(settings.notices()).toHaveLength(1));
    expect(settings.notices()[0]?.message).toContain('the disk is full');
    await expect(settings.flush()).rejects.toThrow(SettingsError);
    expect(told).toEqual([settings.notices()[0]?.message]);
    isFull = false;
    settings.update((old) => ({ ...old, pullEngine: 'podman' }));
    await settings.flush();
    expect(settings.notices()).toEqual([]);
    expect(await onDisk()).toMatchObject({ theme: 'dark', pullEngine: 'podman' });
  });

  it('leaves no temporary file behind', async () => {
    await mkdir(join(directory, 'settings.json'));
    const file = createJsonSettingsFile(directory);
    await expect(file.write('{}')).rejects.toThrow('EISDIR');
    expect(await readdir(directory)).toEqual(['settings.json']);
  });
});
