/** Why a certificate cannot be made or used, in words for a person: what happened, why, and what to do. */
export class CertificateProblem extends Error {
  override readonly name = 'CertificateProblem';

  constructor(
    readonly code: 'host-name' | 'damaged' | 'unreadable',
    message: string,
    options: { cause?: unknown; file?: string } = {},
  ) {
    super(message, { cause: options.cause });
    this.file = options.file;
  }

  /** The file that is in the way. */
  readonly file: string | undefined;
}
