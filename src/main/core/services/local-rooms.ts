import type { AppView } from '#contract/app';
import type { ContractError } from '#contract/result';
import type { Certificates } from '#core/certificates/index';
import type { LocalRuntime } from '#core/local-runtime/index';
import type { Tasks } from '#core/tasks/tasks';
import type { Clients } from './clients';
import type { Handlers } from './handlers';
import { createLocalHandlers } from './local';
import { createLocalEngineHandlers } from './local-engines';
import { createLocalFolderHandlers, type FolderDesktop } from './local-folder';
import { createPlaces } from './local-places';
import { createLocalGraduateHandlers } from './local-graduate';
import type { LocalStart } from './local-start';
import { createLocalUseHandlers } from './local-use';
import { createLocalWork } from './local-work';

type LocalHandlers = Pick<Handlers, Extract<keyof Handlers, `local:${string}`>>;

type Ports = {
  readonly runtime: LocalRuntime;
  readonly certificates: Certificates;
  readonly platform: AppView['platform'];
  readonly desktop: FolderDesktop;
  readonly clients: Clients;
  readonly tasks: Tasks<ContractError>;
  readonly localStart: LocalStart;
};

/** Every channel of the local registry. */
export const createLocalRooms = ({ localStart: start, tasks, ...ports }: Ports): LocalHandlers => {
  const shared = { ...ports, start, work: createLocalWork(tasks), places: createPlaces() };
  return {
    ...createLocalHandlers(shared),
    ...createLocalFolderHandlers(shared),
    ...createLocalUseHandlers(shared),
    ...createLocalEngineHandlers(shared),
    ...createLocalGraduateHandlers(shared),
  };
};
