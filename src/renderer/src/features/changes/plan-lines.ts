import type { PlanRow, PlanVerdict } from '#contract/change';
import { shortDigest } from '#lib/digest-text';
import { visibleText } from '#oci/text';
import { createOwnerFinder, digestOf } from './owners';
import { partsWords } from './part-words';

export type LineTone = 'delete' | 'untag' | 'keep' | 'add' | 'plain';

/** One line of the plan's table. */
export type PlanLine = {
  readonly key: string;
  /** 0: asked for. Deeper: belongs to the line above. */
  readonly depth: number;
  readonly kind: 'tag' | 'image';
  /** A tag, or a short digest. */
  readonly name: string;
  /** All of it. */
  readonly fullName: string;
  readonly digest: string | undefined;
  /** What kind of image it is: "Signature", "SBOM" … */
  readonly label: string | undefined;
  readonly action: string;
  readonly tone: LineTone;
  readonly why: string;
  readonly ownBytes: number | undefined;
  /** With everything below it that goes along. */
  readonly totalBytes: number | undefined;
  /** What goes along, in words, for when those lines are folded away. */
  readonly along: string;
  /** It goes along with an image that was asked for, and can be folded away. */
  readonly isPart: boolean;
};

type Group = {
  readonly digest: string | undefined;
  readonly asked: PlanRow[];
  readonly kept: PlanRow[];
  image: PlanRow | undefined;
};

const actions: Readonly<Record<PlanVerdict, string>> = {
  'add-tag': 'add tag',
  'move-tag': 'move tag',
  untag: 'untag',
  delete: 'delete',
  'update-list': 'update list',
  restore: 'comes back',
  keep: 'kept',
  dangling: 'kept, its subject goes',
  refused: 'not done',
};

const tones: Readonly<Record<PlanVerdict, LineTone>> = {
  'add-tag': 'add',
  'move-tag': 'add',
  untag: 'untag',
  delete: 'delete',
  'update-list': 'plain',
  restore: 'add',
  keep: 'keep',
  dangling: 'untag',
  refused: 'untag',
};

/** "Image" → "image"; "SBOM" stays. */
const inSentence = (label: string): string =>
  /^[A-Z][a-z]/u.test(label) ? `${label.charAt(0).toLowerCase()}${label.slice(1)}` : label;

const nounOf = ({ label }: PlanRow): string => inSentence(visibleText(label ?? 'image'));

const keyOf = ({ target }: PlanRow): string =>
  target.kind === 'tag' ? `tag ${target.tag}` : `image ${target.digest}`;

/** A tag that names an image by its whole digest says too much for a line: `sha256-9f2c11d06a4e….sig`. */
const longDigest = /^([a-z0-9+._]+-[0-9a-f]{12})[0-9a-f]{20,}/u;

const nameOf = ({ target }: PlanRow): string =>
  target.kind === 'tag'
    ? visibleText(target.tag).replace(longDigest, '$1…')
    : shortDigest(target.digest);

const fullNameOf = ({ target }: PlanRow): string =>
  target.kind === 'tag' ? visibleText(target.tag) : target.digest;

/** The images of an index are its platforms. */
const labelOf = ({ role, label }: PlanRow): string | undefined => {
  if (label === undefined) return undefined;
  return role === 'child' && label === 'Image' ? 'Platform' : visibleText(label);
};

const lineOf = (row: PlanRow, depth: number, over: Partial<PlanLine> = {}): PlanLine => ({
  key: keyOf(row),
  depth,
  kind: row.target.kind,
  name: nameOf(row),
  fullName: fullNameOf(row),
  digest: digestOf(row),
  label: labelOf(row),
  action: actions[row.verdict],
  tone: tones[row.verdict],
  why: visibleText(row.why),
  ownBytes: row.ownBytes,
  totalBytes: row.ownBytes,
  along: '',
  isPart: false,
  ...over,
});

const isHead = ({ role }: PlanRow): boolean => role === 'asked' || role === 'same-digest';

/** Rows that stand for themselves, by the image they are on, in the order the plan names them. */
const gatherGroups = (rows: readonly PlanRow[]): Map<string, Group> => {
  const groups = new Map<string, Group>();
  for (const row of rows.filter(isHead)) {
    const digest = digestOf(row);
    const key = digest ?? keyOf(row);
    const group = groups.get(key) ?? { digest, asked: [], kept: [], image: undefined };
    groups.set(key, group);
    if (row.target.kind === 'image') group.image = row;
    else if (row.role === 'same-digest') group.kept.push(row);
    else group.asked.push(row);
  }
  return groups;
};

const byOwner = (rows: readonly PlanRow[]): ReadonlyMap<string, readonly PlanRow[]> => {
  const ownerOf = createOwnerFinder(rows);
  const found = new Map<string, PlanRow[]>();
  for (const row of rows.filter((one) => !isHead(one))) {
    const owner = ownerOf(row) ?? '';
    found.set(owner, [...(found.get(owner) ?? []), row]);
  }
  return found;
};

/** A tag that belongs to an image and the artifact it names go together, as one line. */
const attachedOver = (tag: PlanRow): Partial<PlanLine> => ({
  key: keyOf(tag),
  kind: 'tag',
  name: nameOf(tag),
  fullName: fullNameOf(tag),
  action: 'untag, delete',
});

const sumBytes = (rows: readonly PlanRow[]): number =>
  rows.reduce((sum, { ownBytes }) => sum + (ownBytes ?? 0), 0);

