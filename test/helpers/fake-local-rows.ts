import type {
  LocalActivity,
  LocalCheck,
  LocalCollection,
  LocalLogLine,
  LocalProgress,
  LocalSpaceReport,
  LocalView,
  PickedPlace,
} from '#contract/local';
import type { GuideStep, LocalGuide, LocalTrust, Graduation } from '#contract/local-guide';
import { registryRow } from './fake-rows';

const GB = 1_000_000_000;
const MB = 1_000_000;

/** What main would hold of the local registry. */
export type FakeLocal = {
  readonly local: LocalView;
  readonly localActivity: readonly LocalActivity[];
  readonly localLog: readonly LocalLogLine[];
  readonly localSpace: LocalSpaceReport;
};

const now = Date.now();
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
const digestOf = (fill: string): string => `sha256:${fill.repeat(64)}`;

export const fakeLocalView: LocalView = {
  state: {
    kind: 'running',
    origin: 'http://127.0.0.1:5055',
    port: 5055,
    startedAt: ago(10_800),
  },
  settings: {
    port: 5055,
    reach: 'this-computer',
    tls: false,
    hostNames: [],
    readOnly: false,
    canDelete: true,
    startsWithApp: true,
    staysInTray: false,
    webhookUrl: null,
    logLevel: 'info',
    limitBytes: 20 * GB,
  },
  host: '127.0.0.1:5055',
  folder: '/home/ada/.local/share/tagboat/registry',
  usedBytes: 4.2 * GB,
  freeBytes: 182 * GB,
  space: 'fine',
  users: [],
  repositoryCount: 12,
  tagCount: 141,
};

export const localRow = registryRow({
  id: 'local',
  name: 'Local',
  host: '127.0.0.1:5055',
  origin: 'http://127.0.0.1:5055',
  plainHttp: true,
  product: 'Tagboat',
  state: { kind: 'ready', anonymous: true },
});

export const fakeLocalRepositories: readonly string[] = [
  'shop/api',
  'shop/web',
  'shop/checkout',
  'ml/train',
  'ml/serve',
  'platform/gateway',
  'platform/identity',
  'base/debian',
  'base/node',
  'charts/shop',
  'tools/lint',
  'tools/seed',
];

const sizes = [1310, 604, 88, 905, 260, 142, 96, 74, 61, 0.2, 38, 12];

export const fakeSpace: LocalSpaceReport = {
  countedAt: ago(30),
  repositories: fakeLocalRepositories.map((name, at) => ({
    name,
    tagCount: [41, 23, 9, 12, 8, 14, 11, 9, 7, 3, 3, 1][at] ?? 1,
    uniqueBytes: (sizes[at] ?? 1) * MB,
    sharedBytes: [0, 1, 2, 5, 6].includes(at) ? 212 * MB : 0,
  })),
  unreachableBytes: 412 * MB,
  uploadBytes: 18 * MB,
  totalBytes: 4.2 * GB,
  growth: Array.from({ length: 24 * 21 }, (_, at) => ({
    at: ago((24 * 21 - at) * 3600),
    totalBytes: 1.4 * GB + 2.8 * GB * (Math.floor(at / 31) / 16) - (at % 31 < 9 ? 120 * MB : 0),
  })),
};

const activity = (
  seconds: number,
  action: LocalActivity['action'],
  name: string | undefined,
  over: Partial<LocalActivity> = {},
): LocalActivity => {
  const [repository, tag] = name?.split(':') ?? [];
  return {
    id: `a${seconds}`,
    at: ago(seconds),
    action,
    client: 'podman/5.2',
    isOwn: false,
    ...(repository === undefined ? {} : { repository }),
    ...(tag === undefined ? {} : { tag }),
    ...over,
  };
};

/** Newest last, as main tells it. */
export const fakeActivity: readonly LocalActivity[] = [
  activity(4100, 'push', 'ml/serve:canary', {
    client: 'buildah/1.37',
    user: 'ci',
    outcome: '1 of 7 layers was new · 38.2 MB',
  }),
  activity(3060, 'collect', undefined, {
    client: 'Tagboat',
    isOwn: true,
    outcome: '412 MB came back in 0.8 s',
  }),
  activity(3040, 'delete', 'shop/api:pr-4127', {
    client: 'Tagboat',
    isOwn: true,
    outcome: 'the image stays for sha-9f2c11d',
  }),
  activity(1200, 'push', 'ml/train:2026-11-24', {
    client: 'docker/28.2',
    outcome: '12 of 12 layers were new · 902 MB',
  }),
  activity(300, 'pull', 'shop/web:2.1.0', {
    client: 'containerd/2.1 (kind)',
    outcome: 'linux/arm64 · 61.0 MB',
  }),
  activity(40, 'push', 'shop/api:dev', { outcome: '3 of 9 layers were new · 14.2 MB' }),
];

