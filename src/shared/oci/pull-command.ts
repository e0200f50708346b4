import type { ArtifactKind } from './artifact-type';
import {
  formatFamiliarReference,
  formatReference,
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

/** The engines that can pull such an artifact, best first. Container engines only for images: a chart is no image. */
export const pullEnginesFor = (kind: ArtifactKind): readonly PullEngine[] => {
  switch (kind) {
    case 'image':
      return ['docker', 'podman', 'nerdctl', 'skopeo', 'crane'];
    case 'helm-chart':
      return ['helm', 'oras'];
    case 'wasm':
    case 'signature':
    case 'sbom':
    case 'attestation':
    case 'model':
    case 'artifact':
      return ['oras'];
  }
};

/** The command that pulls `reference` with `engine`, ready to paste into a POSIX shell. */
export const pullCommand = (
  engine: PullEngine,
  reference: Reference,
  options: PullOptions = {},
): string =>
  words(engine, reference, options.plainHttp === true)
    .map(shellQuote)
    .join(' ');

const words = (engine: PullEngine, reference: Reference, plainHttp: boolean): string[] => {
  const full = formatReference(reference);
  switch (engine) {
    case 'docker':
      return ['docker', 'pull', formatFamiliarReference(reference)];
    case 'podman':
      return ['podman', 'pull', ...flag(plainHttp, '--tls-verify=false'), full];
    case 'nerdctl':
      return ['nerdctl', ...flag(plainHttp, '--insecure-registry'), 'pull', full];
    case 'skopeo':
      return skopeoWords(reference, plainHttp);
    case 'crane':
      return ['crane', 'pull', ...flag(plainHttp, '--insecure'), full, archiveName(reference)];
    case 'helm':
      return helmWords(reference, plainHttp);
    case 'oras':
      return ['oras', 'pull', ...flag(plainHttp, '--plain-http'), full];
  }
};

const flag = (isSet: boolean, text: string): string[] => (isSet ? [text] : []);

const archiveName = (reference: Reference): string => `${baseNameOf(reference.repository)}.tar`;

/** skopeo takes a tag or a digest, not both; the digest is the stricter. `--all` keeps every platform. */
const skopeoWords = (reference: Reference, plainHttp: boolean): string[] => {
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
const helmWords = (reference: Reference, plainHttp: boolean): string[] => {
  const { repository, tag, digest } = reference;
  const chart = `oci://${registryApiHost(reference.registryHost)}/${repository}`;
  const target = digest === undefined ? chart : `${chart}@${digest}`;
  const version =
    tag === undefined || digest !== undefined ? [] : ['--version', tag.replaceAll('_', '+')];
  return ['helm', 'pull', ...flag(plainHttp, '--plain-http'), target, ...version];
};
