import { type FormEvent, useState } from 'react';
import { tryParseTag } from '#oci/tag';
import { openPlan } from '#state/plans';
import { type NameUse, useNameUse } from './name-check';
import { grammarProblem, type NameTagKind, requestFor, takenProblem } from './name-tag';

export type Naming = {
  readonly typed: string;
  readonly type: (text: string) => void;
  readonly name: string;
  /** What the name means now; unknown as long as it cannot be used. */
  readonly use: NameUse;
  /** What is wrong with it, to be shown at the field. */
  readonly problem: string | undefined;
  /** Why there can be no plan yet. */
  readonly notYet: string | undefined;
  /** Goes on to the plan. */
  readonly submit: (event: FormEvent) => void;
};

const unknown: NameUse = { kind: 'unknown' };

const notYetReason = (name: string, problem: string | undefined): string | undefined => {
  if (name === '') return 'Type a name first.';
  return problem ?? (tryParseTag(name) === undefined ? 'This is no tag.' : undefined);
};

/** A tag's name while it is typed. */
export const useNaming = (asked: NameTagKind): Naming => {
  const { registryId, repository } = asked;
  const [typed, setTyped] = useState(asked.tag ?? '');
  const [isTouched, setTouched] = useState(false);
  const name = typed.trim();
  const use = useNameUse({ registryId, repository }, name);
  const problem = grammarProblem(name) ?? takenProblem(asked, name, use);
  const notYet = notYetReason(name, problem);
  return {
    typed,
    type: (text) => {
      setTyped(text);
      setTouched(true);
    },
    name,
    use: problem === undefined ? use : unknown,
    // The name it has now is no mistake before anything was typed.
    problem: isTouched ? problem : undefined,
    notYet,
    submit: (event) => {
      event.preventDefault();
      setTouched(true);
      if (notYet !== undefined) return;
      openPlan({ registryId, repository }, [requestFor(asked, name, use)]);
    },
  };
};
