import type { ContractError } from '#contract/result';

/** What no person should ever read, whatever went wrong. */
const unfit = /\bundefined\b|\bNaN\b|\[object|\{"|\}\]|\bat .+:\d+:\d+|node:|^\w*Error:|\n/u;

/** The reasons why an error's message is not fit to be shown; none when it is. */
export function complaintsAbout({ code, message }: ContractError): string[] {
  const complaints: string[] = [];
  if (unfit.test(message)) complaints.push(`is not plain words: ${message}`);
  if (message.length < 10 || message.length > 500) complaints.push(`is ${message.length} long`);
  if (!/[.!?…”"]$/u.test(message)) complaints.push(`is no sentence: ${message}`);
  if (code === 'internal') complaints.push('says nothing of what happened');
  return complaints;
}
