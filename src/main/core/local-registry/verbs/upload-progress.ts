import type { ServerResponse } from 'node:http';
import { sendEmpty } from '../respond';
import type { UploadSession } from '../storage/upload-store';

/** Where to go on and how much is here. An empty session says `0-0`, as distribution does: the form has no empty range. */
export function progressHeaders(session: UploadSession): Record<string, string> {
  return {
    Location: `/v2/${session.name}/blobs/uploads/${session.id}`,
    Range: `0-${Math.max(0, session.sizeBytes - 1)}`,
    'Docker-Upload-UUID': session.id,
  };
}

export function sendProgress(res: ServerResponse, status: number, session: UploadSession): void {
  sendEmpty(res, status, progressHeaders(session));
}
