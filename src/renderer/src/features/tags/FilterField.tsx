import { Combobox, useCombobox } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import { useId, useRef } from 'react';
import { IconAction } from '#components/IconAction';
import { useFilterField } from './use-filter-field';
import classes from './FilterField.module.css';

const placeholder = 'Filter: words, or tag:pr-* age:>60d platform:arm64 size:>100MB signed:no';

/** The filter of the tag table, with completions for keys and values. */
export const FilterField = ({
  platforms,
  onEnterRows,
}: {
  /** Platforms that the loaded tags have. */
  readonly platforms: () => readonly string[];
  /** Enter and arrow down leave the field for the rows. */
  readonly onEnterRows: () => void;
}) => {
  const input = useRef<HTMLInputElement>(null);
  const field = useFilterField(input, platforms, onEnterRows);
  const isOpen = field.completions.length > 0;
  const combobox = useCombobox({ opened: isOpen });
  const optionId = useId();
  return (
    <Combobox
      store={combobox}
      position="bottom-start"
      width="max-content"
      offset={5}
      onOptionSubmit={(label) => {
        const chosen = field.completions.find((completion) => completion.label === label);
        if (chosen !== undefined) field.choose(chosen);
      }}
    >
      <Combobox.DropdownTarget>
        <div className={classes['root']}>
          <IconFilter size={15} stroke={1.7} className={classes['icon']} aria-hidden />
          <Combobox.EventsTarget withKeyboardNavigation={false} withAriaAttributes={false}>
            <input
              ref={input}
              type="text"
              role="combobox"
              className={classes['input']}
              aria-label="Filter tags"
              aria-autocomplete="list"
              aria-expanded={isOpen}
              aria-controls={isOpen && combobox.listId !== null ? combobox.listId : undefined}
              aria-activedescendant={field.active >= 0 ? `${optionId}-${field.active}` : undefined}
              data-tag-filter
              placeholder={placeholder}
              spellCheck={false}
              autoComplete="off"
              value={field.text}
              onChange={field.onChange}
              onKeyDown={field.onKeyDown}
              onBlur={field.close}
            />
          </Combobox.EventsTarget>
          {field.text !== '' && (
            <IconAction
              size="small"
              label="Clear filter"
              icon={<IconX size={14} />}
              onClick={field.clear}
            />
          )}
        </div>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown>
        <Combobox.Options aria-label="Completions">
          {field.completions.map(({ label, hint }, at) => (
            <Combobox.Option
              key={label}
              id={`${optionId}-${at}`}
              value={label}
              active={at === field.active}
              className={classes['option'] ?? ''}
              data-active={at === field.active || undefined}
            >
              <code>{label}</code>
              <span className={classes['hint']}>{hint}</span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
};
