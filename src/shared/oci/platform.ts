import { asRecord, readString, readStrings, type JsonPlace, type JsonRecord } from './json';
import { compareCodeUnits } from './natural-order';

/** image-spec image-index.md, `platform`; the names are those of the specification. */
export type Platform = {
  readonly architecture: string;
  readonly os: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
  readonly variant?: string;
  /** Reserved in OCI; CPU features in a Docker manifest list. */
  readonly features?: readonly string[];
};

type MutablePlatform = { -readonly [K in keyof Platform]: Platform[K] };

const UNKNOWN = 'unknown';

/**
 * Reads a platform. A missing or empty `os` or `architecture` becomes `unknown`: the placeholders of attestations and
 * artifacts often have none.
 * @throws OciError platform-invalid
 */
export const parsePlatform = (json: unknown, where = 'platform'): Platform => {
  const place: JsonPlace = { code: 'platform-invalid', where };
  return readPlatform(asRecord(json, place), place);
};

/** The platform fields of an object that holds others too, as an image config does. */
export const readPlatform = (record: JsonRecord, place: JsonPlace): Platform => {
  const platform: MutablePlatform = {
    architecture: readString(record, 'architecture', place) || UNKNOWN,
    os: readString(record, 'os', place) || UNKNOWN,
  };
  const variant = readString(record, 'variant', place);
  if (variant) platform.variant = variant;
  const version = readString(record, 'os.version', place);
  if (version) platform['os.version'] = version;
  const osFeatures = readStrings(record, 'os.features', place);
  if (osFeatures !== undefined && osFeatures.length > 0) platform['os.features'] = osFeatures;
  const features = readStrings(record, 'features', place);
  if (features !== undefined && features.length > 0) platform.features = features;
  return platform;
};

const normalizeOs = (os: string): string => {
  const lower = os.toLowerCase();
  return lower === 'macos' ? 'darwin' : lower;
};

/** Architecture and variant under the names that Go and the specification use (containerd/platforms database.go). */
const normalizeArchitecture = (architecture: string, variant: string): [string, string] => {
  switch (architecture) {
    case 'i386':
      return ['386', ''];
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return ['amd64', variant === 'v1' ? '' : variant];
    case 'aarch64':
    case 'arm64':
      return ['arm64', normalizeArm64Variant(variant)];
    case 'armhf':
      return ['arm', 'v7'];
    case 'armel':
      return ['arm', 'v6'];
    case 'arm':
      return ['arm', normalizeArmVariant(variant)];
    default:
      return [architecture, variant];
  }
};

const normalizeArm64Variant = (variant: string): string => {
  if (variant === '8' || variant === 'v8' || variant === 'v8.0') return '';
  if (variant === '9' || variant === '9.0' || variant === 'v9.0') return 'v9';
  return variant;
};

const normalizeArmVariant = (variant: string): string => {
  if (variant === '' || variant === '7') return 'v7';
  return /^[568]$/.test(variant) ? `v${variant}` : variant;
};

/** One spelling for one platform: `arm64/v8` and `aarch64` become `arm64`, `x86_64` becomes `amd64`, `arm` becomes `arm/v7`. */
export const normalizePlatform = (platform: Platform): Platform => {
  const os = normalizeOs(platform.os);
  const [architecture, variant] = normalizeArchitecture(
    platform.architecture.toLowerCase(),
    platform.variant?.toLowerCase() ?? '',
  );
  const isSame =
    os === platform.os &&
    architecture === platform.architecture &&
    variant === (platform.variant ?? '');
  if (isSame) return platform;
  const { variant: _, ...rest } = platform;
  return variant === '' ? { ...rest, os, architecture } : { ...rest, os, architecture, variant };
};

/** `os/architecture[/variant]`, normalised, with the OS version in parentheses: `windows/amd64 (10.0.17763.1)`. */
export const formatPlatform = (platform: Platform): string => {
  const { os, architecture, variant, 'os.version': version } = normalizePlatform(platform);
  const base = variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
  return version ? `${base} (${version})` : base;
};

/** Whether two platforms are one: os, architecture, variant and OS version after normalising, and OS features as a set. */
export const platformsEqual = (a: Platform, b: Platform): boolean =>
  formatPlatform(a) === formatPlatform(b) && featureKey(a) === featureKey(b);

const featureKey = (platform: Platform): string =>
  platform['os.features'] ? [...platform['os.features']].sort(compareCodeUnits).join('\n') : '';

/** `unknown/unknown`: an attestation or an artifact, not something to run. */
export const isUnknownPlatform = (platform: Platform): boolean =>
  platform.os === UNKNOWN && platform.architecture === UNKNOWN;

const OS_ORDER = ['linux', 'windows', 'darwin'];
const ARCHITECTURE_ORDER = ['amd64', 'arm64', 'arm', '386'];

const rank = (order: readonly string[], value: string): number => {
  if (value === UNKNOWN) return order.length + 1;
  const index = order.indexOf(value);
  return index < 0 ? order.length : index;
};

/** Order for lists: the common platforms first, then by name, `unknown` last. 0 only for platforms that print alike. */
export const comparePlatforms = (a: Platform, b: Platform): number => {
  const left = normalizePlatform(a);
  const right = normalizePlatform(b);
  return (
    rank(OS_ORDER, left.os) - rank(OS_ORDER, right.os) ||
    rank(ARCHITECTURE_ORDER, left.architecture) - rank(ARCHITECTURE_ORDER, right.architecture) ||
    compareCodeUnits(formatPlatform(left), formatPlatform(right))
  );
};
