import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { AnswerOf, EndOf, PageOf, RequestOf, StreamName } from '#contract/contract';
import type { RegistryInput, RegistryView } from '#contract/registry';
import type { ContractError, Result } from '#contract/result';
import {
  openServices,
  type OpenedServices,
  type OpenServicesOptions,
  type StreamOptions,
} from './open-services';
import { complaintsAbout } from './plain-words';

/** Use cases that are closed when the test ends. */
export async function startServices(options: OpenServicesOptions = {}): Promise<OpenedServices> {
  const services = await openServices({ limits: { retryBaseMs: 1 }, ...options });
  onTestFinished(() => services.close());
  return services;
}

/** A profile's folder that outlives the use cases opened on it, and goes when the test ends. */
export async function makeProfile(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tagboat-profile-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

/** The value of an answer that is expected to be one; fails with the error's words. */
export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.code}: ${result.error.message}`);
}

/** The error of an answer that is expected to be one, after a look at its words. */
export function errorOf(result: Result<unknown>): ContractError {
  if (result.ok) throw new Error(`expected an error, got ${JSON.stringify(result.value)}`);
  expect(complaintsAbout(result.error)).toEqual([]);
  return result.error;
}

export const inputFor = (address: string, rest: Partial<RegistryInput> = {}): RegistryInput => ({
  address,
  login: { kind: 'none' },
  ...rest,
});

export const password = (username: string, secret: string): RegistryInput['login'] => ({
  kind: 'password',
  username,
  secret,
});

/** Checks an address and then keeps it, as the dialog does. */
export async function addRegistry(
  services: OpenedServices,
  address: string,
  rest: Partial<RegistryInput> = {},
): Promise<RegistryView> {
  const input = inputFor(address, rest);
  await services.stream('registry:check', { input });
  return valueOf(await services.call('registry:add', { input }));
}

/** All pages of a stream and its end, both of which must arrive. */
export async function read<N extends StreamName>(
  services: OpenedServices,
  name: N,
  request: RequestOf<N>,
  options: StreamOptions<N> = {},
): Promise<{ pages: PageOf<N>[]; end: EndOf<N> }> {
  const { pages, result } = await services.stream(name, request, options);
  return { pages, end: valueOf(result) };
}

/** The error with which a stream must end. */
export async function failureOf<N extends StreamName>(
  services: OpenedServices,
  name: N,
  request: RequestOf<N>,
): Promise<ContractError> {
  return errorOf((await services.stream(name, request)).result);
}

/** The list without the local registry, which is always in it. */
export async function savedViews(services: OpenedServices): Promise<readonly RegistryView[]> {
  return valueOf(await services.call('registry:list', {})).filter(({ isLocal }) => !isLocal);
}

/** The registry as the list shows it now. */
export async function viewOf(services: OpenedServices, registryId: string): Promise<RegistryView> {
  const all: AnswerOf<'registry:list'> = valueOf(await services.call('registry:list', {}));
  return all.find(({ id }) => id === registryId) ?? expect.fail('the registry is not in the list');
}

export const basic = (user: string, secret: string): string =>
  `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
