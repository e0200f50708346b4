import net from 'node:net';

/** Answers and bytes a second over a fixed time, on `connections` kept-alive connections. */
export type Throughput = { answersPerSecond: number; bytesPerSecond: number };

/** One buffer for all connections: the bytes are counted, not kept, and nothing is allocated for them. */
const sink = Buffer.allocUnsafeSlow(1024 * 1024);

/** How the end of an answer is found: by its length, or by the last chunk where the server sends chunks. */
type Ending = number | 'chunked';

const lastChunk = '\r\n0\r\n\r\n';

/**
 * Sends one request after another on each connection. Far cheaper than any server it measures: nothing of an answer is
 * looked at but its end. All answers have to have the length of the first.
 */
export async function measureThroughput(
  port: number,
  path: string,
  options: { connections: number; durationMs: number; headers?: string },
): Promise<Throughput> {
  const request = Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${options.headers ?? ''}\r\n`,
  );
  const { ending, size } = await inspectAnswer(port, request);
  let answers = 0;
  const started = process.hrtime.bigint();
  const deadline = Date.now() + options.durationMs;
  await Promise.all(
    Array.from({ length: options.connections }, () =>
      loop(port, request, ending, () => {
        answers += 1;
        return Date.now() < deadline;
      }),
    ),
  );
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  return { answersPerSecond: answers / seconds, bytesPerSecond: (answers * size) / seconds };
}

function loop(
  port: number,
  request: Buffer,
  ending: Ending,
  onAnswer: () => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;
    const isEnd = (count: number, buffer: Uint8Array): boolean => {
      if (ending !== 'chunked') return received >= ending;
      return Buffer.from(buffer.subarray(count - lastChunk.length, count)).equals(
        Buffer.from(lastChunk),
      );
    };
    const socket = net.connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: sink,
        callback(count, buffer) {
          received += count;
          if (!isEnd(count, buffer)) return true;
          received = 0;
          if (onAnswer()) socket.write(request);
          else socket.destroy();
          return true;
        },
      },
    });
    socket.on('connect', () => socket.write(request));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve();
    });
  });
}

/** One whole answer, head included; throws when it is not 200. */
function inspectAnswer(port: number, request: Buffer): Promise<{ ending: Ending; size: number }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = text.slice(0, end);
      const length = /content-length: (\d+)/iu.exec(head)?.[1];
      const ending = length === undefined ? 'chunked' : end + 4 + Number(length);
      const isWhole = ending === 'chunked' ? text.endsWith(lastChunk) : text.length >= ending;
      if (!isWhole) return;
      socket.destroy();
      if (head.startsWith('HTTP/1.1 200')) resolve({ ending, size: text.length });
      else reject(new Error(head));
    });
    socket.on('error', reject);
  });
}

/** Pulls one answer and returns the seconds it took. */
export async function timePull(port: number, path: string): Promise<number> {
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  const size = await measureSize(port, path);
  const started = process.hrtime.bigint();
  let head: number | undefined;
  await new Promise<void>((resolve, reject) => {
    let received = 0;
    const socket = net.connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer: sink,
        callback(count, buffer) {
          // The head comes with the first piece; both registries send less than 1 KiB of it.
          head ??= Buffer.from(buffer.subarray(0, 1024)).indexOf('\r\n\r\n') + 4;
          received += count;
          if (received >= size + head) socket.destroy();
          return true;
        },
      },
    });
    socket.on('connect', () => socket.write(request));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve();
    });
  });
  return Number(process.hrtime.bigint() - started) / 1e9;
}

async function measureSize(port: number, path: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'HEAD' });
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return Number(response.headers.get('content-length'));
}

/** Sends `chunks` as the body of one PUT and returns the seconds until the answer 201. */
export function timePush(port: number, path: string, chunks: readonly Buffer[]): Promise<number> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  return new Promise((resolve, reject) => {
    let started = 0n;
    const socket = net.connect({ port, host: '127.0.0.1' }, () => {
      started = process.hrtime.bigint();
      socket.write(
        [
          `PUT ${path} HTTP/1.1`,
          `Host: 127.0.0.1:${port}`,
          'Content-Type: application/octet-stream',
          `Content-Length: ${length}`,
          '\r\n',
        ].join('\r\n'),
      );
      let next = 0;
      const send = (): void => {
        while (next < chunks.length) {
          const chunk = chunks[next] ?? Buffer.alloc(0);
          next += 1;
          if (!socket.write(chunk)) {
            socket.once('drain', send);
            return;
          }
        }
      };
      send();
    });
    socket.once('data', (answer) => {
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      socket.destroy();
      const text = answer.toString('latin1');
      if (text.startsWith('HTTP/1.1 201')) resolve(seconds);
      else reject(new Error(text.slice(0, 500)));
    });
    socket.on('error', reject);
  });
}
