import { Button, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type FormEvent, useRef, useState } from 'react';
import { IconAction } from '#components/IconAction';
import { LiveText } from '#components/LiveText';
import { visibleText } from '#oci/text';
import { usePreferences } from '#state/preferences';
import { patternProblem } from './protected-patterns';
import classes from './ProtectedTags.module.css';

const Patterns = ({
  patterns,
  onRemove,
}: {
  readonly patterns: readonly string[];
  readonly onRemove: (pattern: string, at: number) => void;
}) => (
  <ul className={classes['list']} aria-label="Protected tags">
    {patterns.map((pattern, at) => (
      <li key={pattern} className={classes['pattern']}>
        <code>{visibleText(pattern)}</code>
        <IconAction
          size="small"
          data-remove-pattern
          label={`Stop protecting ${visibleText(pattern)}`}
          icon={<IconX size={13} />}
          onClick={() => onRemove(pattern, at)}
        />
      </li>
    ))}
  </ul>
);

const usePatterns = () => {
  const patterns = usePreferences((state) => state.protectedTags);
  const setPatterns = usePreferences((state) => state.setProtectedTags);
  const [said, setSaid] = useState('');
  return {
    patterns,
    said,
    add: (pattern: string): void => {
      setPatterns([...patterns, pattern]);
      setSaid(`${pattern} is protected`);
    },
    remove: (pattern: string): void => {
      setPatterns(patterns.filter((one) => one !== pattern));
      setSaid(`${pattern} is no longer protected`);
    },
  };
};

/** Patterns of tags that ask a second time. Changes apply at once. */
export const ProtectedTags = () => {
  const { patterns, said, add, remove } = usePatterns();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const root = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = patternProblem(typed, patterns);
    setProblem(found);
    field.current?.focus();
    if (found !== undefined) return;
    add(typed.trim());
    setTyped('');
  };
  /** The focus goes to the button that took the place of the pressed one, else to the field. */
  const onRemove = (pattern: string, at: number): void => {
    const buttons = root.current?.querySelectorAll<HTMLElement>('[data-remove-pattern]') ?? [];
    const next = buttons[at + 1] ?? buttons[at - 1] ?? field.current;
    next?.focus();
    remove(pattern);
  };

  return (
    <section ref={root} className={classes['root']} aria-labelledby="protected-tags-title">
      <h3 id="protected-tags-title" className={classes['heading']}>
        Protected tags
      </h3>
      <p className={classes['hint']}>
        A tag that fits one of these asks a second time before it is removed or moved. * stands for
        any text, ? for one character.
      </p>
      {patterns.length === 0 ? (
        <p className={classes['none']}>No tag is protected.</p>
      ) : (
        <Patterns patterns={patterns} onRemove={onRemove} />
      )}
      <form className={classes['form']} onSubmit={submit} noValidate>
        <TextInput
          ref={field}
          aria-label="Tag or pattern"
          placeholder="release-*"
          value={typed}
          error={problem}
          spellCheck={false}
          autoComplete="off"
          className={classes['field'] ?? ''}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setProblem(undefined);
          }}
        />
        <Button type="submit">Protect</Button>
      </form>
      <LiveText text={visibleText(said)} />
    </section>
  );
};
