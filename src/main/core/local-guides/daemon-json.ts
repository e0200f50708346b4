import type { GuidePlatform, GuideStep } from './guide';
import { formatLineDiff } from './line-diff';

const setting = 'insecure-registries';

/** Docker Desktop's settings of its engine, in the words of each platform. */
const dockerDaemonJsonPath = (platform: GuidePlatform): string =>
  platform === 'win32' ? '%USERPROFILE%\\.docker\\daemon.json' : '~/.docker/daemon.json';

/**
 * The change to Docker's settings that lets it speak plain HTTP to `address`: a diff of the file as it is. Undefined when
 * the address is there already.
 */
export function insecureRegistryStep(
  platform: GuidePlatform,
  current: string | undefined,
  address: string,
): GuideStep | undefined {
  const base = {
    title: 'Allow plain HTTP to this address',
    path: dockerDaemonJsonPath(platform),
    note: 'In Docker Desktop: Settings, Docker Engine. Apply and restart.',
  } as const;
  const settings = parseSettings(current);
  if (settings === undefined) {
    const words = `The file could not be read as JSON. Add ${address} to its "${setting}" list.`;
    return { ...base, kind: 'text', text: words };
  }
  const list = settings[setting];
  const known: readonly unknown[] = Array.isArray(list) ? list : [];
  if (known.includes(address)) return undefined;
  const changed = { ...settings, [setting]: [...known, address] };
  return {
    ...base,
    kind: 'diff',
    text: formatLineDiff(current ?? '', `${JSON.stringify(changed, null, 2)}\n`),
  };
}

function parseSettings(current: string | undefined): Record<string, unknown> | undefined {
  if (current === undefined || current.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(current);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    return { ...parsed };
  } catch {
    return undefined;
  }
}
