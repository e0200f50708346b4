import type { ArtifactView, TagDetails } from '#contract/tag';
import { recordedTimeOf } from '#lib/dates';
import { isGlob, matchGlob } from '#lib/glob';
import type { Parsed } from '#lib/filter-values';
import { compareAmount, parseAgeTerm, parseSizeTerm } from '#lib/filter-values';
import { matchesPlatform, normalisePlatformText } from '#lib/platform-label';

/** One tag as the filter sees it. */
export type FilterSubject = {
  /** The tag in lower case. */
  readonly name: string;
  /** Absent until they were read. */
  readonly details?: TagDetails | undefined;
  /** True when a signature tag for its digest is known. */
  readonly isSigned?: boolean;
};

/** True or false; undefined where the answer is not known: details not read, date not recorded. */
export type TermTest = (subject: FilterSubject, now: number) => boolean | undefined;

export type FilterKey = {
  readonly key: string;
  readonly needsDetails: boolean;
  readonly example: string;
  /** Shown beside the completion. */
  readonly hint: string;
  readonly compile: (value: string) => Parsed<TermTest>;
  /** Closed list of values, for completions. */
  readonly values?: readonly string[];
};

const good = (test: TermTest): Parsed<TermTest> => ({ ok: true, value: test });
const bad = (message: string): Parsed<TermTest> => ({ ok: false, message });

/** A plain word: part of the tag, or a whole-name pattern when it holds `*` or `?`. */
export const compileWord = (value: string): TermTest => {
  const word = value.toLowerCase();
  return isGlob(word) ? ({ name }) => matchGlob(word, name) : ({ name }) => name.includes(word);
};

const compileTag = (value: string): Parsed<TermTest> => {
  const pattern = value.toLowerCase();
  return good(({ name }) => matchGlob(pattern, name));
};

const compilePlatform = (value: string): Parsed<TermTest> => {
  const asked = normalisePlatformText(value);
  return good(({ details }) =>
    details === undefined
      ? undefined
      : details.platforms.some((platform) => matchesPlatform(platform, asked)),
  );
};

const compileSize = (value: string): Parsed<TermTest> => {
  const parsed = parseSizeTerm(value);
  if (!parsed.ok) return parsed;
  return good(({ details }) =>
    details?.sizeBytes === undefined ? undefined : compareAmount(details.sizeBytes, parsed.value),
  );
};

/** A date that was not recorded is neither old nor new (trap 39), so `-age:<60d` does not catch it either. */
const compileAge = (value: string): Parsed<TermTest> => {
  const parsed = parseAgeTerm(value);
  if (!parsed.ok) return parsed;
  return good(({ details }, now) => {
    const time = recordedTimeOf(details?.created);
    return time === undefined ? undefined : compareAmount(now - time, parsed.value);
  });
};

const digestPattern = /^(?:([a-z0-9+._-]+):)?([a-z0-9=_-]*)…?$/iu;

const compileDigest = (value: string): Parsed<TermTest> => {
  const match = digestPattern.exec(value);
  if (match === null) {
    return bad('digest: needs the start of a digest, like digest:sha256:9f2c.');
  }
  const prefix = (match[2] ?? '').toLowerCase();
  const algorithm = match[1]?.toLowerCase();
  return good(({ details }) => {
    if (details === undefined) return undefined;
    const [ownAlgorithm = '', encoded = ''] = details.digest.toLowerCase().split(':');
    return encoded.startsWith(prefix) && (algorithm === undefined || algorithm === ownAlgorithm);
  });
};

type Kind = ArtifactView['kind'] | 'index' | 'schema1';

const kindAliases: Readonly<Record<string, Kind>> = {
  image: 'image',
  index: 'index',
  helm: 'helm-chart',
  'helm-chart': 'helm-chart',
  chart: 'helm-chart',
  wasm: 'wasm',
  signature: 'signature',
  sbom: 'sbom',
  attestation: 'attestation',
  model: 'model',
  artifact: 'artifact',
  schema1: 'schema1',
};
const kindValues = [
  'image',
  'index',
  'helm',
  'wasm',
  'signature',
  'sbom',
  'attestation',
  'model',
  'artifact',
  'schema1',
];

const compileKind = (value: string): Parsed<TermTest> => {
  const word = value.toLowerCase();
  const kind = Object.hasOwn(kindAliases, word) ? kindAliases[word] : undefined;
  if (kind === undefined) {
    return bad(`kind: does not know “${value}”. Use ${kindValues.join(', ')}.`);
  }
  return good(({ details }) =>
    details === undefined ? undefined : details.shape === kind || details.artifact.kind === kind,
  );
};

const compileSigned = (value: string): Parsed<TermTest> => {
  const word = value.toLowerCase();
  if (word !== 'yes' && word !== 'no') return bad('signed: takes yes or no.');
  return good(({ details, isSigned }) =>
    details === undefined ? undefined : (isSigned === true) === (word === 'yes'),
  );
};

/** Every key a term may have. */
export const filterKeys: readonly FilterKey[] = [
  {
    key: 'tag',
    needsDetails: false,
    example: 'tag:pr-*',
    hint: 'the whole name, * for any run',
    compile: compileTag,
  },
  {
    key: 'platform',
    needsDetails: true,
    example: 'platform:arm64',
    hint: 'has this platform',
    compile: compilePlatform,
  },
  {
    key: 'size',
    needsDetails: true,
    example: 'size:>100MB',
    hint: 'compressed size',
    compile: compileSize,
  },
  {
    key: 'age',
    needsDetails: true,
    example: 'age:>60d',
    hint: 'time since it was created',
    compile: compileAge,
  },
  {
    key: 'digest',
    needsDetails: true,
    example: 'digest:sha256:9f2c',
    hint: 'start of its digest',
    compile: compileDigest,
  },
  {
    key: 'kind',
    needsDetails: true,
    example: 'kind:helm',
    hint: 'what it is',
    compile: compileKind,
    values: kindValues,
  },
  {
    key: 'signed',
    needsDetails: true,
    example: 'signed:no',
    hint: 'has a signature tag',
    compile: compileSigned,
    values: ['yes', 'no'],
  },
];
