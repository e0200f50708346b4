import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNginx } from './nginx';

export type FrontOptions = {
  /** Origin of the registry behind. */
  upstream: string;
  tls?: { certFile: string; keyFile: string };
  /** Clients must show a certificate that this authority signed. */
  clientCaFile?: string;
  /** An origin to which every GET of a blob is redirected, as registries with an object store do. */
  blobsAt?: string;
  /** A path that stands before `/v2/`: `/registry`. */
  prefix?: string;
  /** Sent to the upstream. A request with an Authorization of its own is refused, as object stores do (trap 26). */
  authorizeUpstream?: string;
};

export type Front = {
  origin: string;
  host: string;
  /** `METHOD path?query status` of every request so far, in the order in which they were answered. */
  requests(): Promise<string[]>;
  stop(): Promise<void>;
};

/** The body is never kept in a file, which the worker's user could not write. */
const proxyTo = (upstream: string, extra: string): string => `
  proxy_pass ${upstream};
  proxy_http_version 1.1;
  proxy_max_temp_file_size 0;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-Proto $scheme;
  ${extra}`;

function locations({ upstream, authorizeUpstream, prefix, blobsAt }: FrontOptions): string {
  const extra =
    authorizeUpstream === undefined
      ? ''
      : `if ($http_authorization) { return 400; }
         proxy_set_header Authorization "${authorizeUpstream}";`;
  const blobs =
    blobsAt === undefined
      ? ''
      : `location ~ ^/v2/.+/blobs/sha256: {
           if ($request_method = GET) { return 307 ${blobsAt}$request_uri; }
           ${proxyTo(upstream, extra)}
         }`;
  const target = prefix === undefined ? upstream : `${upstream}/v2/`;
  return `${blobs} location ${prefix ?? ''}/v2/ { ${proxyTo(target, extra)} }`;
}

function security({ tls, clientCaFile }: FrontOptions): string {
  const own = tls && `ssl_certificate ${tls.certFile}; ssl_certificate_key ${tls.keyFile};`;
  const client = clientCaFile && `ssl_client_certificate ${clientCaFile}; ssl_verify_client on;`;
  return `${own ?? ''} ${client ?? ''}`;
}

/** nginx in front of a registry, which also counts the requests; the caller must `stop` it. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tagboat-front-'));
  const log = path.join(directory, 'access.log');
  const nginx = await startNginx({
    tls: options.tls !== undefined,
    body: `access_log ${log}; ${security(options)} ${locations(options)}`,
  });
  return {
    origin: `${options.tls ? 'https' : 'http'}://${nginx.host}`,
    host: nginx.host,
    requests: async () => (await settledText(log)).split('\n').flatMap(parseLine),
    async stop() {
      await nginx.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A line of nginx' "combined" format: `address - user [time] "METHOD path protocol" status …`. */
function parseLine(line: string): string[] {
  const [, request, status] = /"(\S+ \S+) \S+" (\d{3}) /u.exec(line) ?? [];
  return request === undefined ? [] : [`${request} ${status}`];
}

/** nginx writes a request's line just after its answer: wait until the log has not grown for a moment. */
async function settledText(file: string): Promise<string> {
  let text = await readFile(file, 'utf8');
  for (;;) {
    await sleep(150);
    const later = await readFile(file, 'utf8');
    if (later === text) return text;
    text = later;
  }
}
