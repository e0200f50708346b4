import type { CatalogState, CheckReport, CheckStep } from '#contract/registry';
import { identifyProduct } from '#core/vendors/identify';
import { RegistryError, type PingReport, type RegistryClient } from '#core/registry/index';
import { isLoopbackHost } from './address';
import { toContractError } from './failure';

type Step = CheckStep['step'];

export type CheckOptions = {
  readonly host: string;
  /** Tried in order; a later one only when the earlier does not speak TLS at all. */
  readonly origins: readonly string[];
  readonly hasLogin: boolean;
  readonly clientFor: (origin: string) => Promise<RegistryClient>;
  readonly report: (step: CheckStep) => void;
  readonly signal: AbortSignal;
};

/**
 * Asks a registry whether it answers, whether its certificate is trusted, whether the login is taken, and whether it
 * lists its repositories; each step is told as it happens. Never rejects because of the registry: that is in the report.
 */
export const checkRegistry = async (options: CheckOptions): Promise<CheckReport> => {
  const startedAt = performance.now();
  let outcome: Outcome = {
    origin: options.origins[0] ?? '',
    anonymous: false,
    catalog: 'unknown',
    product: '',
  };
  for (const [index, origin] of options.origins.entries()) {
    const isLast = index === options.origins.length - 1;
    outcome = await checkOrigin(origin, options, isLast);
    const code = outcome.error instanceof RegistryError ? outcome.error.code : undefined;
    if (isLast || code !== 'tls-not-offered') break;
  }
  const { origin, anonymous, catalog, product, error } = outcome;
  const known = error === undefined ? undefined : toContractError(error);
  return {
    origin,
    host: options.host,
    passed: error === undefined,
    anonymous,
    product,
    catalog,
    durationMs: Math.round(performance.now() - startedAt),
    certificates: known?.detail.certificates ?? [],
    ...(known ? { error: known } : {}),
  };
};

type Outcome = {
  readonly origin: string;
  readonly anonymous: boolean;
  readonly catalog: CatalogState;
  readonly product: string;
  readonly error?: unknown;
};

const checkOrigin = async (
  origin: string,
  { host, hasLogin, clientFor, report, signal }: CheckOptions,
  isLast: boolean,
): Promise<Outcome> => {
  const nothing = { origin, anonymous: false, catalog: 'unknown' as const, product: '' };
  const client = await clientFor(origin);
  try {
    report({ step: 'connect', state: 'running', message: `Connecting to ${host}` });
    const ping = await client.ping({ signal });
    reportReached(origin, report);
    const product = identifyProduct(host, ping);
    const anonymous = ping.access !== 'signed-in';
    const known = { origin, anonymous, product, catalog: 'unknown' as const };
    if (!reportLogin(ping, hasLogin, host, report)) {
      return { ...known, error: loginNeeded(host) };
    }
    return { ...known, catalog: await checkCatalog(client, report, signal) };
  } catch (error) {
    if (signal.aborted) throw error;
    const code = error instanceof RegistryError ? error.code : undefined;
    if (isLast || code !== 'tls-not-offered') reportFailure(error, report);
    return { ...nothing, error };
  } finally {
    await client.close();
  }
};

const reportReached = (origin: string, report: CheckOptions['report']): void => {
  report({ step: 'connect', state: 'passed', message: 'The registry answers' });
  report({ step: 'certificate', ...encryptionOf(new URL(origin)) });
  report({ step: 'api', state: 'passed', message: 'It speaks the distribution API' });
};

const encryptionOf = ({ protocol, hostname }: URL): Pick<CheckStep, 'state' | 'message'> => {
  if (protocol === 'https:') {
    return {
      state: 'passed',
      message: 'The connection is encrypted and its certificate is trusted',
    };
  }
  return isLoopbackHost(hostname)
    ? { state: 'passed', message: 'Plain HTTP, which does not leave this computer' }
    : { state: 'warning', message: 'Plain HTTP: whoever is on the network can read along' };
};

/** False when the registry wants a login and has none. */
const reportLogin = (
  { access }: PingReport,
  hasLogin: boolean,
  host: string,
  report: CheckOptions['report'],
): boolean => {
  const step = 'login';
  if (access === 'credentials-needed') {
    report({ step, state: 'failed', message: `${host} asks for a user and a password` });
    return false;
  }
  if (access === 'signed-in') {
    report({ step, state: 'passed', message: 'The login is accepted' });
  } else if (hasLogin) {
    report({
      step,
      state: 'warning',
      message: 'The registry did not ask for the login that was given',
    });
  } else {
    report({ step, state: 'passed', message: 'No login needed to look around' });
  }
  return true;
};

const loginNeeded = (host: string): RegistryError =>
  new RegistryError('unauthorized', `${host} asks for a user and a password, and none was given.`, {
    host,
    step: 'ping',
    status: 401,
  });

const checkCatalog = async (
  client: RegistryClient,
  report: CheckOptions['report'],
  signal: AbortSignal,
): Promise<CatalogState> => {
  const step = 'catalog';
  report({ step, state: 'running', message: 'Asking for its repositories' });
  try {
    for await (const page of client.catalog({ signal })) {
      const count = page.repositories.length;
      report({
        step,
        state: 'passed',
        message: count === 0 ? 'It has no repositories yet' : 'It lists its repositories',
      });
      return 'open';
    }
    return 'open';
  } catch (error) {
    if (signal.aborted || !isClosedCatalog(error)) throw error;
    report({
      step,
      state: 'warning',
      message: 'It does not list its repositories; they can be added by name',
    });
    return 'closed';
  }
};

/** Registries that keep `_catalog` to themselves answer 401, 403, 404 or 405 (trap 23). */
export const isClosedCatalog = (error: unknown): boolean =>
  error instanceof RegistryError &&
  ['unsupported', 'unauthorized', 'denied', 'not-found'].includes(error.code);

const stepOf = (code: string): Step => {
  if (code.startsWith('tls-')) return 'certificate';
  if (code === 'credentials-rejected' || code === 'unauthorized' || code === 'realm-refused')
    return 'login';
  if (code === 'not-a-registry' || code === 'not-found' || code.startsWith('response-'))
    return 'api';
  return 'connect';
};

const reportFailure = (error: unknown, report: CheckOptions['report']): void => {
  const { code, message } = toContractError(error);
  const step = stepOf(code);
  if (step !== 'connect') report({ step: 'connect', state: 'passed', message: 'The host answers' });
  report({ step, state: 'failed', message });
};
