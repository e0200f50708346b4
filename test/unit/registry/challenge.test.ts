import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatChallenges, parseChallenges, type Challenge } from '#core/registry/auth/challenge';

const bearer = (parameters: Record<string, string>): Challenge => ({
  scheme: 'bearer',
  parameters,
});

const table: [title: string, values: string[], expected: Challenge[]][] = [
  [
    'the usual Bearer challenge',
    ['Bearer realm="https://auth.example/token",service="reg.example",scope="repository:a/b:pull"'],
    [
      bearer({
        realm: 'https://auth.example/token',
        service: 'reg.example',
        scope: 'repository:a/b:pull',
      }),
    ],
  ],
  [
    'any parameter order, spaces around the commas and signs',
    ['Bearer scope = "x" , realm="r"  ,  service=s'],
    [bearer({ scope: 'x', realm: 'r', service: 's' })],
  ],
  [
    'scheme and names without regard to case',
    ['BEARER Realm="R", SERVICE="S"'],
    [bearer({ realm: 'R', service: 'S' })],
  ],
  [
    'commas and escaped quotes inside a quoted value',
    ['Bearer realm="a,b",scope="say \\"pull,push\\" \\\\"'],
    [bearer({ realm: 'a,b', scope: 'say "pull,push" \\' })],
  ],
  [
    'several challenges in one header',
    ['Basic realm="x", Bearer realm="y",service="z", Negotiate'],
    [
      { scheme: 'basic', parameters: { realm: 'x' } },
      bearer({ realm: 'y', service: 'z' }),
      { scheme: 'negotiate', parameters: {} },
    ],
  ],
  [
    'several headers',
    ['Bearer realm="y"', 'Basic realm="x"'],
    [bearer({ realm: 'y' }), { scheme: 'basic', parameters: { realm: 'x' } }],
  ],
  [
    'a token68',
    ['Negotiate YWJj==, Basic realm="x"'],
    [
      { scheme: 'negotiate', parameters: {}, token68: 'YWJj==' },
      { scheme: 'basic', parameters: { realm: 'x' } },
    ],
  ],
  [
    'empty list elements',
    [', ,Basic realm="x",,'],
    [{ scheme: 'basic', parameters: { realm: 'x' } }],
  ],
  ['the first of two equal names', ['Bearer realm="a",realm="b"'], [bearer({ realm: 'a' })]],
  ['nothing', ['', '  ', ','], []],
  [
    'a broken part, and the good one after it',
    ['Bearer realm="unclosed, Basic', 'Basic realm="x"'],
    [
      { scheme: 'bearer', parameters: {} },
      { scheme: 'basic', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'x' } },
    ],
  ],
  ['a name that is no plain property', ['Bearer __proto__="x"'], [bearer({ ['__proto__']: 'x' })]],
];

describe('parseChallenges', () => {
  it.each(table)('reads %s (trap 27)', (_title, values, expected) => {
    const read = parseChallenges(values).map(({ scheme, parameters, token68 }) => ({
      scheme,
      parameters: Object.entries(parameters),
      token68,
    }));
    expect(read).toEqual(
      expected.map(({ scheme, parameters, token68 }) => ({
        scheme,
        parameters: Object.entries(parameters),
        token68,
      })),
    );
  });

  const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
  const challenge = fc.record({
    scheme: token,
    parameters: fc.dictionary(token, fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), {
      maxKeys: 5,
    }),
  });

  it('gives back what formatChallenges wrote', () => {
    fc.assert(
      fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
        const read = parseChallenges([formatChallenges(challenges)]);
        expect(read.map(({ scheme, parameters }) => [scheme, { ...parameters }])).toEqual(
          challenges.map(({ scheme, parameters }) => [scheme, { ...parameters }]),
        );
      }),
    );
  });

  it('neither throws nor hangs on any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(Array.isArray(parseChallenges([text]))).toBe(true);
      }),
    );
    expect(parseChallenges(['a '.repeat(50_000)]).length).toBeGreaterThan(0);
    expect(parseChallenges(['"'.repeat(100_000)])).toEqual([]);
  });
});
