import type { Ability, AbilityView } from '#contract/change';

type AbilityWords = {
  readonly ability: Ability;
  readonly name: string;
  /** What a registry does that has it. */
  readonly meaning: string;
};

/** The lines of the card, in their order. */
export const abilityWords: readonly AbilityWords[] = [
  { ability: 'catalog', name: 'Catalog', meaning: 'Lists its repositories' },
  { ability: 'push', name: 'Push', meaning: 'Takes new tags and images' },
  {
    ability: 'deleteByTag',
    name: 'Delete by tag',
    meaning: 'Removes a tag by its name',
  },
  {
    ability: 'deleteByDigest',
    name: 'Delete by digest',
    meaning: 'Removes an image with all its tags',
  },
  {
    ability: 'referrers',
    name: 'Referrers',
    meaning: 'Lists what refers to an image',
  },
  { ability: 'mount', name: 'Mount', meaning: 'Links layers it already holds' },
  { ability: 'range', name: 'Range', meaning: 'Sends a part of a layer' },
];

export const answerWords: Readonly<Record<AbilityView['answer'], string>> = {
  yes: 'yes',
  no: 'no',
  unknown: 'unknown yet',
};

export const howWords: Readonly<Record<AbilityView['how'], string>> = {
  documented: 'Documented',
  probed: 'Asked just now; nothing was changed',
  seen: 'Seen while working',
  'refused-just-now': 'Refused just now',
  'not-asked': 'Not asked yet',
};

const notAsked = (ability: Ability): AbilityView => ({
  ability,
  answer: 'unknown',
  how: 'not-asked',
});

/** The line of an ability; one that main does not tell is not known. */
export const abilityOf = (abilities: readonly AbilityView[], ability: Ability): AbilityView =>
  abilities.find((one) => one.ability === ability) ?? notAsked(ability);

/** CNCF distribution's settings with the value that allows what is refused (its configuration reference). */
const allowing: Readonly<Record<string, string>> = {
  'storage.delete.enabled': 'storage.delete.enabled: true',
  'storage.maintenance.readonly': 'storage.maintenance.readonly.enabled: false',
};

/** A setting as it would have to be; one that is not known is shown as main names it. */
export const settingLine = (setting: string): string =>
  Object.hasOwn(allowing, setting) ? (allowing[setting] ?? setting) : setting;
