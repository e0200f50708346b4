import type { z } from 'zod';
import type { ContractError, ErrorCode, ErrorDetail } from '#contract/result';
import { OciError } from '#oci/error';
import { JournalError, PlanBlocked, RequestConflict } from '#core/cleanup/index';
import { CertificateProblem } from '#core/certificates/index';
import { isCredentialError, type CredentialErrorCode } from '#core/credentials/credential-error';
import {
  RuntimeProblem,
  type RuntimeFault,
  type RuntimeFaultCode,
} from '#core/local-runtime/index';
import { RegistryError, type RegistryErrorCode } from '#core/registry/errors';
import { SettingsError } from '#core/settings/settings';

/** A failure of a use case that is not the registry's: bad input, unknown registry, keychain. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly detail: ErrorDetail = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Every code of the client has the same name in the contract; the compiler holds the two lists together. */
const contractCode = (code: RegistryErrorCode): ErrorCode => code;

/** The same for the local registry's. */
const runtimeCode = (code: RuntimeFaultCode): ErrorCode => code;

const credentialCodes = {
  'store-failed': 'keychain-failed',
  'login-missing': 'credentials-unavailable',
  'helper-failed': 'credentials-unavailable',
} as const satisfies Record<CredentialErrorCode, ErrorCode>;

/** Turns anything thrown into what the window may see. Unknown errors become `internal` without their text. */
export const toContractError = (error: unknown): ContractError => {
  if (error instanceof ServiceFailure) {
    return { code: error.code, message: error.message, detail: error.detail };
  }
  if (error instanceof RegistryError) {
    return {
      code: contractCode(error.code),
      message: error.message,
      detail: detailOf(error),
    };
  }
  if (isCredentialError(error)) {
    return { code: credentialCodes[error.code], message: error.message, detail: {} };
  }
  const ofRoom = failureOfRoom(error);
  if (ofRoom) return ofRoom;
  if (error instanceof OciError) {
    return { code: 'content-invalid', message: error.message, detail: {} };
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'cancelled', message: 'Stopped.', detail: {} };
  }
  return {
    code: 'internal',
    message: 'Something in Tagboat went wrong; the log has the details.',
    detail: {},
  };
};

/** What the rooms throw whose words are for a person already. */
const failureOfRoom = (error: unknown): ContractError | undefined => {
  if (error instanceof RuntimeProblem) return faultToContract(error.toFault());
  if (error instanceof CertificateProblem) {
    const isInput = error.code === 'host-name';
    const detail = isInput ? { field: 'hostName' } : {};
    return { code: isInput ? 'input-invalid' : 'storage-failed', message: error.message, detail };
  }
  if (error instanceof SettingsError) {
    return { code: 'storage-failed', message: error.message, detail: {} };
  }
  if (error instanceof JournalError) {
    const code = error.code === 'locked' ? 'repository-busy' : 'storage-failed';
    return { code, message: error.message, detail: {} };
  }
  if (error instanceof PlanBlocked || error instanceof RequestConflict) {
    return { code: 'plan-refused', message: error.message, detail: {} };
  }
  return undefined;
};

/** A failure of the local registry, as its state tells it and as its methods throw it. */
export const faultToContract = ({ code, message, field }: RuntimeFault): ContractError => ({
  code: runtimeCode(code),
  message,
  detail: field === undefined ? {} : { field },
});

/** A request that does not fit its schema: names the field, repeats no value. */
export const inputInvalid = (channel: string, error?: z.ZodError): ContractError => {
  const issue = error?.issues[0];
  const field = issue?.path.join('.');
  return {
    code: 'input-invalid',
    message: field ? `The value of "${field}" is not valid.` : 'The request is not valid.',
    detail: { step: channel, ...(field ? { field } : {}) },
  };
};

const detailOf = (error: RegistryError): ErrorDetail => ({
  host: error.host,
  step: error.step,
  ...(error.status === undefined ? {} : { status: error.status }),
  ...(error.ociCode === undefined ? {} : { ociCode: error.ociCode }),
  ...(error.ociMessage === undefined ? {} : { registryMessage: error.ociMessage }),
  ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  ...(error.realmHost === undefined ? {} : { realmHost: error.realmHost }),
  ...(error.tls ? { certificates: error.tls.chain } : {}),
});
