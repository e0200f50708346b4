/** Error codes of distribution-spec, Error Codes, and the three that distribution adds for cases the spec has no code for. */
export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'TOOMANYREQUESTS'
  | 'UNKNOWN'
  | 'UNAVAILABLE'
  | 'RANGE_INVALID'
  | 'TAG_INVALID'
  | 'PAGINATION_NUMBER_INVALID';

/** A refusal that is answered with a status and a body of distribution-spec, Error Codes. */
export class RegistryFault extends Error {
  constructor(
    readonly status: number,
    readonly code: ErrorCode,
    message: string,
    readonly detail?: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'RegistryFault';
  }

  toBody(): string {
    const detail = this.detail === undefined ? {} : { detail: this.detail };
    return JSON.stringify({ errors: [{ code: this.code, message: this.message, ...detail }] });
  }
}

/** The client went away before its request was complete: nobody is left to answer. */
export class ClientGone extends Error {
  constructor() {
    super('the client closed the connection before its request was complete');
    this.name = 'ClientGone';
  }
}

export const faults = {
  blobUnknown: (digest: string) =>
    new RegistryFault(404, 'BLOB_UNKNOWN', 'this repository has no such blob', { digest }),
  manifestUnknown: (name: string, reference: string) =>
    new RegistryFault(404, 'MANIFEST_UNKNOWN', 'this repository has no such manifest', {
      name,
      reference,
    }),
  nameInvalid: (name: string) =>
    new RegistryFault(400, 'NAME_INVALID', 'this is not a repository name', {
      name: name.slice(0, 300),
    }),
  nameUnknown: (name: string) =>
    new RegistryFault(404, 'NAME_UNKNOWN', 'this registry has no such repository', { name }),
  digestInvalid: (message: string, detail?: unknown) =>
    new RegistryFault(400, 'DIGEST_INVALID', message, detail),
  tagInvalid: (tag: string) =>
    new RegistryFault(400, 'TAG_INVALID', 'this is not a tag', { tag: tag.slice(0, 200) }),
  manifestInvalid: (message: string, detail?: unknown) =>
    new RegistryFault(400, 'MANIFEST_INVALID', message, detail),
  uploadUnknown: (id: string) =>
    new RegistryFault(404, 'BLOB_UPLOAD_UNKNOWN', 'there is no such upload; start a new one', {
      upload: id.slice(0, 100),
    }),
  uploadBusy: () =>
    new RegistryFault(
      409,
      'BLOB_UPLOAD_INVALID',
      'another request is writing to this upload; wait for it to end, then ask for the offset',
    ),
  sizeInvalid: (message: string, detail?: unknown) =>
    new RegistryFault(400, 'SIZE_INVALID', message, detail),
  pageInvalid: (text: string) =>
    new RegistryFault(
      400,
      'PAGINATION_NUMBER_INVALID',
      'the page size has to be a whole number, zero or more',
      { n: text.slice(0, 40) },
    ),
  readOnly: () =>
    new RegistryFault(405, 'UNSUPPORTED', 'this registry is read-only', undefined, {
      Allow: 'GET, HEAD',
    }),
  deleteDisabled: () =>
    new RegistryFault(405, 'UNSUPPORTED', 'deleting is switched off in this registry', undefined, {
      Allow: 'GET, HEAD, PUT, POST, PATCH',
    }),
  methodUnsupported: (allowed: readonly string[]) =>
    new RegistryFault(405, 'UNSUPPORTED', 'this address does not take this method', undefined, {
      Allow: allowed.join(', '),
    }),
  notFound: () => new RegistryFault(404, 'UNSUPPORTED', 'the registry has nothing at this address'),
  diskFull: () =>
    new RegistryFault(
      507,
      'UNAVAILABLE',
      'the disk that holds the registry is full; free some space, then push again',
    ),
  unavailable: (message: string) => new RegistryFault(503, 'UNAVAILABLE', message),
} as const;
