import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileSink } from '#core/log/file-sink';

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'tagboat-log-')), 'logs', 'tagboat.log');
});
afterEach(() => rm(dirname(dirname(path)), { recursive: true, force: true }));

const text = (name = path): Promise<string> => readFile(name, 'utf8');

describe('createFileSink', () => {
  it('appends lines in order, also after reopening', async () => {
    const first = createFileSink({ path });
    first.write('one');
    first.write('two');
    await first.close();
    const second = createFileSink({ path });
    second.write('three');
    await second.close();
    expect(await text()).toBe('one\ntwo\nthree\n');
  });

  it('writes lines that nobody flushes', async () => {
    createFileSink({ path }).write('one');
    await expect.poll(() => text().catch(() => '')).toBe('one\n');
  });

  it.skipIf(process.platform === 'win32')('lets nobody else read it', async () => {
    const sink = createFileSink({ path });
    sink.write('one');
    await sink.close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('keeps two files of bounded size and no more', async () => {
    const sink = createFileSink({ path, maxBytes: 1000 });
    for (let count = 0; count < 500; count += 1) {
      sink.write(`line ${count} ${'x'.repeat(20)}`);
      if (count % 7 === 0) await sink.flush();
    }
    await sink.close();
    expect((await readdir(dirname(path))).sort()).toEqual(['tagboat.log', 'tagboat.log.1']);
    expect((await stat(path)).size).toBeLessThanOrEqual(1000);
    expect((await stat(`${path}.1`)).size).toBeLessThanOrEqual(1000);
    const lines = `${await text(`${path}.1`)}${await text()}`.trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(/^line 499 /u);
    const numbers = lines.map((line) => Number(line.split(' ')[1]));
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  it('rotates a burst as well', async () => {
    const sink = createFileSink({ path, maxBytes: 1000 });
    for (let count = 0; count < 500; count += 1) sink.write(`line ${count}`);
    await sink.close();
    expect((await stat(path)).size).toBeLessThanOrEqual(1000);
    expect(await text()).toMatch(/line 499\n$/u);
  });

  it('survives a disk that refuses, and works again when it does not', async () => {
    await writeFile(dirname(path), 'a file where the folder should be');
    const sink = createFileSink({ path });
    sink.write('lost');
    await sink.flush();
    await rm(dirname(path));
    await mkdir(dirname(path));
    sink.write('kept');
    await sink.close();
    expect(await text()).toBe('kept\n');
  });
});
