import type { SettingsProblem } from './read-settings';
import type { SettingsNotice } from './settings';

/** What was wrong with the settings file, and where the original is kept. */
export function describeProblem(problem: SettingsProblem, aside: string): SettingsNotice {
  const { title, message } = describeDamage(problem);
  return { title, message: `${message} The original file is kept as ${aside}.` };
}

function describeDamage(problem: SettingsProblem): SettingsNotice {
  if (problem.kind === 'unreadable') {
    return {
      title: 'The settings file was damaged',
      message: 'It could not be read, so everything starts with default settings.',
    };
  }
  if (problem.kind === 'newer') {
    return {
      title: 'The settings come from a newer version of Tagboat',
      message: `This version cannot read them (format ${problem.version}), so everything starts with default settings.`,
    };
  }
  return {
    title: 'Some settings were reset',
    message: `These parts of the settings file were not valid: ${problem.parts.join(', ')}. Everything else was kept.`,
  };
}

/** The file is there but cannot be read: it is not touched in this run. */
export function describeUnreadable(path: string, reason: string): SettingsNotice {
  return {
    title: 'The settings cannot be read',
    message: `${path} could not be opened (${reason}). Everything starts with default settings, and changes are not saved until the file can be read and Tagboat is started again.`,
  };
}

/** The file is damaged and cannot be copied: replacing it would lose what is left of it. */
export function describeUnkept(
  problem: SettingsProblem,
  path: string,
  reason: string,
): SettingsNotice {
  const { title, message } = describeDamage(problem);
  return {
    title,
    message: `${message} ${path} could not be copied (${reason}), so it is left as it is and changes are not saved until Tagboat is started again.`,
  };
}

export function describeFailedWrite(path: string, reason: string): SettingsNotice {
  return {
    title: 'The settings cannot be saved',
    message: `${path} could not be written (${reason}). Changes are kept until Tagboat closes; saving is tried again with the next change.`,
  };
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EROFS: 'the disk is read-only',
  EISDIR: 'there is a folder in its place',
  ENOTDIR: 'a file stands where its folder should be',
};

/** A short reason for a person: what the system said, without the call and the path. */
export function plainReason(code: string | undefined): string {
  return code === undefined ? 'unknown reason' : (reasons[code] ?? code);
}
