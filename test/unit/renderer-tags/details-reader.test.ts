import { describe, expect, it, vi } from 'vitest';
import type { TagDetails, TagDetailsPage } from '#contract/tag';
import { createVisibleReader } from '../../../src/renderer/src/features/tags/details-reader';

const page = (...tags: readonly string[]): TagDetailsPage => ({
  details: tags.map((tag): TagDetails => ({
    tag,
    digest: `sha256:${tag}`,
    mediaType: 'm',
    shape: 'image',
    artifact: { kind: 'image', label: 'Image', mediaType: 'm' },
    platforms: [],
    hasAttestations: false,
  })),
  failures: [],
});

const setUp = () => {
  const known = new Set<string>();
  const opened: {
    tags: readonly string[];
    signal: AbortSignal;
    send: (...tags: readonly string[]) => void;
    end: () => void;
    fail: (error: Error) => void;
  }[] = [];
  const onFailed = vi.fn<(tags: readonly string[], error: unknown) => void>();
  const reader = createVisibleReader({
    open: (tags, signal, onPage) =>
      new Promise((resolve, reject) => {
        opened.push({
          tags,
          signal,
          send: (...sent) => onPage(page(...sent)),
          end: () => resolve(undefined),
          fail: reject,
        });
      }),
    onPage: ({ details }) => {
      for (const { tag } of details) known.add(tag);
    },
    onFailed,
    unread: (tags) => tags.filter((tag) => !known.has(tag)),
  });
  const at = (index: number) => {
    const one = opened[index];
    if (one === undefined) throw new Error(`No stream ${index} was opened.`);
    return one;
  };
  return { reader, opened, at, onFailed };
};

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('reading the rows in view', () => {
  it('asks for all of them in one stream', () => {
    const { reader, opened, at } = setUp();
    reader.want(['a', 'b', 'c']);
    expect(opened).toHaveLength(1);
    expect(at(0).tags).toEqual(['a', 'b', 'c']);
  });

  it('does not ask again for what is on its way or known', () => {
    const { reader, opened, at } = setUp();
    reader.want(['a', 'b']);
    at(0).send('a');
    reader.want(['a', 'b', 'c']);
    expect(opened).toHaveLength(2);
    expect(at(1).tags).toEqual(['c']);
    expect(at(0).signal.aborted).toBe(false);
  });

  it('cancels what has scrolled away', () => {
    const { reader, opened, at } = setUp();
    reader.want(['a', 'b']);
    reader.want(['x', 'y']);
    expect(at(0).signal.aborted).toBe(true);
    expect(at(1).tags).toEqual(['x', 'y']);
    expect(opened).toHaveLength(2);
  });

  it('asks anew for the wanted rest of a stream that it cancels', () => {
    const { reader, at } = setUp();
    reader.want(['a', 'b', 'c']);
    at(0).send('b');
    reader.want(['b', 'c', 'd']);
    expect(at(0).signal.aborted).toBe(true);
    expect(at(1).tags).toEqual(['c', 'd']);
  });

  it('lets a stream be whose rows outside the view have come', () => {
    const { reader, opened, at } = setUp();
    reader.want(['a', 'b']);
    at(0).send('a');
    reader.want(['b']);
    expect(at(0).signal.aborted).toBe(false);
    expect(opened).toHaveLength(1);
  });

  it('reports only rows without an answer when a stream breaks', async () => {
    const { reader, at, onFailed } = setUp();
    reader.want(['a', 'b']);
    at(0).send('a');
    const error = new Error('gone');
    at(0).fail(error);
    await settle();
    expect(onFailed).toHaveBeenCalledExactlyOnceWith(['b'], error);
  });

  it('reports nothing for a stream that it cancelled itself', async () => {
    const { reader, at, onFailed } = setUp();
    reader.want(['a']);
    reader.close();
    expect(at(0).signal.aborted).toBe(true);
    at(0).fail(new Error('cancelled'));
    await settle();
    expect(onFailed).not.toHaveBeenCalled();
  });

  it('asks again after the end for what never came', async () => {
    const { reader, opened, at } = setUp();
    reader.want(['a']);
    at(0).end();
    await settle();
    reader.want(['a']);
    expect(opened).toHaveLength(2);
  });
});
