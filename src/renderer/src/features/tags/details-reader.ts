import type { TagDetailsPage } from '#contract/tag';

export type OpenDetails = (
  tags: readonly string[],
  signal: AbortSignal,
  onPage: (page: TagDetailsPage) => void,
) => Promise<unknown>;

export type VisibleReader = {
  /** The tags on screen now. What is still on its way for other tags is cancelled. */
  readonly want: (visible: readonly string[]) => void;
  readonly close: () => void;
};

type Request = { readonly waiting: Set<string>; readonly abort: AbortController };

type Ports = {
  readonly open: OpenDetails;
  readonly onPage: (page: TagDetailsPage) => void;
  /** The whole request broke; these tags got no answer. */
  readonly onFailed: (tags: readonly string[], error: unknown) => void;
  /** Which of these still have to be read. */
  readonly unread: (tags: readonly string[]) => readonly string[];
};

/**
 * Reads details for the rows on screen: one stream for what is new, and none for what has scrolled away. A request
 * that is partly wanted is cancelled and its wanted rest asked anew: main answers from its cache what it has, and the
 * registry is not asked for rows nobody sees.
 */
export const createVisibleReader = ({ open, onPage, onFailed, unread }: Ports): VisibleReader => {
  const requests = new Set<Request>();

  const start = (tags: readonly string[]): void => {
    const request: Request = { waiting: new Set(tags), abort: new AbortController() };
    requests.add(request);
    const take = (page: TagDetailsPage): void => {
      for (const { tag } of [...page.details, ...page.failures]) request.waiting.delete(tag);
      onPage(page);
    };
    const settle = (error?: unknown): void => {
      requests.delete(request);
      const isOpen = !request.abort.signal.aborted && request.waiting.size > 0;
      if (isOpen && error !== undefined) onFailed([...request.waiting], error);
    };
    open(tags, request.abort.signal, take).then(() => settle(), settle);
  };

  const cancel = (request: Request): void => {
    requests.delete(request);
    request.abort.abort();
  };

  return {
    want: (visible) => {
      const wanted = new Set(visible);
      for (const request of requests) {
        if ([...request.waiting].some((tag) => !wanted.has(tag))) cancel(request);
      }
      const onTheWay = new Set([...requests].flatMap(({ waiting }) => [...waiting]));
      const missing = unread(visible).filter((tag) => !onTheWay.has(tag));
      if (missing.length > 0) start(missing);
    },
    close: () => {
      for (const request of requests) cancel(request);
    },
  };
};
