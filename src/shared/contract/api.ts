import type { StreamEvent } from './channel';
import type { AnswerOf, CallName, EndOf, PageOf, RequestOf, StreamName } from './contract';
import type { Result } from './result';

/** `registry:add` → ['registry', 'add']; `app:copy-text` → ['app', 'copyText']. */
type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;
type Noun<N extends string> = N extends `${infer Noun}:${string}` ? Noun : never;
type Verb<N extends string> = N extends `${string}:${infer Verb}` ? CamelCase<Verb> : never;

/** Stops a stream: nothing more arrives, and main stops working on it. */
export type CancelStream = () => void;

export type CallMethod<N extends CallName> = (
  request: RequestOf<N>,
) => Promise<Result<AnswerOf<N>>>;

export type StreamMethod<N extends StreamName> = (
  request: RequestOf<N>,
  listener: (event: StreamEvent<PageOf<N>, EndOf<N>>) => void,
) => CancelStream;

type Method<N extends CallName | StreamName> = N extends CallName
  ? CallMethod<N>
  : N extends StreamName
    ? StreamMethod<N>
    : never;

/** `window.tagboat`: one named method a channel, nothing generic. */
export type TagboatApi = {
  readonly [K in Noun<CallName | StreamName>]: {
    readonly [N in Extract<CallName | StreamName, `${K}:${string}`> as Verb<N>]: Method<N>;
  };
};
