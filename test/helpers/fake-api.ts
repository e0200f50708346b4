import type { TagboatApi } from '#contract/api';
import type {
  AbilitiesView,
  ChangeProgress,
  ChangeReport,
  ChangeView,
  PlanProgress,
  PlanView,
} from '#contract/change';
import type { AppView, Notice } from '#contract/app';
import type { StreamEvent } from '#contract/channel';
import type { AnswerOf, CallName, EndOf, PageOf, RequestOf, StreamName } from '#contract/contract';
import type { FoundLogin, RegistryInput, RegistryView } from '#contract/registry';
import { type ContractError, type Result, failed, ok } from '#contract/result';
import type { SettingsView } from '#contract/settings';
import { joinNames } from '#contract/tag';
import type { TaskView } from '#contract/task';
import { sortTagsByVersion } from '#oci/tag';
import { fakeAbilities, fakePlan, fakeProgress, fakeReport } from './fake-changes';
import { createFakeLocal, initialLocal } from './fake-local';
import type { FakeLocal } from './fake-local-rows';
import { fakePlanFor, fakePlanning, fakeReportOf, fakeRunOf } from './fake-plans';
import { fakeBlob, fakeImage, fakeIndex, fakeReferrers } from './fake-images';
import { errorOf, fakeRegistries, fakeRepositories, registryRow } from './fake-rows';
import { attachedTagsOf, fakeDetails, tagsOf } from './fake-tags';

/** What main would hold. Change it through `FakeApi.set`, so that the live streams hear of it. */
export type FakeState = FakeLocal & {
  readonly registries: readonly RegistryView[];
  readonly repositories: Readonly<Record<string, readonly string[]>>;
  readonly tasks: readonly TaskView[];
  readonly notices: readonly Notice[];
  readonly settings: SettingsView;
  readonly logins: readonly FoundLogin[];
  readonly changes: readonly ChangeView[];
  readonly app: AppView;
  /** Rows a page. */
  readonly pageSize: number;
  /** Pause before each page; 0 is the next macrotask. */
  readonly pageDelayMs: number;
};

export type StreamScript<N extends StreamName> = (
  request: RequestOf<N>,
  send: (event: StreamEvent<PageOf<N>, EndOf<N>>) => void,
) => (() => void) | undefined;

type CallScript<N extends CallName> = (
  request: RequestOf<N>,
) => Result<AnswerOf<N>> | Promise<Result<AnswerOf<N>>>;

export type Recorded = { readonly channel: string; readonly request: unknown };

export type FakeApi = {
  readonly api: TagboatApi;
  readonly state: () => FakeState;
  readonly set: (patch: Partial<FakeState>) => void;
  /** Everything the window asked, in order. */
  readonly recorded: readonly Recorded[];
  /** Channels of streams that were cancelled before their end. */
  readonly cancelled: readonly string[];
  /** Replaces what one stream does, until the next call. */
  readonly scriptStream: <N extends StreamName>(channel: N, script: StreamScript<N>) => void;
  /** Replaces what one call answers. */
  readonly scriptCall: <N extends CallName>(channel: N, script: CallScript<N>) => void;
};

export const fakeSettings: SettingsView = {
  theme: 'dark',
  pullEngine: 'docker',
  protectedTags: ['latest', 'stable', 'v*'],
  window: {
    sidebarWidth: 248,
    inspectorWidth: 384,
    inspectorOpen: true,
    groupByImage: false,
    hiddenColumns: [],
    sort: { column: 'tag', descending: true },
    registryId: null,
    repository: null,
    tag: null,
    digest: null,
    inspectorTab: 'overview',
    expandedNamespaces: [],
  },
};

const initialState: FakeState = {
  registries: fakeRegistries,
  repositories: fakeRepositories,
  tasks: [],
  notices: [],
  settings: fakeSettings,
  logins: [],
  changes: [],
  ...initialLocal,
  app: {
    version: '0.1.0',
    electronVersion: '45.4.1',
    platform: 'linux',
    credentialsKeptIn: 'the OS keychain',
  },
  pageSize: 100,
  pageDelayMs: 0,
};

