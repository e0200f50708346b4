import type { WebContents } from 'electron';
import type { z } from 'zod';
import { contract, type CallName, type ChannelName, type StreamName } from '#contract/contract';
import { streamCancelChannel, type StreamOpening } from '#contract/channels';
import { failed, ok, type ContractError, type Result } from '#contract/result';
import { inputInvalid, toContractError } from '#core/services/failure';
import type { Handlers } from '#core/services/handlers';
import { createStreams, type Streams, type StreamTarget } from './streams';
import type { Sender } from './sender';

type IpcEvent = Sender & { readonly sender: StreamTarget };

/** The part of Electron's ipcMain that is used here. */
type Ipc = {
  handle(channel: string, listener: (event: IpcEvent, payload: unknown) => unknown): void;
  on(channel: string, listener: (event: IpcEvent, payload: unknown) => void): unknown;
};

type Ports = {
  readonly ipcMain: Ipc;
  readonly isTrustedSender: (event: Sender) => boolean;
  /** Loaded at the first request, so that the window does not wait for what it does not need yet. */
  readonly handlers: () => Promise<Handlers>;
  /** An error nobody expected: logged in full, told to the window as `internal`. */
  readonly onUnexpected: (channel: string, error: unknown) => void;
};

const senderRefused: ContractError = {
  code: 'sender-refused',
  message: 'This page may not use Tagboat.',
  detail: {},
};

const openingOf = (payload: unknown): StreamOpening => {
  const { streamId, request } = Object(payload) as Partial<StreamOpening>;
  return { streamId: String(streamId), request };
};

type AnyHandler = (request: unknown, sink?: unknown) => unknown;

/**
 * Wires every channel of the contract to its handler: sender, then arguments, then the handler.
 * Nothing is thrown across the boundary; every answer is a `Result`.
 */
export const registerContract = (ports: Ports): Streams => {
  const streams = createStreams();
  const answer = async (
    name: ChannelName,
    work: () => Promise<unknown>,
  ): Promise<Result<unknown>> => {
    try {
      return ok(await work());
    } catch (error) {
      const known = toContractError(error);
      if (known.code === 'internal') ports.onUnexpected(name, error);
      return failed(known);
    }
  };
  // The map is typed per channel; here, where all channels pass, only "a handler of its own request" is known.
  const handlerOf = async (name: ChannelName): Promise<AnyHandler> =>
    (await ports.handlers())[name] as AnyHandler;

  const registerCall = (name: CallName, schema: z.ZodType): void =>
    ports.ipcMain.handle(name, (event, payload: unknown) => {
      if (!ports.isTrustedSender(event)) return failed(senderRefused);
      const request = schema.safeParse(payload);
      if (!request.success) return failed(inputInvalid(name, request.error));
      return answer(name, async () => (await handlerOf(name))(request.data));
    });

  const registerStream = (name: StreamName, schema: z.ZodType): void =>
    ports.ipcMain.handle(name, (event, payload) => {
      if (!ports.isTrustedSender(event)) return failed(senderRefused);
      const opening = openingOf(payload);
      const request = schema.safeParse(opening.request);
      if (!request.success) return failed(inputInvalid(name, request.error));
      const opened = streams.open(event.sender, opening.streamId, (sink) =>
        answer(name, async () => (await handlerOf(name))(request.data, sink)),
      );
      return opened ? ok(null) : failed(inputInvalid(name));
    });

  for (const name of Object.keys(contract) as ChannelName[]) {
    const channel = contract[name];
    if (channel.kind === 'call') registerCall(name as CallName, channel.request);
    else registerStream(name as StreamName, channel.request);
  }
  ports.ipcMain.on(streamCancelChannel, (event, streamId: unknown) => {
    if (ports.isTrustedSender(event)) streams.cancel(event.sender, String(streamId));
  });
  return streams;
};

/** Stops whatever a window still listens to, when it navigates, crashes or closes. */
export const cancelWithWindow = (contents: WebContents, streams: Streams): void => {
  contents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) streams.cancelAll(contents);
  });
  contents.on('render-process-gone', () => streams.cancelAll(contents));
  contents.on('destroyed', () => streams.cancelAll(contents));
};