export const fakeLog: readonly LocalLogLine[] = [
  { at: ago(10_800), level: 'info', message: 'Listening on 127.0.0.1:5055' },
  { at: ago(3600), level: 'warn', message: 'The webhook did not answer in 5 s; it is tried again' },
  { at: ago(40), level: 'info', message: 'PUT /v2/shop/api/manifests/dev 201 in 3 ms' },
];

export const fakeCollection: LocalCollection = {
  isPreview: true,
  freedBytes: 412 * MB,
  durationMs: 812,
  isInterrupted: false,
  manifests: Array.from({ length: 3 }, (_, at) => ({
    repository: 'shop/api',
    digest: digestOf(String(at + 1)),
    sizeBytes: 1204 + at,
  })),
  blobs: Array.from({ length: 12 }, (_, at) => ({
    digest: digestOf('abcdef012345'[at] ?? '0'),
    sizeBytes: (62 - at * 5) * MB,
  })),
  manifestCount: 3,
  blobCount: 12,
  uploadCount: 1,
  repositories: ['shop/api'],
  keptBytes: 3.79 * GB,
};

export const fakeCheck: LocalCheck = {
  isDeep: false,
  durationMs: 1240,
  counts: { repositories: 12, tags: 141, manifests: 318, blobs: 902, bytes: 4.2 * GB },
  problems: [],
  problemCount: 0,
  noteCount: 0,
};

const step = (
  title: string,
  kind: GuideStep['kind'],
  text: string,
  over: Partial<GuideStep> = {},
): GuideStep => ({ title, kind, text, ...over });

const guide = (target: LocalGuide['target'], over: Partial<LocalGuide>): LocalGuide => ({
  target,
  title: target,
  address: '127.0.0.1:5055',
  steps: [
    step(
      'Push an image',
      'command',
      `${target} tag alpine 127.0.0.1:5055/alpine\n${target} push 127.0.0.1:5055/alpine`,
    ),
    step('Pull it', 'command', `${target} pull 127.0.0.1:5055/alpine`),
  ],
  ...over,
});

export const fakeGuides: readonly LocalGuide[] = [
  guide('docker', { title: 'Docker' }),
  guide('podman', {
    title: 'Podman',
    engine: { name: 'Podman 5.2.3', socket: '/run/user/1000/podman/podman.sock' },
    steps: [
      step(
        'Allow plain HTTP for this address',
        'file',
        '[[registry]]\nlocation = "127.0.0.1:5055"\ninsecure = true\n',
        { path: '~/.config/containers/registries.conf.d/tagboat.conf' },
      ),
      step(
        'Push an image',
        'command',
        'podman tag alpine 127.0.0.1:5055/alpine\npodman push 127.0.0.1:5055/alpine',
      ),
      step('Pull it', 'command', 'podman pull 127.0.0.1:5055/alpine'),
    ],
  }),
  guide('nerdctl', { title: 'nerdctl' }),
  guide('kind', {
    title: 'kind',
    address: '172.18.0.1:5055',
    why: 'The nodes of kind are containers: 127.0.0.1 is the node itself there, and the gateway of their network is this computer.',
    steps: [
      step(
        'Tell containerd on every node',
        'diff',
        '--- kind.yaml\n+++ kind.yaml\n@@ -1,2 +1,5 @@\n kind: Cluster\n apiVersion: kind.x-k8s.io/v1alpha4\n+containerdConfigPatches:\n+  - |-\n+    [plugins."io.containerd.grpc.v1.cri".registry]\n+      config_path = "/etc/containerd/certs.d"\n',
        { path: 'kind.yaml', note: 'A cluster that runs already has to be made anew.' },
      ),
    ],
  }),
  guide('minikube', { title: 'minikube', address: 'host.minikube.internal:5055' }),
  guide('compose', { title: 'Compose', address: 'host.docker.internal:5055' }),
];

