import type { GuideStep } from '#core/local-guides/index';
import { newAddress, type Graduating, type GraduationPlan } from './graduation';

/** The page in the folder, for whoever finds it later. */
export function readme(graduating: Graduating, plan: GraduationPlan): string {
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');
  return `# A registry for ${newAddress(graduating)}

Written by Tagboat from its local registry: ${graduating.input.release} of CNCF distribution.

## Files

${list(plan.files.map(({ name, note }) => `\`${name}\`: ${note}`))}

## Steps

${plan.nextSteps.map((step, index) => formatStep(step, index + 1)).join('\n\n')}

## What changes

${list(plan.changes)}

## What stays the same

${list(plan.staysTheSame)}

## Back again

Stop the registry and switch the local registry on in Tagboat.${
    graduating.input.storage.kind === 's3'
      ? ' What was pushed to the bucket in the meantime has to be copied back first: the same command with both places exchanged.'
      : ''
  }
`;
}

function formatStep({ title, kind, text, note }: GuideStep, number: number): string {
  const body = kind === 'text' ? text : `\`\`\`sh\n${text}\n\`\`\``;
  return [`${number}. ${title}`, body, ...(note === undefined ? [] : [note])].join('\n\n');
}
