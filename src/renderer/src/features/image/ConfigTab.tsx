import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { ImageConfigView, ImageView, KeyValue } from '#contract/image';
import { FactTable, KeyValueTable } from '#components/KeyValueTable';
import { LongText } from '#components/LongText';
import { SearchField } from '#components/SearchField';
import { visibleText } from '#oci/text';
import { BlobPanel } from './BlobPanel';
import { execForm, runFacts } from './run-facts';
import { Section, Warning } from './Section';
import type { ViewContext } from './view-context';
import classes from './Section.module.css';
import tabClasses from './ConfigTab.module.css';

type Row = { readonly title: string; readonly text: string };

const otherFacts = (config: ImageConfigView): readonly Row[] =>
  [
    { title: 'Stop signal', text: config.stopSignal ?? '' },
    { title: 'Health check', text: config.healthcheck ?? '' },
    { title: 'Shell', text: config.shell.length === 0 ? '' : execForm(config.shell) },
    { title: 'Author', text: config.author ?? '' },
    { title: 'Platform', text: config.platform ?? '' },
  ].filter(({ text }) => text !== '');

const holds = (filter: string, ...texts: readonly string[]): boolean =>
  filter === '' || texts.some((text) => text.toLowerCase().includes(filter));

const Pairs = ({
  title,
  pairs,
  filter,
}: {
  readonly title: string;
  readonly pairs: readonly KeyValue[];
  readonly filter: string;
}) => {
  const shown = pairs.filter(({ key, value }) => holds(filter, key, value));
  if (shown.length === 0) return null;
  return (
    <Section
      title={title}
      note={shown.length === pairs.length ? pairs.length : `${shown.length} of ${pairs.length}`}
    >
      <KeyValueTable rows={shown} />
    </Section>
  );
};

const Fields = ({ config, text }: { readonly config: ImageConfigView; readonly text: string }) => {
  const filter = text.trim().toLowerCase();
  const facts = [...runFacts(config), ...otherFacts(config)].filter((row) =>
    holds(filter, row.title, row.text),
  );
  const isEmpty =
    facts.length === 0 &&
    ![...config.env, ...config.labels].some(({ key, value }) => holds(filter, key, value));
  return (
    <>
      {facts.length > 0 && (
        <Section title="Settings">
          <FactTable
            rows={facts.map((row) => ({
              key: row.title,
              value: <LongText text={row.text} isMono />,
            }))}
          />
        </Section>
      )}
      <Pairs title="Environment" pairs={config.env} filter={filter} />
      <Pairs title="Labels" pairs={config.labels} filter={filter} />
      {isEmpty && (
        <p className={classes['quiet']}>
          {filter === ''
            ? 'The config sets nothing.'
            : `Nothing in the config has “${visibleText(text)}”.`}
        </p>
      )}
    </>
  );
};

type Form = 'fields' | 'json';

const isForm = (value: string): value is Form => value === 'fields' || value === 'json';

const Raw = ({ view, context }: { readonly view: ImageView; readonly context: ViewContext }) =>
  view.configDescriptor === undefined ? (
    <p className={classes['quiet']}>This manifest has no config.</p>
  ) : (
    <BlobPanel
      digest={view.configDescriptor.digest}
      mediaType={view.configDescriptor.mediaType}
      label="config"
      context={context}
    />
  );

/** The image config, in words or as it was sent. */
export const ConfigTab = ({
  view,
  context,
}: {
  readonly view: ImageView;
  readonly context: ViewContext;
}) => {
  const [form, setForm] = useState<Form>('fields');
  const [text, setText] = useState('');
  const { config } = view;
  const fields: ReactNode =
    config === undefined ? (
      view.configProblem !== undefined && (
        <Warning>The config could not be read: {visibleText(view.configProblem)}</Warning>
      )
    ) : (
      <Fields config={config} text={text} />
    );
  if (config === undefined && view.configProblem === undefined) {
    return <Raw view={view} context={context} />;
  }
  return (
    <div className={tabClasses['root']}>
      <div className={tabClasses['bar']}>
        <span className={tabClasses['filter']}>
          {form === 'fields' && config !== undefined && (
            <SearchField
              label="Filter the config"
              placeholder="Filter keys and values"
              value={text}
              onChange={setText}
            />
          )}
        </span>
        <SegmentedControl
          size="xs"
          aria-label="Form of the config"
          value={form}
          onChange={(next) => {
            if (isForm(next)) setForm(next);
          }}
          data={[
            { value: 'fields', label: 'Fields' },
            { value: 'json', label: 'JSON' },
          ]}
        />
      </div>
      {form === 'json' ? (
        <Raw view={view} context={context} />
      ) : (
        <div className={tabClasses['scroller']}>{fields}</div>
      )}
    </div>
  );
};
