import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StreamDelivery } from '#contract/channels';
import type { Handlers } from '#core/services/handlers';
import { registerContract } from '#shell/ipc/register';
import { createSenderCheck, originOf } from '#shell/ipc/sender';
import { ServiceFailure } from '#core/services/failure';

type Ipc = Parameters<typeof registerContract>[0]['ipcMain'];
type Invoke = Parameters<Ipc['handle']>[1];
type Listen = Parameters<Ipc['on']>[1];

const setUp = (handlers: Partial<Handlers>, isTrusted = true) => {
  const handle = new Map<string, Invoke>();
  const listeners = new Map<string, Listen>();
  const unexpected: string[] = [];
  const sent: StreamDelivery[] = [];
  const window = {
    id: 1,
    isDestroyed: () => false,
    send: (_channel: string, delivery: StreamDelivery) => void sent.push(delivery),
  };
  const streams = registerContract({
    ipcMain: {
      handle: (channel: string, listener: Invoke) => void handle.set(channel, listener),
      on: (channel: string, listener: Listen) => void listeners.set(channel, listener),
    },
    isTrustedSender: () => isTrusted,
    handlers: () => Promise.resolve(handlers as Handlers),
    onUnexpected: (channel) => void unexpected.push(channel),
  });
  return {
    streams,
    unexpected,
    sent,
    window,
    invoke: (channel: string, payload: unknown) =>
      Promise.resolve(handle.get(channel)?.({ sender: window, senderFrame: null }, payload)),
    cancel: (streamId: string) =>
      listeners.get('stream:cancel')?.({ sender: window, senderFrame: null }, streamId),
  };
};

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('calls', () => {
  it('answers with a result', async () => {
    const { invoke } = setUp({ 'registry:list': () => [] });
    expect(await invoke('registry:list', {})).toEqual({ ok: true, value: [] });
  });

  it('refuses a stranger before it looks at the arguments', async () => {
    const { invoke } = setUp({ 'registry:list': () => [] }, false);
    expect(await invoke('registry:list', { surprise: 1 })).toMatchObject({
      ok: false,
      error: { code: 'sender-refused' },
    });
  });

  it('refuses what does not fit the schema, names the field and repeats no value', async () => {
    const { invoke } = setUp({ 'registry:remove': () => null });
    const answer = await invoke('registry:remove', { registryId: 'SECRET VALUE' });
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'input-invalid', detail: { field: 'registryId' } },
    });
    expect(JSON.stringify(answer)).not.toContain('SECRET');
  });

  it('sends a known failure as data', async () => {
    const { invoke } = setUp({
      'registry:remove': () => {
        throw new ServiceFailure('registry-unknown', 'Gone.', { host: 'a' });
      },
    });
    expect(await invoke('registry:remove', { registryId: 'a' })).toEqual({
      ok: false,
      error: { code: 'registry-unknown', message: 'Gone.', detail: { host: 'a' } },
    });
  });

  it('keeps the text of an unexpected error out of the window and reports it', async () => {
    const { invoke, unexpected } = setUp({
      'registry:list': () => {
        throw new Error('password is hunter2');
      },
    });
    const answer = await invoke('registry:list', {});
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(unexpected).toEqual(['registry:list']);
  });
});

describe('streams', () => {
  const request = { registryId: 'a', repository: 'team/app' };

  it('sends pages and one end, in order', async () => {
    const { invoke, sent } = setUp({
      'tag:list': async (_request, { page }) => {
        page({ names: '1', attachedTags: [] });
        return { total: 1 };
      },
    });
    const streamId = randomUUID();
    expect(await invoke('tag:list', { streamId, request })).toEqual({ ok: true, value: null });
    await settle();
    expect(sent.map(({ event }) => event)).toEqual([
      { kind: 'page', page: { names: '1', attachedTags: [] } },
      { kind: 'end', value: { total: 1 } },
    ]);
  });

  it('stops the work and sends nothing more after a cancel', async () => {
    let aborted = false;
    const { invoke, cancel, sent } = setUp({
      'tag:list': async (_request, { page, signal }) => {
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve();
          }),
        );
        page({ names: 'late', attachedTags: [] });
        return { total: 0 };
      },
    });
    const streamId = randomUUID();
    await invoke('tag:list', { streamId, request });
    await settle();
    cancel(streamId);
    await settle();
    expect(aborted).toBe(true);
    expect(sent).toEqual([]);
  });

  it('cancels everything a window listens to when it goes', async () => {
    const aborted: string[] = [];
    const { invoke, streams, window } = setUp({
      'tag:list': async ({ repository }, { signal }) => {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        aborted.push(repository);
        return { total: 0 };
      },
    });
    await invoke('tag:list', { streamId: randomUUID(), request });
    await invoke('tag:list', { streamId: randomUUID(), request });
    await settle();
    streams.cancelAll(window);
    await settle();
    expect(aborted).toHaveLength(2);
  });

  it('refuses a malformed or reused stream id, and a missing payload', async () => {
    const { invoke } = setUp({ 'tag:list': () => new Promise(() => undefined) });
    const streamId = randomUUID();
    expect(await invoke('tag:list', { streamId, request })).toMatchObject({ ok: true });
    expect(await invoke('tag:list', { streamId, request })).toMatchObject({ ok: false });
    expect(await invoke('tag:list', { streamId: '../x', request })).toMatchObject({ ok: false });
    expect(await invoke('tag:list', undefined)).toMatchObject({ ok: false });
  });
});

describe('sender check', () => {
  const check = createSenderCheck('tagboat://app');
  const frame = (url: string, parent: object | null = null) =>
    ({ senderFrame: { url, parent } }) as Parameters<typeof check>[0];

  it('takes only the main frame of the app itself', () => {
    expect(check(frame('tagboat://app/index.html'))).toBe(true);
    expect(check(frame('tagboat://app/index.html', {}))).toBe(false);
    expect(check(frame('about:blank'))).toBe(false);
    expect(check(frame(''))).toBe(false);
    expect(check(frame('tagboat://app.evil.example/'))).toBe(false);
    expect(check(frame('https://app/'))).toBe(false);
    expect(check({ senderFrame: null })).toBe(false);
  });

  it('compares scheme and host, because custom schemes have no origin of their own', () => {
    expect(originOf('tagboat://app/a?b#c')).toBe('tagboat://app');
    expect(originOf('not a url')).toBeUndefined();
  });
});
