import type { z } from 'zod';
import type { ContractError } from './result';

/** A channel that answers once, from what main already knows or can find out locally. */
export type CallChannel<Request, Answer> = {
  readonly kind: 'call';
  readonly request: z.ZodType<Request>;
  /** Only a type: answers come from main, which is trusted. */
  readonly answer?: Answer;
};

/** A channel whose work can take over a second: it sends pages, ends once, and can be cancelled down to the socket. */
export type StreamChannel<Request, Page, End> = {
  readonly kind: 'stream';
  readonly request: z.ZodType<Request>;
  readonly page?: Page;
  readonly end?: End;
};

export type StreamEvent<Page, End> =
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'end'; readonly value: End }
  | { readonly kind: 'failed'; readonly error: ContractError };

type CallWith<Answer> = {
  readonly with: <Request>(request: z.ZodType<Request>) => CallChannel<Request, Answer>;
};

type StreamWith<Page, End> = {
  readonly with: <Request>(request: z.ZodType<Request>) => StreamChannel<Request, Page, End>;
};

/** Declares a call; `Answer` is the type of what comes back. */
export const call = <Answer>(): CallWith<Answer> => ({
  with: (request) => ({ kind: 'call', request }),
});

/** Declares a stream of pages with one value at its end. */
export const stream = <Page, End>(): StreamWith<Page, End> => ({
  with: (request) => ({ kind: 'stream', request }),
});
