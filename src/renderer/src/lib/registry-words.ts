import type { RegistryState, RegistryView } from '#contract/registry';
import type { ErrorCode } from '#contract/result';
import { errorWords } from './errors';

export type Dot = 'ready' | 'warning' | 'failed' | 'checking' | 'unknown';

/** Failures that the user can end by logging in, trusting or allowing something: amber, not red. */
const needsTheUser: ReadonlySet<ErrorCode> = new Set([
  'credentials-rejected',
  'credentials-unavailable',
  'unauthorized',
  'realm-refused',
  'tls-untrusted',
  'plain-http-refused',
]);

export const dotOf = (state: RegistryState): Dot => {
  if (state.kind !== 'failed') return state.kind;
  return needsTheUser.has(state.error.code) ? 'warning' : 'failed';
};

const readyWords = ({ credential }: RegistryView, isAnonymous: boolean): string => {
  if (isAnonymous || credential.kind === 'none') return 'Connected, without a login';
  return credential.username === undefined
    ? 'Connected, logged in'
    : `Connected as ${credential.username}`;
};

/** The state of a registry in a few words, for the hint of its dot and for the status bar. */
export const stateWords = (registry: RegistryView): string => {
  const { state } = registry;
  if (state.kind === 'ready') return readyWords(registry, state.anonymous);
  if (state.kind === 'failed') return errorWords[state.error.code].title;
  return state.kind === 'checking' ? 'Connecting' : 'Not asked yet';
};
