const architectureAliases: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  x64: 'amd64',
  aarch64: 'arm64',
  armhf: 'arm/v7',
  armel: 'arm/v6',
};

/**
 * What a user may type for a platform, in the words registries use: lower case, `aarch64` as `arm64`, and
 * `arm64/v8` without its variant (trap 17).
 */
export const normalisePlatformText = (text: string): string =>
  text
    .toLowerCase()
    .split('/')
    .map((part) => (Object.hasOwn(architectureAliases, part) ? architectureAliases[part] : part))
    .join('/')
    .replace(/(^|\/)arm64\/v8$/u, '$1arm64');

/**
 * True when `asked` is the whole platform or whole neighbouring parts of it: `arm64` fits `linux/arm64`, `arm` does
 * not. The OS version in `windows/amd64 (10.0.17763.1)` is not looked at.
 */
export const matchesPlatform = (platform: string, asked: string): boolean => {
  const bare = platform.replace(/ \(.*\)$/u, '');
  return `/${normalisePlatformText(bare)}/`.includes(`/${asked}/`);
};

/** Short name for a badge: Linux is taken as read, every other system is named. */
export const shortPlatform = (platform: string): string =>
  platform.startsWith('linux/') ? platform.slice('linux/'.length) : platform;

/** Badges that fit a cell, and how many do not. At least one is always shown. */
export type FittedChips = { readonly shown: readonly string[]; readonly hiddenCount: number };

/** Padding, gap and borders of one chip, and the room for "+12" behind the last, in px. */
const chipPaddingPx = 16;
const restPx = 30;
/** Mean glyph width at the chip's font size: on the safe side for digits and lower case. */
const glyphPx = 6.6;
const widestChipPx = 132;

const chipWidth = (label: string): number =>
  Math.min(widestChipPx, label.length * glyphPx + chipPaddingPx);

/**
 * How many chips stand in `widthPx` without being cut. An estimate from the text's length, because measuring
 * thousands of rows would cost a layout each; the cell still clips what the estimate gets wrong.
 */
export const fitChips = (labels: readonly string[], widthPx: number): FittedChips => {
  let used = 0;
  let count = 0;
  for (const label of labels) {
    const isLast = count === labels.length - 1;
    const needed = used + chipWidth(label) + (isLast ? 0 : restPx);
    if (needed > widthPx && count > 0) break;
    used += chipWidth(label);
    count += 1;
  }
  return { shown: labels.slice(0, count), hiddenCount: labels.length - count };
};
