import { localRegistryId } from '#contract/local';
import { type EngineTestStep, type GuideTarget } from '#contract/local-guide';
import { parseRepositoryName } from '#oci/repository-name';
import { parseTag } from '#oci/tag';
import type { PullTarget } from '#core/engines/index';
import type { Clients } from './clients';
import { ServiceFailure } from './failure';
import type { Handlers, StreamSink } from './handlers';
import { readPlace, type UsePorts } from './local-use';

type EngineHandlers = Pick<Handlers, 'local:test-engine'>;

type Ports = UsePorts & { readonly clients: Clients };

/** Lets an engine that was found pull from the registry, under the address that its guide names. */
export const createLocalEngineHandlers = (ports: Ports): EngineHandlers => ({
  'local:test-engine': ({ target }, sink) => testTarget(ports, target, sink),
});

const testTarget = async (
  ports: Ports,
  target: GuideTarget,
  { page, signal }: StreamSink<EngineTestStep>,
): Promise<{ readonly passed: boolean }> => {
  const { findEngines, testEngine } = await import('#core/engines/index');
  const { makeGuides } = await import('#core/local-guides/index');
  const { engines } = await findEngines(undefined, { signal });
  const guides = makeGuides(await readPlace(ports, engines));
  const guide = guides.find((one) => one.target === target);
  const engine = engines.find(({ socket }) => socket === guide?.engine?.socket);
  if (guide === undefined || engine === undefined) {
    throw new ServiceFailure(
      'not-found',
      `No running engine was found for ${guide?.title ?? target}. Start it and test again.`,
    );
  }
  const steps = testEngine(engine, await pullTarget(ports, guide.address, signal), { signal });
  for (let step = await steps.next(); ; step = await steps.next()) {
    if (step.done === true) return step.value;
    page(step.value);
  }
};

/** The smallest of the sample images, where it is there. */
const sample = { repository: parseRepositoryName('samples/hello'), tag: parseTag('1.0.0') };

const pullTarget = async (
  { runtime, clients }: Ports,
  address: string,
  signal: AbortSignal,
): Promise<PullTarget> => {
  // Throws in plain words when the registry is off: an engine would only say that nobody listens.
  const client = await clients.of(localRegistryId);
  const found = await client.headManifest(sample.repository, sample.tag, { signal });
  const login = runtime.ownLogin();
  return {
    address,
    tls: runtime.state().settings.tls,
    ...(login === undefined ? {} : { login }),
    ...(found === undefined ? {} : { sample }),
  };
};