export const fakeTrust: LocalTrust = {
  caPem:
    '-----BEGIN CERTIFICATE-----\nMIIBejCCASGgAwIBAgIUQ2fAeKq0bq5CwN0yXr7i4p1b0kQwCgYIKoZIzj0EAwIw\n-----END CERTIFICATE-----\n',
  caFingerprint: Array.from({ length: 32 }, (_, at) => (176 + at).toString(16).toUpperCase())
    .join(':')
    .replaceAll('CF', '0F'),
  caExpiresAt: '2036-11-24T00:00:00.000Z',
  guides: [
    {
      target: 'docker',
      title: 'Docker',
      steps: [
        step(
          'Put the CA where Docker looks for it',
          'command',
          'sudo mkdir -p /etc/docker/certs.d/127.0.0.1:5055\nsudo cp ca.crt /etc/docker/certs.d/127.0.0.1:5055/ca.crt',
          { note: 'Docker reads it at each pull; it need not be restarted.' },
        ),
      ],
    },
    {
      target: 'podman',
      title: 'Podman',
      steps: [
        step(
          'Put the CA where Podman looks for it',
          'command',
          'mkdir -p ~/.config/containers/certs.d/127.0.0.1:5055\ncp ca.crt ~/.config/containers/certs.d/127.0.0.1:5055/ca.crt',
        ),
      ],
    },
    {
      target: 'linux',
      title: 'Linux',
      steps: [
        step(
          'Add it to the system',
          'command',
          'sudo cp ca.crt /usr/local/share/ca-certificates/tagboat.crt\nsudo update-ca-certificates',
        ),
        step(
          'Or let one program know it',
          'diff',
          '--- ~/.profile\n+++ ~/.profile\n@@ -9,3 +9,4 @@\n export EDITOR=vim\n-export SSL_CERT_FILE=/etc/ssl/old.pem\n+export SSL_CERT_FILE=$HOME/ca.crt\n',
          { path: '~/.profile' },
        ),
      ],
    },
    {
      target: 'macos',
      title: 'macOS',
      steps: [
        step(
          'Add it to the keychain',
          'command',
          'security add-trusted-cert -k ~/Library/Keychains/login.keychain-db ca.crt',
        ),
      ],
    },
    {
      target: 'windows',
      title: 'Windows',
      steps: [step('Add it for this user', 'command', 'certutil -user -addstore Root ca.crt')],
    },
  ],
};

export const fakeGraduation: Graduation = {
  files: [
    {
      name: 'compose.yaml',
      text: 'services:\n  registry:\n    image: registry:3\n    restart: unless-stopped\n    ports:\n      - "5055:5055"\n    volumes:\n      - /home/ada/.local/share/tagboat/registry:/var/lib/registry\n      - ./config.yml:/etc/distribution/config.yml:ro\n',
      note: 'starts it with docker or podman',
    },
    {
      name: 'config.yml',
      text: 'version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /var/lib/registry\n',
      note: 'the settings of this registry',
    },
    { name: 'htpasswd', note: 'the users, as bcrypt hashes' },
    { name: 'tls.key', note: 'the key of the certificate; readable by you alone' },
    {
      name: 'tagboat-registry.service',
      text: '[Unit]\nDescription=Container registry\n',
      note: 'for systemd',
    },
    { name: 'README.md', text: '# A registry\n', note: 'how to start and stop it' },
  ],
  changes: [
    'Garbage is collected while the registry is stopped or read-only.',
    'A tag cannot be deleted by its name; its image can, by digest.',
  ],
  staysTheSame: [
    'Every repository, tag and digest, in the same folder and layout.',
    'The users and their passwords.',
  ],
  nextSteps: [step('Start it', 'command', 'docker compose up --detach')],
};

export const pickedPlace = (over: Partial<PickedPlace> = {}): PickedPlace => ({
  place: 'place-00000000-0000-4000-8000-000000000000',
  path: '/media/backup/tagboat',
  isEmpty: true,
  freeBytes: 740 * GB,
  holdsRegistry: false,
  ...over,
});

export const fakeProgressOf = (
  completed: number,
  total: number,
  stepWords?: string,
): LocalProgress => ({
  completed,
  total,
  unit: 'blobs',
  ...(stepWords === undefined ? {} : { step: stepWords }),
});
