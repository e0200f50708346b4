import { z } from 'zod';
import { errorCode } from './atomic-file';
import { createDebouncedWriter } from './debounced-writer';
import { createJsonSettingsFile } from './json-settings-file';
import { readSettings } from './read-settings';
import type { ReadSettings, SettingsProblem } from './read-settings';
import { defaultSettings, settingsSchema } from './schema';
import type { Settings } from './schema';
import { SettingsError } from './settings';
import type { SettingsFile, SettingsNotice, SettingsStore } from './settings';
import {
  describeFailedWrite,
  describeProblem,
  describeUnkept,
  describeUnreadable,
  plainReason,
} from './settings-notices';

export type OpenSettingsOptions = {
  /** The profile's folder. */
  readonly directory: string;
  /** Where the text is kept; `settings.json` in the directory by default. */
  readonly file?: SettingsFile;
  /** From a change to the write. */
  readonly writeDelayMs?: number;
};

type Loaded = {
  readonly settings: Settings;
  readonly notice?: SettingsNotice;
  /** Replacing the file would lose what is in it, so nothing is written in this run. */
  readonly isProtected: boolean;
  /** What was read needed repair, so the repaired settings are written at once. */
  readonly isRepaired: boolean;
};

/** Opens the settings of a profile. Never throws: what is wrong with the file stands in `notices()`. */
export async function openSettings(options: OpenSettingsOptions): Promise<SettingsStore> {
  const file = options.file ?? createJsonSettingsFile(options.directory);
  const loaded = await load(file);
  const settings = createSettingsStore(file, loaded, options.writeDelayMs ?? 250);
  // A failure is in the notices already.
  if (loaded.isRepaired) await settings.flush().catch(() => undefined);
  return settings;
}

async function load(file: SettingsFile): Promise<Loaded> {
  try {
    const text = await file.read();
    const read: ReadSettings =
      text === undefined ? { settings: defaultSettings } : readSettings(text);
    if (read.problem !== undefined) return await repair(file, read.settings, read.problem);
    return { settings: read.settings, isProtected: false, isRepaired: false };
  } catch (error) {
    const notice = describeUnreadable(file.path, plainReason(errorCode(error)));
    return { settings: defaultSettings, notice, isProtected: true, isRepaired: false };
  }
}

async function repair(
  file: SettingsFile,
  settings: Settings,
  problem: SettingsProblem,
): Promise<Loaded> {
  try {
    const aside = await file.keepAside(problem.kind === 'newer' ? 'newer' : 'corrupt');
    const notice = describeProblem(problem, aside);
    return { settings, notice, isProtected: false, isRepaired: true };
  } catch (error) {
    const notice = describeUnkept(problem, file.path, plainReason(errorCode(error)));
    return { settings, notice, isProtected: true, isRepaired: false };
  }
}

function createSettingsStore(
  file: SettingsFile,
  loaded: Loaded,
  writeDelayMs: number,
): SettingsStore {
  let current = loaded.settings;
  let writeNotice: SettingsNotice | undefined;
  const listeners = new Set<(settings: Settings, previous: Settings) => void>();
  const failureListeners = new Set<(notice: SettingsNotice) => void>();

  const write = async (): Promise<void> => {
    try {
      await file.write(`${JSON.stringify(current, undefined, 2)}\n`);
      writeNotice = undefined;
    } catch (error) {
      const isNews = writeNotice === undefined;
      const notice = describeFailedWrite(file.path, plainReason(errorCode(error)));
      writeNotice = notice;
      // Once is enough: a full disk fails every write until there is room.
      if (isNews) for (const listener of failureListeners) listener(notice);
      throw new SettingsError(notice.message, { cause: error });
    }
  };
  const writer = createDebouncedWriter({ write, delayMs: writeDelayMs, onError: () => undefined });
  if (loaded.isRepaired) writer.schedule();

  const flush = async (): Promise<void> => {
    if (!loaded.isProtected) await writer.flush();
  };

  return {
    current: () => current,
    update(change) {
      const result = settingsSchema.safeParse(change(current));
      if (!result.success) throw new SettingsError(z.prettifyError(result.error));
      const previous = current;
      current = result.data;
      if (!loaded.isProtected) writer.schedule();
      for (const listener of listeners) listener(current, previous);
      return current;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onFailedWrite(listener) {
      failureListeners.add(listener);
      return () => failureListeners.delete(listener);
    },
    flush,
    notices: () => [loaded.notice, writeNotice].filter((notice) => notice !== undefined),
    async close() {
      await flush();
      listeners.clear();
      failureListeners.clear();
    },
  };
}
