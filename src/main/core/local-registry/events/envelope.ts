import type { RegistryEvent } from './event-source';

/** Media type of distribution's notifications. */
export const eventsMediaType = 'application/vnd.docker.distribution.events.v2+json';

/** One event in the form distribution sends (distribution, notifications/event.go). */
function toWire(event: RegistryEvent, source: { address: string; instanceId: string }): object {
  const { sizeBytes, digest, tag, mediaType, url, fromRepository } = event;
  return {
    id: event.id,
    timestamp: event.timestamp,
    action: event.action,
    target: {
      ...(mediaType === undefined ? {} : { mediaType }),
      ...(sizeBytes === undefined ? {} : { size: sizeBytes, length: sizeBytes }),
      ...(digest === undefined ? {} : { digest }),
      repository: event.repository,
      ...(fromRepository === undefined ? {} : { fromRepository }),
      ...(url === undefined ? {} : { url }),
      ...(tag === undefined ? {} : { tag }),
    },
    request: {
      id: event.request.id,
      addr: event.request.address,
      host: event.request.host,
      method: event.request.method,
      useragent: event.request.userAgent,
    },
    actor: event.actor === undefined ? {} : { name: event.actor },
    source: { addr: source.address, instanceID: source.instanceId },
  };
}

/** The body of a notification: `{"events": […]}`. */
export function formatEnvelope(
  events: readonly RegistryEvent[],
  source: { address: string; instanceId: string },
): string {
  return JSON.stringify({ events: events.map((event) => toWire(event, source)) });
}
