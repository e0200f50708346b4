import { EventSource } from './events/event-source';
import { ContentGuard } from './gc/content-guard';
import { createHandler, type RegistryHandler } from './handler';
import { defaultLimits, type RegistryLimits } from './limits';
import { listen, type Listening, type ListenOptions } from './listener';
import type { Log, RegistryParts } from './parts';
import { AnswerCache } from './storage/answer-cache';
import { BlobStore } from './storage/blob-store';
import { LayerStore } from './storage/layer-store';
import { Layout } from './storage/layout';
import { ManifestStore } from './storage/manifest-store';
import { ReferrerIndex } from './storage/referrer-index';
import { RepositoryList } from './storage/repository-list';
import { TagStore } from './storage/tag-store';
import { UploadStore } from './storage/upload-store';
import { Usage } from './usage';

export type LocalRegistryOptions = Readonly<{
  /** The folder; distribution's tree goes below it (its `rootdirectory`). Made when it is not there. */
  storageDir: string;
  /** Refuses every change. */
  isReadOnly?: boolean;
  /** Takes DELETE requests for tags, manifests and blobs. On unless switched off. */
  canDelete?: boolean;
  limits?: Partial<RegistryLimits>;
  log?: Log;
}>;

export type LocalRegistry = Readonly<{
  handler: RegistryHandler;
  listen: (options: ListenOptions) => Promise<Listening>;
  events: EventSource;
  close: () => Promise<void>;
}>;

/** Opens a folder as a registry. Nothing listens until `listen` is called. */
export async function createLocalRegistry(options: LocalRegistryOptions): Promise<LocalRegistry> {
  const log: Log = options.log ?? (() => undefined);
  const parts = createParts(options, log);
  const handler = createHandler(parts, () => ({ actor: undefined }));
  const listeners = new Set<Listening>();
  return {
    handler,
    events: parts.events,
    async listen(listenOptions) {
      const listening = await listen(handler, parts.limits, listenOptions);
      listeners.add(listening);
      return listening;
    },
    async close() {
      await Promise.all([...listeners].map((listening) => listening.close()));
    },
  };
}

function createParts(options: LocalRegistryOptions, log: Log): RegistryParts {
  const guard = new ContentGuard();
  const layout = new Layout(options.storageDir);
  const blobs = new BlobStore(layout);
  const manifests = new ManifestStore(layout, blobs);
  return {
    isReadOnly: options.isReadOnly ?? false,
    canDelete: options.canDelete ?? true,
    limits: { ...defaultLimits, ...options.limits },
    layout,
    blobs,
    layers: new LayerStore(layout, blobs, guard),
    manifests,
    tags: new TagStore(layout),
    uploads: new UploadStore(layout),
    repositories: new RepositoryList(layout),
    referrers: new ReferrerIndex(layout, manifests),
    answers: new AnswerCache(),
    guard,
    events: new EventSource((error) => {
      const message = error instanceof Error ? error.message : String(error);
      log({ level: 'error', event: 'listener-failed', message });
    }),
    usage: new Usage(),
    log,
  };
}
