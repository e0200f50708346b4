import { joinNames } from '#contract/tag';
import { sortTagsByVersion, tryParseTag, type Tag } from '#oci/tag';
import { splitTags } from './split-tags';

const rounds = 20;
const namesInRound = 1000;
const pauseMs = 20;

const namesOf = (round: number): readonly string[] =>
  Array.from({ length: namesInRound }, (_, at) => {
    const number = round * namesInRound + at;
    const release = `${number % 9}.${number % 31}.${number % 17}`;
    const all = [release, `v${release}-rc.${number % 5}`, `build-${number}`, `${release}-alpine`];
    return all[number % all.length] ?? release;
  });

const isTag = (tag: Tag | undefined): tag is Tag => tag !== undefined;

const rehearse = (round: number): void => {
  const { tags } = splitTags(
    namesOf(round)
      .map((name) => tryParseTag(name))
      .filter(isTag),
  );
  joinNames(sortTagsByVersion(tags));
};

/**
 * Takes made-up tags through everything that a page of tags goes through, a few at a time: the engine compiles code only
 * after it has run for a while, and the first repository with ten thousand tags would be read ten times slower than the
 * second. Returns the way to stop it.
 */
export const warmUpTagPages = (): (() => void) => {
  let round = 0;
  const timer = setInterval(() => {
    rehearse(round);
    round += 1;
    if (round >= rounds) clearInterval(timer);
  }, pauseMs);
  timer.unref();
  return () => clearInterval(timer);
};
