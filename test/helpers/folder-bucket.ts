import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/**
 * A stand-in for S3 that serves a folder as a bucket to read from: ListObjects, ListObjectsV2, HeadObject and GetObject
 * with Range, by path-style addresses (Amazon S3 API Reference). Signatures are not checked.
 */
export type FolderBucket = Readonly<{
  /** `http://127.0.0.1:<port>`, what distribution calls `regionendpoint`. */
  endpoint: string;
  /** Keys that were read. */
  reads: ReadonlySet<string>;
  stop: () => Promise<void>;
}>;

type Listed = Readonly<{ keys: string[]; prefixes: string[] }>;

export async function startFolderBucket(bucket: string, dir: string): Promise<FolderBucket> {
  const reads = new Set<string>();
  const server = http.createServer((req, res) => {
    const url = new URL(req.url ?? '', 'http://bucket');
    const [, name, ...rest] = decodeURIComponent(url.pathname).split('/');
    const key = rest.join('/');
    if (name !== bucket) {
      sendError(res, 'NoSuchBucket');
      return;
    }
    const answering =
      key === '' ? sendList(res, bucket, dir, url.searchParams) : sendObject(req, res, dir, key);
    answering.then(
      () => reads.add(key),
      () => {
        sendError(res, 'NoSuchKey');
      },
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reads,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function sendError(res: http.ServerResponse, code: string): void {
  res.writeHead(404, { 'Content-Type': 'application/xml' });
  res.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>not here</Message></Error>`);
}

async function sendObject(
  req: http.IncomingMessage,
  res: http.ServerResponse,
  dir: string,
  key: string,
): Promise<void> {
  const file = path.join(dir, key);
  const { size, mtime } = await stat(file);
  const range = /^bytes=(\d+)-(\d*)$/u.exec(req.headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const end = range?.[2] === undefined || range[2] === '' ? size - 1 : Number(range[2]);
  res.writeHead(range === null ? 200 : 206, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': end - start + 1,
    'Last-Modified': mtime.toUTCString(),
    'Accept-Ranges': 'bytes',
    ETag: '"folder"',
    ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
  });
  if (req.method === 'HEAD' || end < start) res.end();
  else createReadStream(file, { start, end }).pipe(res);
}

async function sendList(
  res: http.ServerResponse,
  bucket: string,
  dir: string,
  query: URLSearchParams,
): Promise<void> {
  const prefix = query.get('prefix') ?? '';
  const { keys, prefixes } = group(await listKeys(dir), prefix, query.get('delimiter'));
  const contents = await Promise.all(
    keys.slice(0, Number(query.get('max-keys') ?? keys.length)).map(async (key) => {
      const { size, mtime } = await stat(path.join(dir, key));
      return `<Contents><Key>${key}</Key><LastModified>${mtime.toISOString()}</LastModified><ETag>"folder"</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
    }),
  );
  const folders = prefixes.map(
    (name) => `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`,
  );
  res.writeHead(200, { 'Content-Type': 'application/xml' });
  res.end(
    `<?xml version="1.0"?><ListBucketResult><Name>${bucket}</Name><Prefix>${prefix}</Prefix><KeyCount>${contents.length + folders.length}</KeyCount><IsTruncated>false</IsTruncated>${contents.join('')}${folders.join('')}</ListBucketResult>`,
  );
}

async function listKeys(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

/** Keys below `prefix`; what has the delimiter after it is one common prefix. */
function group(all: readonly string[], prefix: string, delimiter: string | null): Listed {
  const keys: string[] = [];
  const prefixes = new Set<string>();
  for (const key of all) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter === null || delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end < 0) keys.push(key);
    else prefixes.add(key.slice(0, end + 1));
  }
  return { keys, prefixes: [...prefixes] };
}
