import type { Handler, Reply, Script } from './scripted-registry';
import { manifestHeaders, sampleImage, type SeenRequest } from './scripted-registry';

/** One repository `app` with the tag `1.0`, to which a test adds the fault it is about. */
export const image = sampleImage();

const manifestReply: Reply = {
  headers: manifestHeaders(image.manifestDigest),
  body: image.manifest,
};

export const soundScript: Script = {
  '/v2/': { headers: { 'docker-distribution-api-version': 'registry/2.0' }, body: {} },
  '/v2/_catalog': { body: { repositories: ['app'] } },
  '/v2/app/tags/list': { body: { name: 'app', tags: ['1.0'] } },
  '/v2/app/manifests/1.0': manifestReply,
  [`/v2/app/manifests/${image.manifestDigest}`]: manifestReply,
  [`/v2/app/blobs/${image.configDigest}`]: { body: image.config },
};

export const html: Reply = {
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Sign in to the hotel network</title>',
};

export const ociError = (status: number, code: string, message: string): Reply => ({
  status,
  body: { errors: [{ code, message }] },
});

/** Never answers; the connection stays open. */
export const stall: Handler = () => undefined;

/** Says more bytes than it sends, and hangs up. */
export const truncated =
  ({ body, headers = {} }: Reply): Handler =>
  (_request, response) => {
    const text = String(body);
    response.writeHead(200, { ...headers, 'content-length': String(text.length) });
    response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
  };

/** A JSON document without end: keeps sending until the client has had enough. */
export const endless =
  (headers: Readonly<Record<string, string>> = {}): Handler =>
  (request: SeenRequest, response) => {
    // Node drops the body of an answer to HEAD and reports every write as done.
    if (request.method === 'HEAD') return { headers };
    const chunk = Buffer.alloc(256 * 1024, ' ');
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    const send = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', send);
    send();
    return undefined;
  };
