/** What could not be read. Closed: every reader of this room fails with one of these. */
export type OciErrorCode =
  | 'digest-invalid'
  | 'name-invalid'
  | 'tag-invalid'
  | 'reference-invalid'
  | 'media-type-invalid'
  | 'descriptor-invalid'
  | 'manifest-invalid'
  /** A well-formed document of a kind that Tagboat does not read. */
  | 'manifest-unsupported'
  | 'config-invalid'
  | 'platform-invalid';

/** The one error of this room. The message is plain, complete, and safe to show (untrusted text is escaped and cut). */
export class OciError extends Error {
  override readonly name = 'OciError';

  constructor(
    readonly code: OciErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
