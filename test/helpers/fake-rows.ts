import type { ContractError } from '#contract/result';
import type { CertificateView } from '#contract/result';
import type { RegistryView } from '#contract/registry';

/** Markup, control characters, a right-to-left override and a line break: shown escaped, never obeyed. */
export const hostileText = '<img src=x onerror=alert(1)>\u202Egnp.exe\u0007\n"; rm -rf ~ #';

export const certificates: readonly CertificateView[] = [
  {
    subject: 'CN=registry.lan, O=Home lab',
    issuer: 'CN=Home lab root CA, O=Home lab',
    validFrom: '2026-01-04T00:00:00.000Z',
    validTo: '2027-01-04T00:00:00.000Z',
    fingerprintSha256: Array.from({ length: 32 }, (_, at) =>
      (160 + at).toString(16).toUpperCase(),
    ).join(':'),
    subjectAltNames: ['DNS:registry.lan', 'IP:192.0.2.10'],
    isSelfSigned: false,
  },
  {
    subject: 'CN=Home lab root CA, O=Home lab',
    issuer: 'CN=Home lab root CA, O=Home lab',
    validFrom: '2024-01-01T00:00:00.000Z',
    validTo: '2034-01-01T00:00:00.000Z',
    fingerprintSha256: Array.from({ length: 32 }, (_, at) =>
      (200 + at).toString(16).toUpperCase(),
    ).join(':'),
    subjectAltNames: [],
    isSelfSigned: true,
  },
];

export const errorOf = (
  code: ContractError['code'],
  message: string,
  detail: ContractError['detail'] = {},
): ContractError => ({ code, message, detail });

export const untrusted = errorOf(
  'tls-untrusted',
  'registry.lan shows a certificate that no known authority has signed.',
  { host: 'registry.lan', step: 'connect', certificates },
);

export const rejected = errorOf(
  'credentials-rejected',
  '123456789012.dkr.ecr.eu-central-1.amazonaws.com did not accept the user name or password.',
  {
    host: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
    step: 'token',
    status: 401,
    ociCode: 'UNAUTHORIZED',
    registryMessage: hostileText,
  },
);

/** A registry as main tells it; override what a test is about. */
export const registryRow = (
  over: Partial<RegistryView> & Pick<RegistryView, 'id' | 'name'>,
): RegistryView => {
  const host = over.host ?? over.name;
  return {
    host,
    origin: `https://${host}`,
    plainHttp: false,
    product: 'Docker Registry',
    credential: { kind: 'none', keptIn: 'nowhere' },
    hasCa: false,
    trustedFingerprints: [],
    approvedRealmHosts: [],
    state: { kind: 'ready', anonymous: false },
    catalog: 'open',
    readOnly: false,
    readOnlyRepositories: [],
    isLocal: over.id === 'local',
    ...over,
  };
};

const password = { kind: 'password', username: 'ci-bot', keptIn: 'the OS keychain' } as const;

export const fakeRegistries: readonly RegistryView[] = [
  registryRow({
    id: 'harbor',
    name: 'harbor.corp.example',
    product: 'Harbor',
    credential: password,
  }),
  registryRow({
    id: 'hub',
    name: 'Docker Hub · acme',
    host: 'docker.io',
    origin: 'https://registry-1.docker.io',
    product: 'Docker Hub',
    catalog: 'closed',
    credential: {
      kind: 'token',
      username: 'acme',
      keptIn: 'docker config (~/.docker/config.json)',
      foundSource: 'docker-config',
    },
    pullBudget: { limit: 100, remaining: 87, windowSeconds: 21_600 },
  }),
  registryRow({
    id: 'gitlab',
    name: 'registry.gitlab.com',
    product: 'GitLab',
    catalog: 'closed',
    state: { kind: 'ready', anonymous: true },
  }),
  registryRow({
    id: 'ecr',
    name: 'ECR eu-central-1',
    host: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
    product: 'Amazon ECR',
    credential: { ...password, username: 'AWS' },
    state: { kind: 'failed', error: rejected },
  }),
  registryRow({
    id: 'acr',
    name: 'acmeprod.azurecr.io',
    product: 'Azure Container Registry',
    state: { kind: 'unknown' },
    catalog: 'unknown',
  }),
  registryRow({ id: 'big', name: 'mirror.corp.example:5443', product: 'Docker Registry' }),
  registryRow({
    id: 'hostile',
    name: hostileText,
    host: 'hostile.example',
    product: 'Docker Registry',
  }),
];

const perNamespace: readonly (readonly [string, readonly string[]])[] = [
  ['platform', ['auth', 'gateway', 'audit', 'billing', 'mail/worker', 'mail/templates']],
  ['shop', ['api', 'checkout', 'web']],
  ['search', ['indexer', 'query']],
  ['data/pipeline', ['ingest', 'transform', 'export']],
  ['ml', ['train', 'serve']],
  ['base-images', ['debian', 'node', 'python']],
  ['charts', ['shop', 'platform']],
];

const smallCatalog = perNamespace.flatMap(([namespace, names]) =>
  names.map((name) => `${namespace}/${name}`),
);

/** 5,000 repositories in 100 namespaces, in the lexical order a registry lists them. */
export const bigCatalog: readonly string[] = Array.from({ length: 5000 }, (_, at) => {
  const team = `team-${String(Math.floor(at / 50)).padStart(3, '0')}`;
  return `${team}/service-${String(at % 50).padStart(2, '0')}`;
});

const longName = `long/${'a-very-long-path-component/'.repeat(9)}end`.slice(0, 255);

/** Repositories of each fake registry. */
export const fakeRepositories: Readonly<Record<string, readonly string[]>> = {
  harbor: ['team/app', longName, ...smallCatalog],
  hub: ['library/debian', 'acme/shop'],
  gitlab: [],
  ecr: ['prod/api', 'prod/web'],
  acr: [],
  big: bigCatalog,
  hostile: ['x/y'],
};
