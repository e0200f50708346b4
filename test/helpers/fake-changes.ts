import type { AbilitiesView, ChangeProgress, ChangeReport, PlanView } from '#contract/change';

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** A plan that removes one tag and keeps its sibling. */
export const fakePlan: PlanView = {
  planId: 'plan-1',
  registryId: 'corp',
  repository: 'shop/api',
  rows: [
    {
      target: { kind: 'tag', tag: '1.8.2', digest: digestOf('a') },
      role: 'asked',
      verdict: 'untag',
      why: 'Asked for.',
    },
    {
      target: { kind: 'tag', tag: 'latest', digest: digestOf('a') },
      role: 'same-digest',
      verdict: 'keep',
      why: 'Points to the same image aaaaaaaaaaaa.',
    },
    {
      target: { kind: 'image', digest: digestOf('a') },
      role: 'asked',
      verdict: 'keep',
      why: 'Still tagged latest.',
      label: 'Image',
    },
  ],
  steps: [{ text: 'Remove the tag 1.8.2', requests: 3 }],
  requestCount: 4,
  blockers: [],
  confirmations: [],
  freed: {
    bytes: 0,
    isLowerBound: false,
    comesBack:
      'The space comes back when the registry collects garbage, which its owner may have to start.',
  },
  summary: { added: 0, moved: 0, untagged: 1, deletedImages: 0, deletedManifests: 0 },
  action: 'Untag 1 tag',
  isDestructive: true,
  notes: [],
};

export const fakeProgress: ChangeProgress = {
  completed: 1,
  total: 1,
  last: { text: 'Remove the tag 1.8.2', state: 'done' },
};

export const fakeReport: ChangeReport = {
  changeId: 'change-1',
  outcome: 'done',
  text: 'Untag 1 tag',
  steps: [{ text: 'Remove the tag 1.8.2', state: 'done' }],
  lostTags: [],
};

export const fakeAbilities: AbilitiesView = {
  readOnly: 'no',
  abilities: [
    { ability: 'catalog', answer: 'yes', how: 'probed', detail: 'It lists repositories.' },
    { ability: 'push', answer: 'yes', how: 'probed', detail: 'It reads what is pushed.' },
    {
      ability: 'deleteByTag',
      answer: 'no',
      how: 'probed',
      detail: 'The registry answers 400 to the deletion of a tag.',
    },
    {
      ability: 'deleteByDigest',
      answer: 'no',
      how: 'probed',
      detail: 'The registry answers 405 to the deletion of a digest.',
      setting: 'storage.delete.enabled',
    },
    {
      ability: 'referrers',
      answer: 'no',
      how: 'probed',
      detail: 'It has no referrers API. Tagboat keeps the lists of referrers by tag.',
    },
    { ability: 'mount', answer: 'unknown', how: 'not-asked' },
    { ability: 'range', answer: 'yes', how: 'probed', detail: 'It sends parts of blobs.' },
  ],
};
