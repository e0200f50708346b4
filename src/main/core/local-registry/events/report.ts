import { randomUUID } from 'node:crypto';
import type { Exchange, RegistryParts } from '../parts';
import type { RegistryEvent } from './event-source';

type Happened = Pick<RegistryEvent, 'action' | 'repository'> &
  Partial<
    Pick<
      RegistryEvent,
      'digest' | 'tag' | 'mediaType' | 'sizeBytes' | 'fromRepository' | 'layers' | 'childCount'
    >
  > & {
    kind?: 'blobs' | 'manifests';
  };

/** Tells the listeners, if there are any, what a request did. */
export function reportEvent(
  parts: RegistryParts,
  { req, actor }: Pick<Exchange, 'req' | 'actor'>,
  { kind = 'blobs', ...happened }: Happened,
): void {
  if (!parts.events.hasListeners) return;
  const { socket, headers } = req;
  const host = headers.host ?? '';
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  const { digest, repository } = happened;
  parts.events.emit({
    id: randomUUID(),
    timestamp: new Date().toISOString(),
    ...happened,
    ...(digest === undefined || happened.action === 'delete'
      ? {}
      : { url: `${scheme}://${host}/v2/${repository}/${kind}/${digest}` }),
    request: {
      id: randomUUID(),
      address: `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`,
      host,
      method: req.method ?? '',
      userAgent: headers['user-agent'] ?? '',
    },
    ...(actor === undefined ? {} : { actor }),
  });
}
