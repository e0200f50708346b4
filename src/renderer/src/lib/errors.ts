import type { ContractError, ErrorCode } from '#contract/result';
import {
  type ErrorAction,
  type ErrorWords,
  answerWords,
  networkWords,
  tlsWords,
  trustWords,
} from './error-words';
import { localWords } from './error-words-local';

export type { ErrorAction, ErrorWords } from './error-words';

/** Words for every error code: title, why, what to do, and the button that fits. */
export const errorWords: Readonly<Record<ErrorCode, ErrorWords>> = {
  ...networkWords,
  ...tlsWords,
  ...trustWords,
  ...answerWords,
  ...localWords,
};

/** Main's longer messages end with advice of their own; a short one gets the general words after it. */
export const adviceFor = ({ code, message }: ContractError): string | undefined => {
  if (/[.!?]\s+\S/u.test(message.trim())) return undefined;
  const { explanation, whatToDo } = errorWords[code];
  return `${explanation} ${whatToDo}`;
};

/** What each action's button says. */
export const errorActionLabels: Readonly<Record<Exclude<ErrorAction, 'none'>, string>> = {
  retry: 'Try again',
  'edit-address': 'Edit address…',
  'edit-login': 'Edit login…',
  'trust-certificate': 'Look at the certificate…',
  'use-plain-http': 'Use plain HTTP…',
  'approve-realm': 'Approve the login host…',
  'open-settings': 'Open settings…',
};
