import type { RegistryEvent } from '#core/local-registry/index';
import type { Activity } from '../view';
import { countOf, formatBytes } from '../words';

/** Layers that came and whose manifest did not come yet. */
const maxAwaited = 10_000;
/** Lines that one message to the window takes; pulls beyond it are only counted. */
const maxPulls = 100;
const maxEntries = 1000;
const maxChanged = 1000;
const blobType = 'application/octet-stream';

export type ActivityBatch = {
  readonly entries: readonly Activity[];
  /** Repositories whose content changed; null: too many to name. */
  readonly changed: readonly string[] | null;
};

/** How a layer came to be here. */
type Arrival = 'pushed' | 'mounted';

/**
 * Makes lines for a person out of the registry's events: one for each manifest pushed, pulled or deleted. Layers are told
 * in the line of the manifest that names them, pulls of the same thing are counted in one line.
 */
export class ActivityFold {
  readonly #awaited = new Map<string, Arrival>();
  #entries: Activity[] = [];
  readonly #pulls = new Map<string, { at: number; count: number }>();
  #morePulls = 0;
  #changed: Set<string> | null = new Set();
  #lastPush: { key: string; outcome: string | undefined } | undefined;

  get isEmpty(): boolean {
    return this.#entries.length === 0 && this.#morePulls === 0 && this.#changed?.size === 0;
  }

  add(event: RegistryEvent): void {
    const { action, mediaType } = event;
    if (action === 'mount' || (action === 'push' && mediaType === blobType)) {
      this.#await(event, action === 'mount' ? 'mounted' : 'pushed');
    } else if (action === 'pull') {
      if (mediaType !== blobType) this.#addPull(event);
    } else {
      this.#noteChange(event.repository);
      const outcome = action === 'push' ? this.#describePush(event) : undefined;
      this.append(toEntry(event, outcome));
    }
  }

  /** Adds a line of the registry's own. */
  append(entry: Activity): void {
    if (this.#entries.length < maxEntries) this.#entries.push(entry);
    else this.#changed = null;
  }

  /** Nothing is known any more of what is in which repository. */
  noteChangeAnywhere(): void {
    this.#changed = null;
  }

  /** What came since the last call. */
  take(): ActivityBatch {
    const entries = this.#entries;
    const changed = this.#changed === null ? null : [...this.#changed];
    for (const { at, count } of this.#pulls.values()) {
      const entry = entries[at];
      if (entry !== undefined && count > 1) entries[at] = { ...entry, outcome: `${count} times` };
    }
    const last = entries.at(-1);
    if (this.#morePulls > 0 && last !== undefined) {
      const { id, at } = last;
      const outcome = `${this.#morePulls} more pulls`;
      const rest = { action: 'pull', client: 'several clients', isOwn: false } as const;
      entries.push({ ...rest, id: `${id}-more`, at, outcome });
    }
    this.#entries = [];
    this.#pulls.clear();
    this.#morePulls = 0;
    this.#changed = new Set();
    return { entries, changed };
  }

  #await({ repository, digest = '' }: RegistryEvent, arrival: Arrival): void {
    this.#awaited.set(keyOf(repository, digest), arrival);
    if (this.#awaited.size <= maxAwaited) return;
    const [oldest] = this.#awaited.keys();
    if (oldest !== undefined) this.#awaited.delete(oldest);
  }

  #addPull(event: RegistryEvent): void {
    const { repository, tag, digest, actor = '', request } = event;
    const key = [repository, tag ?? digest, actor, request.userAgent].join('\n');
    const known = this.#pulls.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#pulls.size >= maxPulls) this.#morePulls += 1;
    else {
      this.#pulls.set(key, { at: this.#entries.length, count: 1 });
      this.append(toEntry(event, undefined));
    }
  }

  #noteChange(repository: string): void {
    if (this.#changed === null) return;
    this.#changed.add(repository);
    if (this.#changed.size > maxChanged) this.#changed = null;
  }

  /** A manifest with several tags comes once for each: all of them brought what the first one did. */
  #describePush(event: RegistryEvent): string | undefined {
    const { repository, digest = '', layers, childCount } = event;
    const key = keyOf(repository, digest);
    if (this.#lastPush?.key === key) return this.#lastPush.outcome;
    const outcome =
      childCount === undefined
        ? this.#describeLayers(repository, layers ?? [])
        : `an index of ${countOf(childCount, 'manifest')}`;
    this.#lastPush = { key, outcome };
    return outcome;
  }

  #describeLayers(
    repository: string,
    layers: NonNullable<RegistryEvent['layers']>,
  ): string | undefined {
    if (layers.length === 0) return undefined;
    let newCount = 0;
    let newBytes = 0;
    let mountedCount = 0;
    for (const { digest, sizeBytes } of layers) {
      const key = keyOf(repository, digest);
      const arrival = this.#awaited.get(key);
      this.#awaited.delete(key);
      if (arrival === 'mounted') mountedCount += 1;
      if (arrival !== 'pushed') continue;
      newCount += 1;
      newBytes += sizeBytes;
    }
    const mounted = mountedCount === 0 ? '' : ` · ${mountedCount} from another repository`;
    if (newCount === 0) return `no new layers${mounted}`;
    const were = newCount === 1 ? 'was' : 'were';
    return `${newCount} of ${countOf(layers.length, 'layer')} ${were} new · ${formatBytes(newBytes)}${mounted}`;
  }
}

const keyOf = (repository: string, digest: string): string => `${repository}@${digest}`;

function toEntry(event: RegistryEvent, outcome: string | undefined): Activity {
  const { id, timestamp, action, repository, tag, digest, actor, layers } = event;
  const client = clientName(event.request.userAgent);
  // The bytes of a manifest alone say nothing to a person; those of its layers do.
  const sizeBytes = layers?.reduce((sum, layer) => sum + layer.sizeBytes, 0);
  return {
    id,
    at: timestamp,
    action,
    repository,
    client,
    isOwn: client.startsWith('Tagboat/'),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(actor === undefined ? {} : { user: actor }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

/** The first product of a User-Agent: `podman/5.2.0 (…)` is podman/5.2.0. */
function clientName(userAgent: string): string {
  const [product = ''] = userAgent
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
    .split(/[\s(]/u);
  return product === '' ? 'an unnamed client' : product.slice(0, 60);
}
