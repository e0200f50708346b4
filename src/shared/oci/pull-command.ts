import type { ArtifactKind } from './artifact-type';
import {
  formatFamiliarReference,
  formatReference,
  looksLikeHost,
  registryApiHost,
  type Reference,
} from './reference';
import { baseNameOf } from './repository-name';

export type PullEngine = 'docker' | 'podman' | 'nerdctl' | 'skopeo' | 'crane' | 'helm' | 'oras';

export type PullOptions = {
  /** The registry speaks plain HTTP. Docker has no flag for it: its daemon must list the registry as insecure. */
  readonly plainHttp?: boolean;
};

const SAFE_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word for a POSIX shell (IEEE Std 1003.1, Shell Command Language, 2.2 Quoting); left bare when it needs no quotes. */
export const shellQuote = (word: string): string =>
  SAFE_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const ARTIFACT_ENGINES: readonly PullEngine[] = ['oras'];
const ENGINES: Readonly<Record<ArtifactKind, readonly PullEngine[]>> = {
  image: ['docker', 'podman', 'nerdctl', 'skopeo', 'crane'],
  'helm-chart': ['helm', 'oras'],
  wasm: ARTIFACT_ENGINES,
  signature: ARTIFACT_ENGINES,
  sbom: ARTIFACT_ENGINES,
  attestation: ARTIFACT_ENGINES,
  model: ARTIFACT_ENGINES,
  artifact: ARTIFACT_ENGINES,
};

/** The engines that can pull such an artifact, best first. Container engines only for images: a chart is no image. */
export const pullEnginesFor = (kind: ArtifactKind): readonly PullEngine[] => ENGINES[kind];

/** The command that pulls `reference` with `engine`, ready to paste into a POSIX shell. */
export const pullCommand = (
  engine: PullEngine,
  reference: Reference,
  options: PullOptions = {},
): string => {
  const plainHttp = options.plainHttp === true;
  const target = withExplicitPort(reference, plainHttp);
  return WORDS[engine](target, plainHttp).map(shellQuote).join(' ');
};

/** Engines take a host without dot and port for a namespace on Docker Hub; its default port makes it a host again. */
const withExplicitPort = (reference: Reference, plainHttp: boolean): Reference => {
  const { registryHost } = reference;
  if (looksLikeHost(registryHost)) return reference;
  return { ...reference, registryHost: `${registryHost}:${plainHttp ? '80' : '443'}` };
};

type Words = (reference: Reference, plainHttp: boolean) => string[];

const flag = (isSet: boolean, text: string): string[] => (isSet ? [text] : []);

const archiveName = (reference: Reference): string => `${baseNameOf(reference.repository)}.tar`;

/** skopeo takes a tag or a digest, not both; the digest is the stricter. `--all` keeps every platform. */
const skopeoWords: Words = (reference, plainHttp) => {
  const { registryHost, repository, tag, digest } = reference;
  const source = digest === undefined ? reference : { registryHost, repository, digest };
  const directory = baseNameOf(repository);
  return [
    'skopeo',
    'copy',
    '--all',
    ...flag(plainHttp, '--src-tls-verify=false'),
    `docker://${formatReference(source)}`,
    tag === undefined ? `oci:${directory}` : `oci:${directory}:${tag}`,
  ];
};

/** Helm names the tag as a version, with the "+" that tags cannot hold, and wants the API host of Docker Hub. */
const helmWords: Words = (reference, plainHttp) => {
  const { repository, tag, digest } = reference;
  const chart = `oci://${registryApiHost(reference.registryHost)}/${repository}`;
  const target = digest === undefined ? chart : `${chart}@${digest}`;
  const version =
    tag === undefined || digest !== undefined ? [] : ['--version', tag.replaceAll('_', '+')];
  return ['helm', 'pull', ...flag(plainHttp, '--plain-http'), target, ...version];
};

const WORDS: Readonly<Record<PullEngine, Words>> = {
  docker: (reference) => ['docker', 'pull', formatFamiliarReference(reference)],
  podman: (reference, plainHttp) => [
    'podman',
    'pull',
    ...flag(plainHttp, '--tls-verify=false'),
    formatReference(reference),
  ],
  nerdctl: (reference, plainHttp) => [
    'nerdctl',
    ...flag(plainHttp, '--insecure-registry'),
    'pull',
    formatReference(reference),
  ],
  skopeo: skopeoWords,
  crane: (reference, plainHttp) => [
    'crane',
    'pull',
    ...flag(plainHttp, '--insecure'),
    formatReference(reference),
    archiveName(reference),
  ],
  helm: helmWords,
  oras: (reference, plainHttp) => [
    'oras',
    'pull',
    ...flag(plainHttp, '--plain-http'),
    formatReference(reference),
  ],
};
