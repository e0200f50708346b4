import type { LocalState, LocalView } from '#contract/local';
import type { RuntimeState, RuntimeView } from '#core/local-runtime/index';
import { faultToContract } from './failure';

/** The local registry as the window sees it. */
export const viewOfLocal = ({
  state,
  settings: { folder: _folder, ...settings },
  host,
  folder,
  space,
  users,
  ...rest
}: RuntimeView): LocalView => ({
  state: viewOfState(state),
  settings: {
    port: settings.port,
    reach: settings.reach,
    tls: settings.tls,
    hostNames: settings.hostNames,
    readOnly: settings.readOnly,
    canDelete: settings.canDelete,
    startsWithApp: settings.startsWithApp,
    staysInTray: settings.staysInTray,
    webhookUrl: settings.webhookUrl,
    logLevel: settings.logLevel,
    limitBytes: settings.limitBytes,
  },
  host,
  folder,
  space,
  users,
  ...rest,
});

const viewOfState = (state: RuntimeState): LocalState =>
  state.kind === 'failed' ? { ...state, error: faultToContract(state.error) } : state;
