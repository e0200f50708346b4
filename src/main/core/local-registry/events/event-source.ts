/** What happened to content, in the words of distribution's notifications. */
export type RegistryAction = 'push' | 'pull' | 'mount' | 'delete';

export type RegistryEvent = Readonly<{
  id: string;
  /** ISO 8601. */
  timestamp: string;
  action: RegistryAction;
  repository: string;
  digest?: string;
  tag?: string;
  mediaType?: string;
  sizeBytes?: number;
  /** Where a mounted blob came from. */
  fromRepository?: string;
  /** Of a pushed image; not part of distribution's envelope. */
  layers?: readonly Readonly<{ digest: string; sizeBytes: number }>[];
  /** Of a pushed index: how many manifests it names; not part of distribution's envelope. */
  childCount?: number;
  /** Where the content can be pulled. */
  url?: string;
  request: Readonly<{
    id: string;
    address: string;
    host: string;
    method: string;
    userAgent: string;
  }>;
  /** The user who did it; undefined in an open registry. */
  actor?: string;
}>;

export type EventListener = (event: RegistryEvent) => void;

/** The registry's emitter. A listener that throws is reported and does not stop the request or the other listeners. */
export class EventSource {
  readonly #listeners = new Set<EventListener>();

  constructor(readonly onListenerError: (error: unknown) => void) {}

  /** False while nobody listens, so that the fast paths need not build events. */
  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  emit(event: RegistryEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.onListenerError(error);
      }
    }
  }
}
