import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SetUpError } from '../set-up/say.mjs';

const COOKIE_NAME = 'MIT-MAGIC-COOKIE-1';
const FAMILY_WILD = 0xffff;

/** A virtual display for windows: `{ environment: { DISPLAY, XAUTHORITY }, close() }`. */
export async function openDisplay({ width, height }) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tagboat-display-'));
  const authority = path.join(directory, 'Xauthority');
  fs.writeFileSync(authority, createAuthority(), { mode: 0o600 });
  const screen = `${width}x${height}x24`;
  const args = [
    '-displayfd',
    '3',
    '-screen',
    '0',
    screen,
    '-nolisten',
    'tcp',
    '-noreset',
    '-auth',
    authority,
  ];
  // A process group of its own: Ctrl-C must reach the app first, and the display last.
  const server = spawn('Xvfb', args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const close = () => {
    server.kill();
    fs.rmSync(directory, { recursive: true, force: true });
  };
  try {
    const number = await readDisplayNumber(server);
    return { environment: { DISPLAY: `:${number}`, XAUTHORITY: authority }, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** With -displayfd Xvfb takes a free display by itself and writes its number once it accepts windows. */
function readDisplayNumber(server) {
  return new Promise((resolve, reject) => {
    let trouble = '';
    const failed = (reason) =>
      reject(new SetUpError(`The virtual display (Xvfb) did not start: ${reason}`));
    server.stderr.on('data', (chunk) => (trouble += chunk));
    server.on('error', (error) => failed(error.message));
    server.on('close', () => failed(trouble.trim()));
    server.stdio[3].on('data', (chunk) => resolve(Number(String(chunk).trim())));
  });
}

/** An .Xauthority file (Xau.h: family, then address, number, name, secret, each with a 16-bit length) for any display. */
function createAuthority() {
  const field = (bytes) => Buffer.concat([uint16(bytes.length), bytes]);
  const empty = field(Buffer.alloc(0));
  return Buffer.concat([
    uint16(FAMILY_WILD),
    empty,
    empty,
    field(Buffer.from(COOKIE_NAME)),
    field(crypto.randomBytes(16)),
  ]);
}

function uint16(value) {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}
