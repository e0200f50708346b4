import { parseFilter } from '#lib/filter';
import { emptyTagBook } from '#lib/tag-details';
import { mergeTags } from '#lib/tag-order';
import { sortTagsByVersion } from '#oci/tag';
import { filterTags, orderTags } from '../features/tags/rows';

/** 5,000 names altogether: from then on the engine runs compiled code. */
const rounds = 25;
const namesInRound = 200;

/** Names as registries hold them: releases, candidates, variants, builds, commits. */
const namesOf = (round: number): readonly string[] =>
  Array.from({ length: namesInRound }, (_, at) => {
    const number = round * namesInRound + at;
    const version = `${number % 9}.${(number >> 3) % 30}.${number % 17}`;
    const commit = (number * 2_654_435_761).toString(16).slice(0, 7);
    const all = [
      version,
      `v${version}`,
      `${version}-bookworm`,
      `build-${number}`,
      `main-${commit}`,
      `${version}-rc.${number % 5}`,
    ];
    return all[number % all.length] ?? version;
  });

const rehearse = (round: number): void => {
  const tags = mergeTags(sortTagsByVersion(namesOf(round)), sortTagsByVersion(namesOf(round + 1)));
  const source = {
    tags,
    lowerCase: tags.map((tag) => tag.toLowerCase()),
    book: emptyTagBook,
    signedDigests: new Set<string>(),
  };
  const { tags: passed } = filterTags(source, parseFilter(`build ${round % 10}`), 0);
  orderTags(passed, { column: 'tag', descending: false }, emptyTagBook);
};

/**
 * Sorts and filters made-up names in idle moments after the start. Without it the first repository with ten thousand
 * tags is arranged by code that was never compiled, which takes ten times as long and freezes the window meanwhile.
 * Loads the font of commands and digests too, which the first table would otherwise wait for.
 */
export const warmUp = (): void => {
  void document.fonts.load('13px "JetBrains Mono Variable"');
  let round = 0;
  const goOn = (deadline: IdleDeadline): void => {
    do {
      rehearse(round);
      round += 1;
    } while (round < rounds && deadline.timeRemaining() > 3);
    if (round < rounds) requestIdleCallback(goOn);
  };
  requestIdleCallback(goOn);
};
