import type { LocalActivity, LocalView } from '#contract/local';
import type { PageOf, StreamName } from '#contract/contract';
import { bundleProgram } from './bundle-program';
import type { OpenedServices } from './open-services';
import { valueOf } from './services-steps';

let built: Promise<string> | undefined;

/** Bundles the program of the local registry's process as the real build does, once a test process. */
export function buildRegistryProgram(): Promise<string> {
  built ??= bundleProgram('src/main/shell/local-registry/process.ts', 'registry-process');
  return built;
}

/** The first page of a stream without an end that `isIt` takes. */
export function untilPage<N extends StreamName>(
  services: OpenedServices,
  name: N & ('local:watch' | 'local:activity' | 'local:log'),
  isIt: (page: PageOf<N>) => boolean,
): Promise<PageOf<N>> {
  const stop = new AbortController();
  return new Promise((resolve) => {
    void services
      .stream<StreamName>(
        name,
        {},
        {
          signal: stop.signal,
          onPage: (page) => {
            if (!isIt(page as PageOf<N>)) return;
            resolve(page as PageOf<N>);
            stop.abort();
          },
        },
      )
      .catch(() => undefined);
  });
}

export const localView = (
  services: OpenedServices,
  isIt: (view: LocalView) => boolean = () => true,
): Promise<LocalView> => untilPage(services, 'local:watch', isIt);

/** Everything that has happened once `isIt` holds for it. */
export async function activityUntil(
  services: OpenedServices,
  isIt: (entries: readonly LocalActivity[]) => boolean,
): Promise<readonly LocalActivity[]> {
  const entries: LocalActivity[] = [];
  await untilPage(services, 'local:activity', (page) => {
    entries.push(...page);
    return isIt(entries);
  });
  return entries;
}

/** Starts the local registry and gives its view when it runs. */
export async function startLocal(services: OpenedServices): Promise<LocalView> {
  valueOf(await services.call('local:start', {}));
  return localView(services, ({ state }) => state.kind === 'running');
}
