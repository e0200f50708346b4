import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventSource } from './events/event-source';
import type { ContentGuard } from './gc/content-guard';
import type { RegistryLimits } from './limits';
import type { Room } from './room';
import type { AnswerCache } from './storage/answer-cache';
import type { BlobStore } from './storage/blob-store';
import type { LayerStore } from './storage/layer-store';
import type { Layout } from './storage/layout';
import type { ManifestStore } from './storage/manifest-store';
import type { ReferrerIndex } from './storage/referrer-index';
import type { RepositoryList } from './storage/repository-list';
import type { TagStore } from './storage/tag-store';
import type { UploadStore } from './storage/upload-store';
import type { Usage } from './usage';

/** One line of the registry's log. `event` is a stable name, the rest is what a reader needs to act. */
export type LogEntry = Readonly<{
  level: 'info' | 'warn' | 'error';
  event: string;
  message: string;
  fields?: Readonly<Record<string, string | number | boolean>>;
}>;

export type Log = (entry: LogEntry) => void;

/** Everything the verbs work with; put together once in `local-registry.ts`. */
export type RegistryParts = Readonly<{
  isReadOnly: boolean;
  canDelete: boolean;
  limits: RegistryLimits;
  layout: Layout;
  blobs: BlobStore;
  layers: LayerStore;
  manifests: ManifestStore;
  tags: TagStore;
  uploads: UploadStore;
  repositories: RepositoryList;
  referrers: ReferrerIndex;
  answers: AnswerCache;
  guard: ContentGuard;
  room: Room;
  events: EventSource;
  usage: Usage;
  log: Log;
}>;

/** One request on its way to its answer. */
export type Exchange = Readonly<{
  req: IncomingMessage;
  res: ServerResponse;
  /** Path and query as sent. */
  url: string;
  query: URLSearchParams;
  /** Undefined in an open registry. */
  actor: string | undefined;
  /** Asks a client that sent `Expect: 100-continue` for its body. To be called before a body is read. */
  acceptBody: () => void;
}>;

/** What a verb group offers for one address: an answer per method. */
export type Verbs<RouteOfKind> = Readonly<
  Partial<
    Record<
      'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
      (parts: RegistryParts, exchange: Exchange, route: RouteOfKind) => Promise<void>
    >
  >
>;
