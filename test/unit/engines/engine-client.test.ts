import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { createEngineClient, type EngineMessage } from '#core/engines/index';
import { startFakeEngine, type Answer, type FakeEngine } from './fake-engine';

let engine: FakeEngine | undefined;
afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

async function clientFor(answers: Readonly<Record<string, Answer>>) {
  engine = await startFakeEngine(answers);
  return createEngineClient({ kind: 'socket', path: engine.socketPath });
}

async function collect(messages: AsyncIterable<EngineMessage>): Promise<EngineMessage[]> {
  const all: EngineMessage[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

describe('createEngineClient', () => {
  it('reads JSON, and nothing as nothing', async () => {
    const client = await clientFor({
      'GET /a': { body: '{"x":1}' },
      'GET /b': { status: 204 },
      'GET /c': { body: '<html>' },
    });
    expect(await client.getJson({ path: '/a' })).toEqual({ x: 1 });
    expect(await client.getJson({ path: '/b' })).toBeUndefined();
    await expect(client.getJson({ path: '/c' })).rejects.toMatchObject({ code: 'bad-answer' });
    client.close();
  });

  it("gives a refusal in the engine's words, cleaned and cut", async () => {
    const client = await clientFor({
      'GET /a': { status: 409, body: '{"message":"image\\u001b[31m is\\n used"}' },
      'GET /b': { status: 500, body: `no json ${'x'.repeat(5000)}` },
      'GET /c': { status: 503 },
      'GET /d': { status: 500, body: 'x'.repeat(200_000) },
    });
    await expect(client.getJson({ path: '/a' })).rejects.toMatchObject({
      code: 'refused',
      status: 409,
      message: 'image [31m is used',
    });
    await expect(client.getJson({ path: '/b' })).rejects.toThrow(/^no json x{492}…$/u);
    await expect(client.getJson({ path: '/c' })).rejects.toThrow('status 503');
    await expect(client.getJson({ path: '/d' })).rejects.toMatchObject({ code: 'bad-answer' });
    client.close();
  });

  it('reads progress line by line, whatever the pieces it comes in', async () => {
    const lines = [
      { status: 'Pulling fs layer', id: 'abc', progressDetail: { current: 1, total: 2 } },
      { stream: 'Loaded image: x:1\n' },
      { status: 7, progressDetail: {} },
    ];
    const client = await clientFor({
      'POST /load': { body: `\n${lines.map((line) => JSON.stringify(line)).join('\r\n')}` },
    });
    const body = Readable.from([Buffer.from('ta'), Buffer.from('r')]);
    const found = await collect(client.messages({ method: 'POST', path: '/load', body }));
    expect(found).toEqual([
      { status: 'Pulling fs layer', id: 'abc', progress: { current: 1, total: 2 }, raw: lines[0] },
      { stream: 'Loaded image: x:1\n', raw: lines[1] },
      { progress: {}, raw: lines[2] },
    ]);
    expect(engine?.requests[0]?.body).toBe('tar');
    client.close();
  });

  it.each<[string, Answer, object]>([
    [
      'says so',
      { body: '{"status":"a"}\n{"error":"no space left"}\n' },
      { message: 'no space left' },
    ],
    ['says so in detail', { body: '{"errorDetail":{"message":"denied"}}' }, { message: 'denied' }],
    ['breaks off', { body: '{"status":"a"}\n{"sta', isCut: true }, { code: 'bad-answer' }],
    ['is no JSON', { body: '<html>\n' }, { code: 'bad-answer' }],
    ['is a list', { body: '[]\n' }, { code: 'bad-answer' }],
    ['never ends a line', { body: 'x'.repeat(1_500_000) }, { code: 'bad-answer' }],
  ])('a stream that %s is a failure, though its status is 200', async (_, answer, problem) => {
    const client = await clientFor({ 'POST /p': answer });
    await expect(collect(client.messages({ method: 'POST', path: '/p' }))).rejects.toMatchObject(
      problem,
    );
    client.close();
  });

  it('gives up on an engine that says nothing, and at once when it is told to', async () => {
    const client = await clientFor({ 'GET /a': { isSilent: true } });
    await expect(client.getJson({ path: '/a', idleTimeoutMs: 30 })).rejects.toMatchObject({
      code: 'timed-out',
    });
    const stop = new AbortController();
    const asking = client.getJson({ path: '/a', signal: stop.signal });
    stop.abort();
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
    client.close();
  });

  it('passes on a body that breaks', async () => {
    const client = await clientFor({});
    const body = new Readable({
      read() {
        this.destroy(new Error('the archive is damaged'));
      },
    });
    await expect(client.send({ method: 'POST', path: '/load', body })).rejects.toThrow(
      'the archive is damaged',
    );
    client.close();
  });

  it('says what to do when nothing is there', async () => {
    const client = createEngineClient({ kind: 'socket', path: '/nonexistent/docker.sock' });
    await expect(client.getJson({ path: '/_ping' })).rejects.toMatchObject({
      code: 'not-running',
      message:
        'unix:///nonexistent/docker.sock cannot be used: there is no such socket; start the engine.',
    });
    client.close();
  });
});
