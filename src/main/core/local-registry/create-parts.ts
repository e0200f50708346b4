import { EventSource } from './events/event-source';
import { ContentGuard } from './gc/content-guard';
import { defaultLimits, type RegistryLimits } from './limits';
import type { Log, RegistryParts } from './parts';
import { Room } from './room';
import { countTotal } from './space/count-space';
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

/** Of the options of a registry, those that its parts need; described in `local-registry.ts`. */
type PartsOptions = Readonly<{
  storageDir: string;
  isReadOnly?: boolean;
  canDelete?: boolean;
  limitBytes?: number;
  limits?: Partial<RegistryLimits>;
  log?: Log;
}>;

/** The stores of a folder and what they share. Opens nothing. */
export function createParts(options: PartsOptions): RegistryParts {
  const log: Log = options.log ?? (() => undefined);
  const guard = new ContentGuard();
  const layout = new Layout(options.storageDir);
  const blobs = new BlobStore(layout);
  const manifests = new ManifestStore(layout, blobs);
  const room = new Room(options.limitBytes, () => countTotal(parts));
  const parts: RegistryParts = {
    isReadOnly: options.isReadOnly ?? false,
    canDelete: options.canDelete ?? true,
    limits: { ...defaultLimits, ...options.limits },
    layout,
    blobs,
    layers: new LayerStore(layout, blobs, guard),
    manifests,
    tags: new TagStore(layout),
    uploads: new UploadStore(layout, room),
    repositories: new RepositoryList(layout),
    referrers: new ReferrerIndex(layout, manifests),
    answers: new AnswerCache(),
    guard,
    room,
    events: new EventSource((error) => {
      const message = error instanceof Error ? error.message : String(error);
      log({ level: 'error', event: 'listener-failed', message });
    }),
    usage: new Usage(),
    log,
  };
  return parts;
}
