import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseEngineAddress, type EngineEndpoint } from './endpoint';
import type { EngineEnvironment } from './engine-environment';

/** Some hundred times what the largest of them needs. */
const maxFileBytes = 1024 * 1024;

/**
 * The engine that the docker command talks to: DOCKER_HOST, else the context of DOCKER_CONTEXT or config.json (docker CLI
 * reference, docker context). Undefined for the default context; throws EngineProblem for an address that cannot be used.
 */
export async function dockerChoice(
  environment: EngineEnvironment,
): Promise<EngineEndpoint | undefined> {
  const { env } = environment;
  if (env['DOCKER_HOST']) {
    const endpoint = parseEngineAddress(env['DOCKER_HOST']);
    const folder = env['DOCKER_CERT_PATH'];
    const isTls = Boolean(env['DOCKER_TLS_VERIFY']) && folder !== undefined;
    return isTls ? withTls(endpoint, folder) : endpoint;
  }
  const root = env['DOCKER_CONFIG'] ?? path.join(environment.homeDirectory, '.docker');
  const name = env['DOCKER_CONTEXT'] ?? (await currentContext(root));
  if (name === undefined || name === '' || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(path.join(root, 'contexts', 'meta', id, 'meta.json'));
  const host = field(field(field(meta, 'Endpoints'), 'docker'), 'Host');
  if (typeof host !== 'string') return undefined;
  return withTls(parseEngineAddress(host), path.join(root, 'contexts', 'tls', id, 'docker'));
}

async function currentContext(root: string): Promise<string | undefined> {
  const name = field(await readJson(path.join(root, 'config.json')), 'currentContext');
  return typeof name === 'string' ? name : undefined;
}

async function withTls(endpoint: EngineEndpoint, folder: string): Promise<EngineEndpoint> {
  if (endpoint.kind !== 'tcp') return endpoint;
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readBounded(path.join(folder, name))),
  );
  if (ca === undefined && cert === undefined) return endpoint;
  const tls = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  return { ...endpoint, tls };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse((await readBounded(file)) ?? '');
  } catch {
    return undefined;
  }
}

async function readBounded(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).size > maxFileBytes) return undefined;
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