class LineWriter {
  readonly lines: PlanLine[] = [];
  private readonly parts: ReadonlyMap<string, readonly PlanRow[]>;
  private readonly written = new Set<PlanRow>();

  constructor(private readonly rows: readonly PlanRow[]) {
    this.parts = byOwner(rows);
  }

  write(): readonly PlanLine[] {
    for (const group of gatherGroups(this.rows).values()) this.writeGroup(group);
    // What belongs to nothing that is shown stands for itself: no row of a plan is ever left out.
    for (const row of this.rows) {
      if (!isHead(row) && !this.written.has(row)) this.writePart(row, 0);
    }
    return this.lines;
  }

  private writeGroup(group: Group): void {
    const { digest, asked, kept, image } = group;
    for (const row of asked.filter(({ verdict }) => verdict !== 'untag')) {
      const isSo = row.verdict === 'keep';
      this.lines.push(lineOf(row, 0, isSo ? { action: 'no change', tone: 'plain' } : {}));
    }
    this.writeHeads(group);
    const depth = asked.length > 0 || image !== undefined ? 1 : 0;
    for (const row of kept) this.lines.push(lineOf(row, depth));
    for (const row of this.parts.get(digest ?? '') ?? []) {
      if (digest !== undefined) this.writePart(row, 1);
    }
  }

  /** The tags that go, the first of them together with the image; else the image itself. */
  private writeHeads({ digest, asked, image }: Group): void {
    const untagged = asked.filter(({ verdict }) => verdict === 'untag');
    const below = digest === undefined ? [] : this.below(digest);
    const [lead, ...others] = untagged;
    if (image !== undefined && lead !== undefined) {
      this.lines.push(this.merged(lead, image, untagged.length, below));
      for (const row of others) this.lines.push(this.follower(row, lead, image));
      return;
    }
    for (const row of untagged) this.lines.push(lineOf(row, 0));
    if (image === undefined) return;
    const over = image.verdict === 'delete' ? { action: `delete ${nounOf(image)}` } : {};
    this.lines.push(this.lead(lineOf(image, 0, over), image, below));
  }

  /** A tag that goes, together with what becomes of its image. */
  private merged(
    tag: PlanRow,
    image: PlanRow,
    tagCount: number,
    below: readonly PlanRow[],
  ): PlanLine {
    const line = lineOf(tag, 0, { label: image.label });
    if (image.verdict !== 'delete') {
      return { ...line, why: `Image stays. ${visibleText(image.why)}`, ownBytes: undefined };
    }
    const short = shortDigest(image.target.digest ?? '');
    const own = tagCount === 1 ? `Only tag on ${short}.` : `All ${tagCount} tags on ${short} go.`;
    return this.lead(
      {
        ...line,
        action: `untag, delete ${nounOf(image)}`,
        tone: 'delete',
        why: tag.why === image.why ? own : visibleText(tag.why),
        ownBytes: image.ownBytes,
      },
      image,
      below,
    );
  }

  private lead(line: PlanLine, image: PlanRow, below: readonly PlanRow[]): PlanLine {
    const going = below.filter(({ verdict }) => verdict === 'delete');
    const isKnown = image.ownBytes !== undefined;
    return {
      ...line,
      along: partsWords(going),
      totalBytes: isKnown ? (image.ownBytes ?? 0) + sumBytes(going) : undefined,
    };
  }

  private follower(row: PlanRow, lead: PlanRow, image: PlanRow): PlanLine {
    return image.verdict === 'delete'
      ? lineOf(row, 0, { tone: 'delete', why: `Its image goes, together with ${nameOf(lead)}.` })
      : lineOf(row, 0, { why: `Image stays. ${visibleText(image.why)}` });
  }

  private writePart(row: PlanRow, depth: number): void {
    if (this.written.has(row)) return;
    this.written.add(row);
    const isPart = depth > 0;
    const image = this.imageOfAttached(row);
    if (image !== undefined) {
      this.written.add(image);
      this.lines.push({ ...lineOf(image, depth, { isPart }), ...attachedOver(row) });
      return this.writeParts(image, depth);
    }
    this.lines.push(lineOf(row, depth, { isPart }));
    this.writeParts(row, depth);
  }

  /** The signature, SBOM … that goes with its own tag. */
  private imageOfAttached(row: PlanRow): PlanRow | undefined {
    if (row.target.kind !== 'tag' || row.verdict !== 'untag') return undefined;
    return this.rows.find(
      (other) =>
        other.target.kind === 'image' &&
        other.target.digest === row.target.digest &&
        other.verdict === 'delete' &&
        !isHead(other) &&
        !this.written.has(other),
    );
  }

  private writeParts(row: PlanRow, depth: number): void {
    if (row.target.kind !== 'image') return;
    for (const part of this.parts.get(row.target.digest) ?? []) this.writePart(part, depth + 1);
  }

  /** Everything that belongs to an image, and to that in turn. */
  private below(digest: string): readonly PlanRow[] {
    const found = new Set<PlanRow>();
    const take = (owner: string): void => {
      for (const row of this.parts.get(owner) ?? []) {
        if (found.has(row)) continue;
        found.add(row);
        if (row.target.kind === 'image') take(row.target.digest);
      }
    };
    take(digest);
    return [...found];
  }
}

/**
 * The rows of a plan as lines: a tag and the image that goes with it are one, tags that stay on that image and whatever
 * belongs to it stand below it. Every row of the plan is in exactly one line.
 */
export const planLines = (rows: readonly PlanRow[]): readonly PlanLine[] =>
  new LineWriter(rows).write();
