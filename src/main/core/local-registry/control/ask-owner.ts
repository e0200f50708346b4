import http from 'node:http';
import { isRecord } from '../json';
import { findLockOwner } from '../storage/folder-lock';
import { Layout } from '../storage/layout';

/** Answers are reports; one that is larger than this is not from a registry. */
const maxAnswerBytes = 256 * 1024 * 1024;

/**
 * Has the process that serves a folder run a command, and returns its answer. Undefined when no process serves it.
 * Throws when the owner cannot be reached or refuses.
 */
export async function askOwner(
  storageDir: string,
  command: string,
  request: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const owner = await findLockOwner(new Layout(storageDir).sideDir);
  if (owner === undefined) return undefined;
  if (owner.control === null) {
    throw new Error(`process ${owner.pid} serves ${storageDir} but takes no commands`);
  }
  const { status, body } = await post(owner.control, command, JSON.stringify(request));
  const parsed: unknown = JSON.parse(body);
  if (status === 200) return parsed;
  const reason = isRecord(parsed) ? String(parsed['error']) : `status ${status}`;
  throw new Error(`process ${owner.pid}, which serves ${storageDir}, refused: ${reason}`);
}

function post(
  control: { path: string; token: string },
  command: string,
  request: string,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const req = http.request(
      {
        socketPath: control.path,
        path: `/${command}`,
        method: 'POST',
        headers: {
          Authorization: `Bearer ${control.token}`,
          'Content-Length': Buffer.byteLength(request),
        },
      },
      (res) => {
        const chunks: Buffer[] = [];
        let size = 0;
        res.on('data', (chunk: Buffer) => {
          size += chunk.byteLength;
          if (size > maxAnswerBytes) req.destroy(new Error('the answer is too large'));
          chunks.push(chunk);
        });
        res.on('end', () => {
          resolve({ status: res.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
        });
        res.on('error', reject);
      },
    );
    req.on('error', reject);
    req.end(request);
  });
}
