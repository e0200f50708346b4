import { contextBridge, ipcRenderer } from 'electron';
import type { CallMethod, StreamMethod, TagboatApi } from '../shared/contract/api';
import type { StreamEvent } from '../shared/contract/channel';
import {
  streamCancelChannel,
  streamEventChannel,
  type StreamDelivery,
  type StreamOpening,
} from '../shared/contract/channels';
import type { AnswerOf, CallName, StreamName } from '../shared/contract/contract';
import type { Result } from '../shared/contract/result';

type Listener = (event: StreamEvent<unknown, unknown>) => void;

const listeners = new Map<string, Listener>();

ipcRenderer.on(streamEventChannel, (_event, delivery: StreamDelivery) => {
  const event = delivery.event as StreamEvent<unknown, unknown>;
  const listener = listeners.get(delivery.streamId);
  if (event.kind !== 'page') listeners.delete(delivery.streamId);
  listener?.(event);
});

const call =
  <N extends CallName>(name: N): CallMethod<N> =>
  (request) =>
    ipcRenderer.invoke(name, request) as Promise<Result<AnswerOf<N>>>;

const stream =
  <N extends StreamName>(name: N): StreamMethod<N> =>
  (request, listener) => {
    const streamId = crypto.randomUUID();
    listeners.set(streamId, listener as Listener);
    const opening: StreamOpening = { streamId, request };
    const opened = ipcRenderer.invoke(name, opening) as Promise<Result<null>>;
    void opened.then((result) => {
      if (result.ok || !listeners.delete(streamId)) return;
      listener({ kind: 'failed', error: result.error });
    });
    return () => {
      if (listeners.delete(streamId)) ipcRenderer.send(streamCancelChannel, streamId);
    };
  };

/** The whole bridge: one named method a channel. A test holds it against the contract. */
const api = {
  app: {
    view: call('app:view'),
    notices: stream('app:notices'),
    dismissNotice: call('app:dismiss-notice'),
    copyText: call('app:copy-text'),
    openLink: call('app:open-link'),
    pickFile: call('app:pick-file'),
  },
  registry: {
    list: call('registry:list'),
    watch: stream('registry:watch'),
    check: stream('registry:check'),
    refresh: stream('registry:refresh'),
    add: call('registry:add'),
    update: call('registry:update'),
    remove: call('registry:remove'),
    protect: call('registry:protect'),
    logins: call('registry:logins'),
  },
  repository: {
    list: stream('repository:list'),
    add: stream('repository:add'),
    forget: call('repository:forget'),
  },
  tag: { list: stream('tag:list'), details: stream('tag:details') },
  image: {
    inspect: stream('image:inspect'),
    referrers: stream('image:referrers'),
    blob: stream('image:blob'),
  },
  settings: { get: call('settings:get'), update: call('settings:update') },
  task: { watch: stream('task:watch'), cancel: call('task:cancel') },
  change: {
    plan: stream('change:plan'),
    planUndo: stream('change:plan-undo'),
    run: stream('change:run'),
    continue: stream('change:continue'),
    stop: call('change:stop'),
    watch: stream('change:watch'),
    abilities: stream('change:abilities'),
  },
  local: {
    watch: stream('local:watch'),
    start: call('local:start'),
    stop: call('local:stop'),
    configure: call('local:configure'),
    addUser: call('local:add-user'),
    removeUser: call('local:remove-user'),
    exposure: call('local:exposure'),
    activity: stream('local:activity'),
    log: stream('local:log'),
    space: stream('local:space'),
    collect: stream('local:collect'),
    check: stream('local:check'),
    pickPlace: call('local:pick-place'),
    openFolder: call('local:open-folder'),
    changeFolder: stream('local:change-folder'),
    backUp: stream('local:back-up'),
    restore: stream('local:restore'),
    addSamples: stream('local:add-samples'),
    guides: call('local:guides'),
    testEngine: stream('local:test-engine'),
    trust: call('local:trust'),
    previewGraduation: call('local:preview-graduation'),
    graduate: stream('local:graduate'),
  },
} satisfies TagboatApi;

contextBridge.exposeInMainWorld('tagboat', api);
