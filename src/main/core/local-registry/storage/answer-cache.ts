import type { UsageEntry } from '../usage';
import { BoundedMap } from './bounded-map';

/** A manifest answer, ready to be sent: nothing is looked up, built or awaited for the second client that asks. */
export type ManifestAnswer = Readonly<{
  name: string;
  /** The tag asked for; undefined when asked by digest. */
  tag: string | undefined;
  digest: string;
  mediaType: string;
  bytes: Buffer;
  /** Names and values in turn, as node:http takes them without further work. */
  headers: readonly string[];
  usage: UsageEntry;
  expiresAtMs: number;
}>;

const cachedBytes = 16 * 1024 * 1024;
/** Something else may have changed the folder; after this time the links are read again. */
export const answerLifeMs = 2000;

/**
 * Manifest answers by request URL. Every write to manifests or tags of a repository drops its answers; an answer that
 * was being looked up during any write is not kept, because it may be from before it.
 */
export class AnswerCache {
  readonly #byRepository = new Map<string, Set<string>>();
  readonly #answers = new BoundedMap<ManifestAnswer>(cachedBytes, (url, answer) => {
    this.#unlist(url, answer.name);
  });
  #writes = 0;

  /** Pass to `remember` what this was before the look-up began. */
  get writes(): number {
    return this.#writes;
  }

  get(url: string): ManifestAnswer | undefined {
    return this.#answers.peek(url);
  }

  remember(url: string, answer: ManifestAnswer, writesBefore: number): void {
    if (this.#writes !== writesBefore) return;
    this.#answers.set(url, answer, answer.bytes.byteLength + 2 * url.length + 1024);
    const urls = this.#byRepository.get(answer.name);
    if (urls === undefined) this.#byRepository.set(answer.name, new Set([url]));
    else urls.add(url);
  }

  /** To be called before and after a write to `name`. */
  forget(name: string): void {
    this.#writes += 1;
    const urls = this.#byRepository.get(name);
    if (urls === undefined) return;
    this.#byRepository.delete(name);
    for (const url of urls) this.#answers.delete(url);
  }

  forgetAll(): void {
    this.#writes += 1;
    this.#byRepository.clear();
    this.#answers.clear();
  }

  #unlist(url: string, name: string): void {
    const urls = this.#byRepository.get(name);
    if (urls === undefined) return;
    urls.delete(url);
    if (urls.size === 0) this.#byRepository.delete(name);
  }
}
