import { afterEach, describe, expect, it } from 'vitest';
import { explainPullFailure } from '#core/engines/pull-failure';
import { registryAuthHeader, testEngine, type Engine, type PullTarget } from '#core/engines/index';
import { dockerAnswers, startFakeEngine, type Answer, type FakeEngine } from './fake-engine';

let fake: FakeEngine | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

const address = '127.0.0.1:5055';
const sample = { repository: 'samples/hello', tag: '1.0' };
const image = `/v1.47/images/${address}/samples/hello:1.0`;
const pullOf = (repository: string, tag: string) =>
  `POST /v1.47/images/create?${new URLSearchParams({ fromImage: `${address}/${repository}`, tag }).toString()}`;

async function runTest(
  answers: Readonly<Record<string, Answer>>,
  target: Partial<PullTarget> = {},
) {
  fake = await startFakeEngine({ ...dockerAnswers, ...answers });
  const engine: Engine = {
    kind: 'docker',
    name: 'Docker Engine 29.0.1',
    version: '29.0.1',
    apiPrefix: '/v1.47',
    isDesktop: false,
    endpoint: { kind: 'socket', path: fake.socketPath },
    socket: `unix://${fake.socketPath}`,
    location: 'here',
  };
  const steps: string[] = [];
  const words: string[] = [];
  const test = testEngine(engine, { address, tls: false, ...target });
  for (;;) {
    const next = await test.next();
    if (next.done === true) return { steps, words, passed: next.value.passed };
    const { step, state, message } = next.value;
    if (state !== 'running') steps.push(`${step} ${state}`);
    words.push(message);
  }
}

const failing = (error: string): Answer => ({
  body: `{"status":"Pulling"}\n${JSON.stringify({ error })}\n`,
});

describe('testEngine', () => {
  it('pulls the sample as the user, and removes it again', async () => {
    const login = { username: 'ada', password: 'secret' };
    const result = await runTest(
      { [pullOf('samples/hello', '1.0')]: { body: '{"status":"ok"}\n' } },
      { sample, login },
    );
    expect(result).toMatchObject({
      passed: true,
      steps: ['socket passed', 'reach passed', 'login passed', 'pull passed'],
    });
    expect(fake?.requests.find(({ line }) => line.startsWith('POST'))?.auth).toEqual({
      ...login,
      serveraddress: address,
    });
    expect(fake?.requests.at(-1)?.line).toBe(`DELETE ${image}`);
    expect(result.words.join(' ')).not.toContain('secret');
  });

  it('leaves an image that the engine had before', async () => {
    const answers = {
      [`GET ${image}/json`]: { body: '{}' },
      [pullOf('samples/hello', '1.0')]: { body: '{"status":"ok"}\n' },
    };
    expect((await runTest(answers, { sample })).passed).toBe(true);
    expect(fake?.requests.some(({ line }) => line.startsWith('DELETE'))).toBe(false);
  });

  it('reaches an empty registry: there is only nothing to pull', async () => {
    const words = `manifest for ${address}/tagboat/reachable:none not found: manifest unknown`;
    for (const answer of [
      failing(words),
      { status: 404, body: JSON.stringify({ message: words }) },
    ]) {
      const result = await runTest({ [pullOf('tagboat/reachable', 'none')]: answer });
      expect(result.steps).toEqual([
        'socket passed',
        'reach passed',
        'login skipped',
        'pull skipped',
      ]);
      expect(result.passed).toBe(true);
      await fake?.close();
    }
  });

  it.each([
    ['reach failed', 'dial tcp 127.0.0.1:5055: connect: connection refused'],
    ['login failed', 'unauthorized: authentication required'],
    ['pull failed', 'manifest unknown'],
    ['reach failed', 'something that nobody has heard of'],
  ])('ends with "%s" for: %s', async (last, error) => {
    const answers = { [pullOf('samples/hello', '1.0')]: failing(error) };
    const result = await runTest(answers, { sample });
    expect(result.passed).toBe(false);
    expect(result.steps.at(-1)).toBe(last);
  });

  it('ends at the pull with the words of the engine once content had begun to come', async () => {
    const body = `{"status":"Pulling fs layer","id":"0a1b2c3d4e5f"}\n{"error":"no space left on device"}\n`;
    const result = await runTest({ [pullOf('samples/hello', '1.0')]: { body } }, { sample });
    expect(result.steps.at(-1)).toBe('pull failed');
    expect(result.words.at(-1)).toBe('no space left on device');
  });

  it('ends at the socket when the engine went away', async () => {
    const result = await runTest({ 'GET /_ping': { status: 500, body: 'going down' } });
    expect(result).toMatchObject({ passed: false, steps: ['socket failed'] });
  });
});

it('the header for the registry keeps the padding that engines insist on', () => {
  expect(registryAuthHeader(address)).toBe('e30=');
  const header = registryAuthHeader(address, { username: 'ä?>', password: '~~~' });
  expect(header).toMatch(/^[\w-]+={0,2}$/u);
  expect(header.length % 4).toBe(0);
});

describe('explainPullFailure', () => {
  it.each([
    ['Get "https://h:1/v2/": http: server gave HTTP response to HTTPS client', 'plain HTTP'],
    ['x509: certificate signed by unknown authority', 'does not trust'],
    ['tls: failed to verify certificate: x509: certificate is valid for a, not b', 'host names'],
    [
      "x509: cannot validate certificate for 10.0.0.1 because it doesn't contain any IP SANs",
      'host names',
    ],
    ['x509: certificate has expired or is not yet valid', 'clock'],
    ['dial tcp: lookup host.docker.internal: no such host', 'name'],
    ['dial tcp 192.168.1.5:5055: i/o timeout', 'firewall'],
  ])('%s', (words, hint) => {
    const { step, message } = explainPullFailure(words, address, false);
    expect(step).toBe('reach');
    expect(message).toContain(hint);
    expect(message).not.toContain('ADDRESS');
  });
});
