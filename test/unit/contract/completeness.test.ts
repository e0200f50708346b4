import { describe, expect, it, vi } from 'vitest';
import { contract, type ChannelName } from '#contract/contract';
import { errorCodes } from '#contract/result';
import { registerContract } from '#shell/ipc/register';
import type { Handlers } from '#core/services/handlers';

const exposed: {
  name: string;
  api: Record<string, Record<string, (...args: unknown[]) => unknown>>;
}[] = [];
const invoked: string[] = [];

vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld: (name: string, api: (typeof exposed)[number]['api']) =>
      exposed.push({ name, api }),
  },
  ipcRenderer: {
    on: () => undefined,
    send: () => undefined,
    invoke: (channel: string) => {
      invoked.push(channel);
      return Promise.resolve({ ok: true, value: null });
    },
  },
}));

const channels = Object.keys(contract) as ChannelName[];

/** `copy-text` → `copyText`, as the bridge names it. */
const camelCase = (verb: string): string =>
  verb.replaceAll(/-([a-z])/gu, (_dash, letter: string) => letter.toUpperCase());

describe('contract', () => {
  it('names every channel noun:verb in kebab case', () => {
    for (const channel of channels) expect(channel).toMatch(/^[a-z]+:[a-z]+(-[a-z]+)*$/u);
  });

  it('has a bridge method for every channel, which calls exactly that channel, and no other method', async () => {
    await import('../../../src/preload/index');
    expect(exposed.map(({ name }) => name)).toEqual(['tagboat']);
    const api = exposed[0]?.api ?? {};
    const methods = Object.entries(api).flatMap(([noun, verbs]) =>
      Object.keys(verbs).map((verb) => `${noun}.${verb}`),
    );
    const expected = channels.map((channel) => {
      const [noun = '', verb = ''] = channel.split(':');
      return `${noun}.${camelCase(verb)}`;
    });
    expect(methods.toSorted()).toEqual(expected.toSorted());
    for (const channel of channels) {
      const [noun = '', verb = ''] = channel.split(':');
      invoked.length = 0;
      api[noun]?.[camelCase(verb)]?.({}, () => undefined);
      expect(invoked).toEqual([channel]);
    }
  });

  it('has a handler registered for every channel and no other', () => {
    const handled: string[] = [];
    registerContract({
      ipcMain: {
        handle: (channel: string) => void handled.push(channel),
        on: () => undefined,
      },
      isTrustedSender: () => true,
      handlers: () => Promise.reject<Handlers>(new Error('not called')),
      onUnexpected: () => undefined,
    });
    expect(handled.toSorted()).toEqual(channels.toSorted());
  });

  it('refuses fields it does not know, in every request', () => {
    for (const channel of channels) {
      const parsed = contract[channel].request.safeParse({ surprise: 1 });
      expect(parsed.success, channel).toBe(false);
    }
  });

  it('has each error code once', () => {
    expect(new Set(errorCodes).size).toBe(errorCodes.length);
  });
});
