import { localRegistryId } from '#contract/local';
import type { CredentialView, RegistryState } from '#contract/registry';
import type { LocalRuntime, RuntimeView } from '#core/local-runtime/index';
import type { LocalRegistrySettings, SavedRegistry } from '#core/settings/schema';
import type { SettingsStore } from '#core/settings/settings';
import { faultToContract } from './failure';
import type { PinnedRegistry } from './kept-list';

/** The local registry as one of the list: where it is, who may in and how it is follow what runs. */
export const createLocalPinned = (
  runtime: LocalRuntime,
  settings: SettingsStore,
): PinnedRegistry => ({
  saved: () => savedFrom(runtime, settings.current().localRegistry),
  facts: () => {
    const view = runtime.state();
    return {
      state: stateOf(view),
      product: 'Tagboat local registry',
      credential: credentialOf(runtime.ownLogin()?.username),
    };
  },
  keepMarks: ({ readOnly, readOnlyRepositories = [] }) =>
    void settings.update((current) => ({
      ...current,
      localRegistry: {
        ...current.localRegistry,
        isMarked: readOnly,
        markedRepositories: readOnlyRepositories,
      },
    })),
  watch: (listener) => {
    let before = connectionOf(runtime);
    return runtime.watch(() => {
      const now = connectionOf(runtime);
      const isElsewhere = now !== before;
      before = now;
      listener(isElsewhere);
    });
  },
});

const savedFrom = (
  runtime: LocalRuntime,
  { isMarked, markedRepositories }: LocalRegistrySettings,
): SavedRegistry => {
  const { state, settings, host } = runtime.state();
  const scheme = settings.tls ? 'https' : 'http';
  const origin = state.kind === 'running' ? state.origin : `${scheme}://${host}`;
  const caPem = runtime.caPem();
  return {
    id: localRegistryId,
    name: 'Local',
    address: origin,
    host,
    origin,
    plainHttp: origin.startsWith('http:'),
    ...(caPem === undefined ? {} : { caPem }),
    trustedFingerprints: [],
    approvedRealmHosts: [],
    credential: { kind: 'none' },
    knownRepositories: [],
    catalogHint: 'open',
    readOnly: isMarked,
    readOnlyRepositories: markedRepositories,
    createdAt: new Date(0).toISOString(),
  };
};

const stateOf = ({ state, users }: RuntimeView): RegistryState => {
  switch (state.kind) {
    case 'off':
    case 'stopping':
      return { kind: 'unknown' };
    case 'starting':
      return { kind: 'checking' };
    case 'running':
      return state.silentSince === undefined
        ? { kind: 'ready', anonymous: users.length === 0 }
        : { kind: 'failed', error: faultToContract(silent) };
    case 'failed':
      return { kind: 'failed', error: faultToContract(state.error) };
  }
};

const silent = {
  code: 'registry-failed',
  message: 'The local registry does not answer. Its page offers to restart it.',
} as const;

const credentialOf = (username: string | undefined): CredentialView =>
  username === undefined
    ? { kind: 'none', keptIn: '' }
    : { kind: 'password', username, keptIn: 'memory, and made anew at each start' };

/** What a client stands on: when it changes, clients of before are of no use any more. */
export const connectionOf = (runtime: LocalRuntime): string => {
  const { state } = runtime.state();
  if (state.kind !== 'running') return '';
  const { origin, startedAt } = state;
  return JSON.stringify([origin, startedAt, runtime.caPem(), runtime.ownLogin()]);
};
