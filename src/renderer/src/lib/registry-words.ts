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
  switch (state.kind) {
    case 'ready':
      return 'ready';
    case 'failed':
      return needsTheUser.has(state.error.code) ? 'warning' : 'failed';
    case 'checking':
      return 'checking';
    case 'unknown':
      return 'unknown';
  }
};

/** The state of a registry in a few words, for the hint of its dot and for the status bar. */
export const stateWords = ({ state, credential }: RegistryView): string => {
  switch (state.kind) {
    case 'ready':
      if (state.anonymous || credential.kind === 'none') return 'Connected, without a login';
      return credential.username === undefined
        ? 'Connected, logged in'
        : `Connected as ${credential.username}`;
    case 'failed':
      return errorWords[state.error.code].title;
    case 'checking':
      return 'Connecting';
    case 'unknown':
      return 'Not asked yet';
  }
};
