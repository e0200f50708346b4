import type { TagboatApi } from '#contract/api';
import type { StreamEvent } from '#contract/channel';
import type { AnswerOf, CallName, EndOf, PageOf, RequestOf, StreamName } from '#contract/contract';
import type { LocalSettingsPatch, LocalView } from '#contract/local';
import type { EngineTestStep } from '#contract/local-guide';
import { type Result, ok } from '#contract/result';
import {
  type FakeLocal,
  fakeActivity,
  fakeCheck,
  fakeCollection,
  fakeGraduation,
  fakeGuides,
  fakeLocalView,
  fakeLog,
  fakeProgressOf,
  fakeSpace,
  fakeTrust,
  pickedPlace,
} from './fake-local-rows';

const GB = 1_000_000_000;

export const initialLocal: FakeLocal = {
  local: fakeLocalView,
  localActivity: fakeActivity,
  localLog: fakeLog,
  localSpace: fakeSpace,
};

type Send<N extends StreamName> = (event: StreamEvent<PageOf<N>, EndOf<N>>) => void;

/** What the fake bridge lends: calls and streams that are recorded and can be scripted. */
type FakePorts = {
  readonly state: () => FakeLocal & { readonly pageDelayMs: number };
  readonly set: (patch: Partial<FakeLocal>) => void;
  readonly call: <N extends CallName>(
    channel: N,
    answer: (request: RequestOf<N>) => Result<AnswerOf<N>>,
  ) => (request: RequestOf<N>) => Promise<Result<AnswerOf<N>>>;
  readonly stream: <N extends StreamName>(
    channel: N,
    play: (request: RequestOf<N>, send: Send<N>) => (() => void) | undefined,
  ) => (request: RequestOf<N>, listener: Send<N>) => () => void;
  readonly watch: <T>(
    read: () => T,
  ) => (
    request: unknown,
    send: (event: { readonly kind: 'page'; readonly page: T }) => void,
  ) => () => void;
  readonly sendPages: <Page, End>(
    pages: readonly Page[],
    end: End,
    send: (event: StreamEvent<Page, End>) => void,
    pageDelayMs?: number,
  ) => () => void;
};

const definedOf = (patch: LocalSettingsPatch): Partial<LocalView['settings']> =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));

const engineSteps: readonly EngineTestStep[] = [
  { step: 'socket', state: 'passed', message: 'Podman 5.2.3 answers on its socket.' },
  { step: 'reach', state: 'passed', message: 'It reaches 127.0.0.1:5055.' },
  { step: 'login', state: 'skipped', message: 'Nobody needs to log in.' },
  { step: 'pull', state: 'passed', message: 'It pulled tagboat/ping in 84 ms.' },
];

const certificate = {
  caFingerprint: fakeTrust.caFingerprint,
  hostNames: ['localhost', '127.0.0.1', '::1', 'ada-laptop'],
  expiresAt: '2027-12-24T00:00:00.000Z',
};

/** `window.tagboat.local`, as far as a window can tell. */
export const createFakeLocal = (ports: FakePorts): TagboatApi['local'] => {
  const { state, call, stream, watch, sendPages } = ports;
  const change = (patch: Partial<LocalView>): Result<LocalView> => {
    const local = { ...state().local, ...patch };
    ports.set({ local });
    return ok(local);
  };
  const run = <Page, End>(
    pages: readonly Page[],
    end: End,
    send: (event: StreamEvent<Page, End>) => void,
  ): (() => void) => sendPages(pages, end, send, state().pageDelayMs);
  const progress = [fakeProgressOf(120, 902), fakeProgressOf(640, 902)];
  return {
    watch: stream(
      'local:watch',
      watch(() => state().local),
    ),
    start: call('local:start', () => {
      change({ state: fakeLocalView.state });
      return ok(null);
    }),
    stop: call('local:stop', () => {
      change({ state: { kind: 'off' } });
      return ok(null);
    }),
    configure: call('local:configure', (patch) => {
      const settings = { ...state().local.settings, ...definedOf(patch) };
      const hostNames = [...certificate.hostNames, ...settings.hostNames];
      return change({
        settings,
        ...(settings.tls ? { certificate: { ...certificate, hostNames } } : {}),
      });
    }),
    addUser: call('local:add-user', ({ name }) =>
      change({ users: [...state().local.users, name] }),
    ),
    removeUser: call('local:remove-user', ({ name }) =>
      change({ users: state().local.users.filter((one) => one !== name) }),
    ),
    exposure: call('local:exposure', () => {
      const { users, settings } = state().local;
      return ok({
        addresses: ['192.0.2.17:5055', 'ada-laptop.lan:5055'],
        sentences: [
          'Everyone in the networks of this computer can reach port 5055: other machines, and guests in the same Wi-Fi.',
          'Whoever logs in can pull, push and delete everything in the 12 repositories.',
          'It is not reachable from the internet unless a router forwards the port.',
        ],
        missing: [
          ...(users.length === 0 ? (['user'] as const) : []),
          ...(settings.tls ? [] : (['tls'] as const)),
        ],
      });
    }),
    activity: stream(
      'local:activity',
      watch(() => state().localActivity),
    ),
    log: stream(
      'local:log',
      watch(() => state().localLog),
    ),
    space: stream('local:space', (_request, send) => run(progress, state().localSpace, send)),
    collect: stream('local:collect', ({ preview }, send) =>
      run(progress, { ...fakeCollection, isPreview: preview }, send),
    ),
    check: stream('local:check', ({ deep }, send) =>
      run(progress, { ...fakeCheck, isDeep: deep }, send),
    ),
    pickPlace: call('local:pick-place', () => ok(pickedPlace())),
    openFolder: call('local:open-folder', () => ok(null)),
    changeFolder: stream('local:change-folder', (_request, send) => {
      const local = { ...state().local, folder: pickedPlace().path };
      return run(progress, local, send);
    }),
    backUp: stream('local:back-up', (_request, send) =>
      run(progress, { path: pickedPlace().path, bytes: 4.2 * GB }, send),
    ),
    restore: stream('local:restore', (_request, send) =>
      run(progress, { keptIn: '/home/ada/.local/share/tagboat/registry-before' }, send),
    ),
    addSamples: stream('local:add-samples', (_request, send) =>
      run(progress, { repositories: ['samples/hello', 'samples/wasteful'], skipped: [] }, send),
    ),
    guides: call('local:guides', () => ok(fakeGuides)),
    testEngine: stream('local:test-engine', (_request, send) =>
      run(engineSteps, { passed: true }, send),
    ),
    trust: call('local:trust', () => ok(fakeTrust)),
    previewGraduation: call('local:preview-graduation', () => ok(fakeGraduation)),
    graduate: stream('local:graduate', (_request, send) =>
      run(progress, { folder: '/home/ada/registry' }, send),
    ),
  };
};
