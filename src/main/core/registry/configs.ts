import { repositoryScope } from './auth/scope';
import { readConfig, readStored } from './config-answer';
import type { ContentContext } from './context';
import type { RegistryClient } from './registry-client';
import { failure } from './words';

/** image-spec config.md: the blob that a manifest's `config` names. */
export function createConfigs(context: ContentContext): RegistryClient['getConfig'] {
  const { session, paths, limits, store } = context;
  return async (repository, descriptor, options) => {
    const stored = await readStored(store, descriptor);
    if (stored) return stored;
    if (descriptor.size > limits.configBytes) {
      const note = `The manifest says ${descriptor.size} bytes; the limit is ${limits.configBytes}.`;
      throw failure('response-too-large', { host: session.base.host, step: 'config' }, note);
    }
    const request = {
      method: 'GET',
      url: paths.blob(repository, descriptor.digest),
      step: 'config',
      scopes: [repositoryScope(repository, 'pull')],
      options,
    } as const;
    const config = readConfig(await session.fetch(request, limits.configBytes), descriptor);
    store.put(descriptor.digest, config.bytes);
    return config;
  };
}