/** Sends the pages one by one, then the end; the way main does. Returns the way to stop. */
export const sendPages = <Page, End>(
  pages: readonly Page[],
  end: End,
  send: (event: StreamEvent<Page, End>) => void,
  pageDelayMs = 0,
): (() => void) => {
  let at = 0;
  const next = (): void => {
    const page = pages[at];
    at += 1;
    if (page === undefined) {
      send({ kind: 'end', value: end });
      return;
    }
    send({ kind: 'page', page });
    timer = setTimeout(next, pageDelayMs);
  };
  let timer = setTimeout(next, pageDelayMs);
  return () => clearTimeout(timer);
};

const chunk = <T>(rows: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, at) =>
    rows.slice(at * size, (at + 1) * size),
  );

const failsWith =
  (error: ContractError) =>
  (
    _request: unknown,
    send: (event: { readonly kind: 'failed'; readonly error: ContractError }) => void,
  ): (() => void) => {
    const timer = setTimeout(() => send({ kind: 'failed', error }), 0);
    return () => clearTimeout(timer);
  };

const fromInput = (id: string, input: RegistryInput): RegistryView => {
  const host = input.address.replace(/^https?:\/\//u, '').replace(/\/$/u, '');
  const named = input.name === undefined || input.name === '' ? host : input.name;
  const credential =
    input.login.kind === 'password'
      ? ({ kind: 'password', username: input.login.username, keptIn: 'the OS keychain' } as const)
      : ({ kind: 'none', keptIn: 'nowhere' } as const);
  return registryRow({
    id,
    name: named,
    host,
    credential,
    plainHttp: input.plainHttp ?? false,
    hasCa: input.ca !== undefined && input.ca !== null,
    trustedFingerprints: input.trustedFingerprints ?? [],
    approvedRealmHosts: input.approvedRealmHosts ?? [],
  });
};

/** A scripted `window.tagboat` with realistic rows. Nothing leaves the page. */
export const createFakeApi = (over: Partial<FakeState> = {}): FakeApi => {
  let state: FakeState = { ...initialState, ...over };
  const recorded: Recorded[] = [];
  const cancelled: string[] = [];
  let lastPlan = fakePlan;
  const watchers = new Set<() => void>();
  const streamScripts = new Map<string, unknown>();
  const callScripts = new Map<string, unknown>();
  const set = (patch: Partial<FakeState>): void => {
    state = { ...state, ...patch };
    for (const tell of watchers) tell();
  };

  const call =
    <N extends CallName>(channel: N, answer: CallScript<N>) =>
    async (request: RequestOf<N>): Promise<Result<AnswerOf<N>>> => {
      recorded.push({ channel, request });
      const script = (callScripts.get(channel) as CallScript<N> | undefined) ?? answer;
      await Promise.resolve();
      return script(request);
    };

  const stream =
    <N extends StreamName>(channel: N, play: StreamScript<N>) =>
    (
      request: RequestOf<N>,
      listener: (event: StreamEvent<PageOf<N>, EndOf<N>>) => void,
    ): (() => void) => {
      recorded.push({ channel, request });
      const script = (streamScripts.get(channel) as StreamScript<N> | undefined) ?? play;
      let isOver = false;
      const stop = script(request, (event) => {
        if (isOver) return;
        isOver = event.kind !== 'page';
        listener(event);
      });
      return () => {
        if (!isOver) cancelled.push(channel);
        isOver = true;
        stop?.();
      };
    };

  const watch =
    <T>(read: () => T) =>
    (
      _request: unknown,
      send: (event: { readonly kind: 'page'; readonly page: T }) => void,
    ): (() => void) => {
      const tell = (): void => send({ kind: 'page', page: read() });
      watchers.add(tell);
      const timer = setTimeout(tell, 0);
      return () => {
        clearTimeout(timer);
        watchers.delete(tell);
      };
    };

  const checkSteps: StreamScript<'registry:check'> = ({ input }, send) => {
    const host = fromInput('check', input).host;
    const origin = `${input.plainHttp === true ? 'http' : 'https'}://${host}`;
    return sendPages(
      [
        { step: 'address', state: 'passed', message: `The address is ${origin}.` },
        { step: 'connect', state: 'passed', message: `${host} answers.` },
        { step: 'certificate', state: 'passed', message: 'The certificate is trusted.' },
        { step: 'api', state: 'passed', message: 'It speaks the registry API.' },
        { step: 'login', state: 'passed', message: 'Reading without a login is allowed.' },
        { step: 'catalog', state: 'passed', message: 'It lists its repositories.' },
      ],
      {
        origin,
        host,
        passed: true,
        anonymous: input.login.kind === 'none',
        product: 'Docker Registry',
        catalog: 'open',
        durationMs: 42,
        certificates: [],
      },
      send,
      state.pageDelayMs,
    );
  };

  const api: TagboatApi = {
    app: {
      view: call('app:view', () => ok(state.app)),
      notices: stream(
        'app:notices',
        watch(() => state.notices),
      ),
      dismissNotice: call('app:dismiss-notice', ({ noticeId }) => {
        set({ notices: state.notices.filter(({ id }) => id !== noticeId) });
        return ok(null);
      }),
      copyText: call('app:copy-text', () => ok(null)),
      openLink: call('app:open-link', () => ok(null)),
      pickFile: call('app:pick-file', ({ purpose }) =>
        ok({
          file: 'file-00000000-0000-4000-8000-000000000000',
          name: purpose === 'client-key' ? 'client.key' : 'corp-ca.pem',
          sizeBytes: 1964,
          subjects: purpose === 'client-key' ? [] : ['CN=Corp root CA'],
        }),
      ),
    },
    registry: {
      list: call('registry:list', () => ok(state.registries)),
      watch: stream(
        'registry:watch',
        watch(() => state.registries),
      ),
      check: stream('registry:check', checkSteps),
      refresh: stream('registry:refresh', ({ registryId }, send) => {
        const row = state.registries.find(({ id }) => id === registryId);
        if (row === undefined)
          return failsWith(errorOf('registry-unknown', 'No such registry.'))({}, send);
        return checkSteps({ input: { address: row.host, login: { kind: 'none' } } }, send);
      }),
      add: call('registry:add', ({ input }) => {
        const row = fromInput(`added-${state.registries.length}`, input);
        set({ registries: [...state.registries, row] });
        return ok(row);
      }),
      update: call('registry:update', ({ registryId, input }) => {
        const row = fromInput(registryId, input);
        set({ registries: state.registries.map((one) => (one.id === registryId ? row : one)) });
        return ok(row);
      }),
      remove: call('registry:remove', ({ registryId }) => {
        set({ registries: state.registries.filter(({ id }) => id !== registryId) });
        return ok(null);
      }),
      protect: call('registry:protect', ({ registryId, repository, readOnly }) => {
        const rows = state.registries.map((row) => {
          if (row.id !== registryId) return row;
          if (repository === undefined) return { ...row, readOnly };
          const others = row.readOnlyRepositories.filter((name) => name !== repository);
          return { ...row, readOnlyRepositories: readOnly ? [...others, repository] : others };
        });
        set({ registries: rows });
        const row = rows.find(({ id }) => id === registryId);
        return row ? ok(row) : failed(errorOf('registry-unknown', 'No such registry.'));
      }),
      logins: call('registry:logins', () => ok(state.logins)),
    },
    repository: {
      list: stream('repository:list', ({ registryId }, send) => {
        const row = state.registries.find(({ id }) => id === registryId);
        if (row?.state.kind === 'failed') return failsWith(row.state.error)({}, send);
        const pages = chunk(state.repositories[registryId] ?? [], state.pageSize);
        return sendPages(
          pages.map((repositories) => ({ repositories })),
          { catalog: row?.catalog === 'closed' ? 'closed' : 'open', invalidCount: 0 },
          send,
          state.pageDelayMs,
        );
      }),
      add: stream('repository:add', ({ registryId, repository }, send) => {
        const known = state.repositories[registryId] ?? [];
        if (repository.startsWith('missing/')) {
          return sendPages<never, { repository: string; exists: boolean }>(
            [],
            { repository, exists: false },
            send,
          );
        }
        set({ repositories: { ...state.repositories, [registryId]: [repository, ...known] } });
        return sendPages<never, { repository: string; exists: boolean }>(
          [],
          { repository, exists: true },
          send,
        );
      }),
      forget: call('repository:forget', ({ registryId, repository }) => {
        const known = state.repositories[registryId] ?? [];
        set({
          repositories: {
            ...state.repositories,
            [registryId]: known.filter((name) => name !== repository),
          },
        });
        return ok(null);
      }),
    },
    tag: {
      list: stream('tag:list', ({ repository }, send) => {
        const tags = tagsOf(repository);
        const pages = chunk(tags, state.pageSize).map((page, at) => ({
          names: joinNames(sortTagsByVersion(page)),
          attachedTags: at === 0 ? attachedTagsOf(repository) : [],
        }));
        return sendPages(pages, { total: tags.length }, send, state.pageDelayMs);
      }),
      details: stream('tag:details', ({ tags }, send) =>
        sendPages(
          chunk(tags, 50).map((page) => ({
            details: page.filter((tag) => tag !== 'broken').map(fakeDetails),
            failures: page
              .filter((tag) => tag === 'broken')
              .map((tag) => ({
                tag,
                error: errorOf('not-found', 'The registry has no manifest for this tag.', {
                  status: 404,
                }),
              })),
          })),
          null,
          send,
          state.pageDelayMs,
        ),
      ),
    },
    image: {
      inspect: stream('image:inspect', ({ repository, reference }, send) => {
        if (reference === 'broken') {
          return failsWith(
            errorOf('not-found', 'The registry has no manifest for this tag.', { status: 404 }),
          )({}, send);
        }
        const isIndex =
          !reference.startsWith('sha256:') && fakeDetails(reference).shape === 'index';
        const image = isIndex ? fakeIndex(repository, reference) : fakeImage(repository, reference);
        return sendPages<never, typeof image>([], image, send, state.pageDelayMs);
      }),
      referrers: stream('image:referrers', (_request, send) =>
        sendPages<never, typeof fakeReferrers>([], fakeReferrers, send, state.pageDelayMs),
      ),
      blob: stream('image:blob', ({ digest }, send) =>
        sendPages<never, ReturnType<typeof fakeBlob>>(
          [],
          fakeBlob(digest),
          send,
          state.pageDelayMs,
        ),
      ),
    },
    settings: {
      get: call('settings:get', () => ok(state.settings)),
      update: call('settings:update', (patch) => {
        const settings: SettingsView = {
          theme: patch.theme ?? state.settings.theme,
          pullEngine: patch.pullEngine ?? state.settings.pullEngine,
          protectedTags: patch.protectedTags ?? state.settings.protectedTags,
          window: { ...state.settings.window, ...definedOf(patch.window ?? {}) },
        };
        set({ settings });
        return ok(settings);
      }),
    },
    task: {
      watch: stream(
        'task:watch',
        watch(() => state.tasks),
      ),
      cancel: call('task:cancel', ({ taskId }) => {
        if (!state.tasks.some(({ id }) => id === taskId))
          return failed(errorOf('not-found', 'No such task.'));
        set({
          tasks: state.tasks.map((task) =>
            task.id === taskId ? { ...task, state: 'cancelled' } : task,
          ),
        });
        return ok(null);
      }),
    },
    change: {
      plan: stream('change:plan', (request, send) => {
        lastPlan = fakePlanFor(request, request.requests);
        return sendPages<PlanProgress, PlanView>(fakePlanning, lastPlan, send, state.pageDelayMs);
      }),
      planUndo: stream('change:plan-undo', (_request, send) => {
        lastPlan = fakePlan;
        return sendPages<PlanProgress, PlanView>([], lastPlan, send, state.pageDelayMs);
      }),
      run: stream('change:run', (_request, send) =>
        sendPages<ChangeProgress, ChangeReport>(
          fakeRunOf(lastPlan),
          fakeReportOf(lastPlan),
          send,
          state.pageDelayMs,
        ),
      ),
      continue: stream('change:continue', (_request, send) =>
        sendPages<ChangeProgress, ChangeReport>(
          [fakeProgress],
          fakeReport,
          send,
          state.pageDelayMs,
        ),
      ),
      stop: call('change:stop', () => ok(null)),
      watch: stream(
        'change:watch',
        watch(() => state.changes),
      ),
      abilities: stream('change:abilities', (_request, send) =>
        sendPages<never, AbilitiesView>([], fakeAbilities, send, state.pageDelayMs),
      ),
    },
    local: createFakeLocal({ state: () => state, set, call, stream, watch, sendPages }),
  };

  return {
    api,
    state: () => state,
    set,
    recorded,
    cancelled,
    scriptStream: (channel, script) => void streamScripts.set(channel, script),
    scriptCall: (channel, script) => void callScripts.set(channel, script),
  };
};

/** Without the keys that are there but undefined. */
const definedOf = (
  patch: Partial<Record<keyof SettingsView['window'], unknown>>,
): Partial<SettingsView['window']> =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));

/** Puts a fake where the preload would put the bridge. */
export const installFakeApi = (over: Partial<FakeState> = {}): FakeApi => {
  const fake = createFakeApi(over);
  Object.defineProperty(window, 'tagboat', { value: fake.api, configurable: true });
  return fake;
};
