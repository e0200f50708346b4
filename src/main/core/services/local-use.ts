import { readFile } from 'node:fs/promises';
import { homedir, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { AppView } from '#contract/app';
import type { LocalTrust } from '#contract/local-guide';
import type { Certificates } from '#core/certificates/index';
import type { GuideEngine, LocalPlace } from '#core/local-guides/index';
import type { LocalRuntime } from '#core/local-runtime/index';
import type { Handlers } from './handlers';

type UseHandlers = Pick<Handlers, `local:${'exposure' | 'guides' | 'trust'}`>;

export type UsePorts = {
  readonly runtime: LocalRuntime;
  readonly certificates: Certificates;
  readonly platform: AppView['platform'];
};

/** How others reach and trust the registry. All of it is text: nothing is applied. */
export const createLocalUseHandlers = (ports: UsePorts): UseHandlers => ({
  'local:exposure': async () => {
    const { describeExposure, networkAddresses } = await import('#core/local-guides/index');
    const { settings, users } = ports.runtime.state();
    const { tls, readOnly, canDelete, hostNames } = settings;
    return describeExposure({
      port: portOf(ports.runtime),
      tls,
      readOnly,
      canDelete,
      hostNames,
      users,
      networkAddresses: networkAddresses(networkInterfaces()),
    });
  },
  'local:guides': async () => {
    const { makeGuides } = await import('#core/local-guides/index');
    return makeGuides(await readPlace(ports, await findEngines()));
  },
  'local:trust': () => describeTrust(ports),
});

/** Makes the authority when there is none yet: who wants to trust it first needs it. */
const describeTrust = async (ports: UsePorts): Promise<LocalTrust> => {
  const { makeTrustGuides } = await import('#core/local-guides/index');
  const { certificatePem, fingerprint, expiresAt, file } = await ports.certificates.authority();
  const place = await readPlace(ports, await findEngines());
  return {
    caPem: certificatePem,
    caFingerprint: fingerprint,
    caExpiresAt: expiresAt,
    guides: makeTrustGuides({ ...place, caFile: file }, fingerprint),
  };
};

/** Everything the guides depend on, as it is now. */
export const readPlace = async (
  { runtime, certificates, platform }: UsePorts,
  engines: readonly GuideEngine[],
): Promise<LocalPlace> => {
  const { networkAddresses } = await import('#core/local-guides/index');
  const { settings, users, certificate } = runtime.state();
  const [authority, dockerDaemonJson] = await Promise.all([
    certificates.existingAuthority(),
    readDaemonJson(),
  ]);
  return {
    platform,
    port: portOf(runtime),
    reach: settings.reach,
    tls: settings.tls,
    users,
    certificateNames: certificate?.hostNames ?? [],
    networkAddresses: networkAddresses(networkInterfaces()),
    engines,
    ...(dockerDaemonJson === undefined ? {} : { dockerDaemonJson }),
    ...(authority === undefined ? {} : { caFile: authority.file }),
  };
};

const findEngines = async (): Promise<readonly GuideEngine[]> =>
  (await (await import('#core/engines/index')).findEngines()).engines;

const portOf = (runtime: LocalRuntime): number => {
  const { state, settings } = runtime.state();
  return state.kind === 'running' ? state.port : settings.port;
};

/** Docker Desktop's settings of its engine, where there are any. */
const readDaemonJson = (): Promise<string | undefined> =>
  readFile(join(homedir(), '.docker/daemon.json'), 'utf8').catch(() => undefined);
