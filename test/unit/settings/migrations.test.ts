import { describe, expect, it } from 'vitest';
import { migrateSettings, settingsMigrations } from '#core/settings/migrations';
import { settingsVersion } from '#core/settings/schema';

describe('migrateSettings', () => {
  const steps = [
    { from: 1, migrate: (old: object) => ({ ...old, colour: 'teal' }) },
    {
      from: 2,
      migrate: ({ colour, ...rest }: Record<string, unknown>) => ({ ...rest, accent: colour }),
    },
  ];

  it('applies each step in order and sets the version', () => {
    expect(migrateSettings({ version: 1, kept: true }, 1, steps, 3)).toEqual({
      version: 3,
      kept: true,
      accent: 'teal',
    });
  });

  it('starts at the version of the file', () => {
    expect(migrateSettings({ version: 2, colour: 'red' }, 2, steps, 3)).toEqual({
      version: 3,
      accent: 'red',
    });
  });

  it('leaves the current version alone', () => {
    const document = { version: 3 };
    expect(migrateSettings(document, 3, steps, 3)).toBe(document);
  });

  it('refuses a gap', () => {
    expect(() => migrateSettings({}, 1, steps.slice(1), 3)).toThrow(
      'No migration starts from version 1',
    );
  });

  it('has a step for every version before the current one', () => {
    const expected = Array.from({ length: settingsVersion - 1 }, (_, index) => index + 1);
    expect(settingsMigrations.map(({ from }) => from)).toEqual(expected);
  });
});
