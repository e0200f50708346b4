const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const counts = new Intl.NumberFormat('en-US');

/** Digits for a table cell: one decimal below 100, none above; whole bytes and whole kilobytes from 10 on. */
const roundForUnit = (value: number, unit: number): number => {
  const isWhole = unit === 0 || value >= 99.95 || (unit === 1 && value >= 9.95);
  return isWhole ? Math.round(value) : Math.round(value * 10) / 10;
};

/**
 * Bytes in decimal units, as registries and engines print them: 84_200_000 → "84.2 MB".
 * Anything that is no size (negative, not finite) gives "–".
 */
export const formatBytes = (sizeBytes: number): string => {
  if (!Number.isFinite(sizeBytes) || sizeBytes < 0) return '–';
  let value = sizeBytes;
  let unit = 0;
  while (roundForUnit(value, unit) >= 1000 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const rounded = roundForUnit(value, unit);
  const isWhole = unit === 0 || rounded >= 100 || (unit === 1 && rounded >= 10);
  return `${isWhole ? counts.format(rounded) : rounded.toFixed(1)} ${byteUnits[unit] ?? 'PB'}`;
};

/** All digits, for a tooltip: "84,212,345 bytes". */
export const formatExactBytes = (sizeBytes: number): string =>
  `${counts.format(sizeBytes)} ${sizeBytes === 1 ? 'byte' : 'bytes'}`;

/** 10000 → "10,000". */
export const formatCount = (count: number): string => counts.format(count);

/** (1, "tag") → "1 tag"; (2, "tag") → "2 tags". */
export const formatCounted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : plural}`;

/** Cuts a text for a one-line cell; the whole text belongs in a hint beside it. */
export const clipText = (text: string, maxChars: number): string =>
  text.length <= maxChars ? text : `${text.slice(0, maxChars - 1)}…`;
