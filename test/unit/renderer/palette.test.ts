import { describe, expect, it, vi } from 'vitest';
import { bigCatalog, registryRow } from '#test/fake-rows';
import { bestMatches, scoreText, wordsOf } from '../../../src/renderer/src/app/palette/fuzzy';
import { findJumps } from '../../../src/renderer/src/app/palette/jump';
import { type PaletteSource, findItems } from '../../../src/renderer/src/app/palette/palette-items';
import { useSelection } from '#state/selection';

const corp = registryRow({ id: 'corp', name: 'Corp', host: 'reg.corp.example:5000' });
const hub = registryRow({ id: 'hub', name: 'Docker Hub', host: 'docker.io' });
const registries = [corp, hub];

const source = (over: Partial<PaletteSource> = {}): PaletteSource => ({
  actions: [],
  registries,
  repositories: [
    { registry: corp, names: ['team/app', 'team/api'] },
    { registry: hub, names: ['library/debian'] },
  ],
  openRegistryId: 'corp',
  openRepository: 'team/app',
  tags: ['1.8.2', 'latest'],
  ...over,
});

const titles = (query: string, over: Partial<PaletteSource> = {}): readonly string[] =>
  findItems(query, source(over)).flatMap(({ items }) => items.map(({ title }) => title));

describe('fuzzy matching', () => {
  it('finds letters in order, and not out of order', () => {
    expect(scoreText(['tap'], 'team/app')).toBeDefined();
    expect(scoreText(['pat'], 'team/app')).toBeUndefined();
  });

  it('prefers a whole word at its start to scattered letters', () => {
    const names = ['a/p/i-x', 'capital', 'shop/api'];
    expect(bestMatches(names, ['api'], (name) => name, 3)[0]?.item).toBe('shop/api');
  });

  it('asks for every word', () => {
    expect(
      bestMatches(['team/app', 'team/web'], wordsOf('web team'), (name) => name, 5),
    ).toHaveLength(1);
  });

  it('finds one among 5,000', () => {
    expect(
      bestMatches(bigCatalog, wordsOf('team-042 service-17'), (name) => name, 1)[0]?.item,
    ).toBe('team-042/service-17');
  });
});

describe('jumping to a typed place', () => {
  const jump = (text: string) => findJumps(text, registries, 'corp');

  it('takes the host of a registry for that registry, and no tag of a repository', () => {
    const local = registryRow({ id: 'local', name: 'Mine', host: '127.0.0.1:5055' });
    const here = { registries: [...registries, local] };
    expect(titles('127.0.0.1:5055', here)[0]).toBe('Mine');
    expect(titles('reg.corp.example:5000', here)[0]).toBe('Corp');
    expect(titles('127.0.0.1:5056', here)[0]).toBe('Open 127.0.0.1:5056');
  });

  it.each([
    ['reg.corp.example:5000/team/x:1.2', 'corp', 'team/x', '1.2'],
    ['https://reg.corp.example:5000/team/x:1.2', 'corp', 'team/x', '1.2'],
    ['docker pull reg.corp.example:5000/team/x:1.2', 'corp', 'team/x', '1.2'],
    ['team/x:1.2', 'corp', 'team/x', '1.2'],
    ['docker.io/debian:12', 'hub', 'library/debian', '12'],
  ])('%s', (text, id, repository, tag) => {
    expect(jump(text)[0]).toMatchObject({ kind: 'open', registry: { id }, repository, tag });
  });

  it('offers Docker Hub too for a name that says no registry', () => {
    expect(jump('debian:12')).toMatchObject([
      { registry: { id: 'corp' }, repository: 'debian' },
      { registry: { id: 'hub' }, repository: 'library/debian' },
    ]);
  });

  it('takes a digest', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(jump(`team/x@${digest}`)[0]).toMatchObject({ repository: 'team/x', digest });
  });

  it('offers to add a registry that is not there', () => {
    expect(jump('quay.io/org/tool:1')).toEqual([{ kind: 'add-registry', host: 'quay.io' }]);
  });

  it.each(['Team/X', 'a b', '', '../etc', 'team/x:', 'team/x@sha256:zz'])(
    'sees no place in %j',
    (text) => {
      expect(jump(text)).toEqual([]);
    },
  );
});

describe('the palette’s lines', () => {
  it('puts a typed place first and a bare word’s place last', () => {
    expect(titles('team/new:1')[0]).toBe('Open team/new:1');
    const forWord = titles('api');
    expect(forWord[0]).toBe('team/api');
    expect(forWord).toContain('Open api');
  });

  it('finds tags of the open repository and none without one', () => {
    expect(titles('1.8')).toContain('1.8.2');
    expect(titles('1.8', { openRepository: null })).not.toContain('1.8.2');
  });

  it('opens what is chosen', () => {
    useSelection.setState({ registryId: 'corp', repository: 'team/app', tag: null, digest: null });
    const item = findItems('debian', source())
      .flatMap(({ items }) => items)
      .find(({ title }) => title === 'library/debian');
    item?.run();
    expect(useSelection.getState()).toMatchObject({
      registryId: 'hub',
      repository: 'library/debian',
    });
  });

  it('keeps the reason of an action that cannot be done', () => {
    const actions = [
      {
        id: 'x',
        title: 'Delete tags…',
        section: 'Image' as const,
        disabledReason: 'Nothing is ticked.',
        run: vi.fn<() => void>(),
      },
    ];
    const [item] = findItems('delete', source({ actions })).flatMap(({ items }) => items);
    expect(item).toMatchObject({ title: 'Delete tags…', disabledReason: 'Nothing is ticked.' });
  });

  it('puts the action whose title was typed before others of a section that is called like it', () => {
    const action = (title: string, section: 'Registry' | 'Local registry', keywords: string) => ({
      id: title,
      title,
      section,
      keywords,
      run: vi.fn<() => void>(),
    });
    const actions = [
      action('Add sample images', 'Local registry', 'demo try'),
      action('Add registry…', 'Registry', 'host connect'),
    ];
    const [first] = findItems('add registry', source({ actions })).flatMap(({ items }) => items);
    expect(first?.title).toBe('Add registry…');
  });
});
