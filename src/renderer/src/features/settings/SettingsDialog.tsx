import { Modal, Select, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Kbd } from '#components/Kbd';
import { api, callOrThrow } from '#lib/api';
import { queryKeys } from '#lib/keys';
import { visibleText } from '#oci/text';
import { useActions } from '#state/actions';
import { type PullEngine, usePreferences } from '#state/preferences';
import { ProtectedTags } from './ProtectedTags';
import classes from './SettingsDialog.module.css';
import { fixedShortcuts } from './shortcuts-list';

const themes = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

const engines: readonly PullEngine[] = ['docker', 'podman', 'nerdctl', 'skopeo', 'crane'];

const Row = ({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly children: ReactNode;
}) => (
  <div className={classes['row']}>
    <div className={classes['label']}>
      <span>{label}</span>
      {hint !== undefined && <span className={classes['hint']}>{hint}</span>}
    </div>
    <div className={classes['control']}>{children}</div>
  </div>
);

const Appearance = () => {
  const theme = usePreferences((state) => state.theme);
  const setTheme = usePreferences((state) => state.setTheme);
  const pullEngine = usePreferences((state) => state.pullEngine);
  const setPullEngine = usePreferences((state) => state.setPullEngine);
  return (
    <section className={classes['section']} aria-label="Preferences">
      <Row label="Theme">
        <SegmentedControl aria-label="Theme" data={[...themes]} value={theme} onChange={setTheme} />
      </Row>
      <Row label="Pull commands for" hint="The engine the pull command is written for.">
        <Select
          aria-label="Pull commands for"
          data={[...engines]}
          value={pullEngine}
          allowDeselect={false}
          onChange={(engine) => {
            const known = engines.find((name) => name === engine);
            if (known !== undefined) setPullEngine(known);
          }}
          w={160}
        />
      </Row>
    </section>
  );
};

const About = () => {
  const { data: app } = useQuery({
    queryKey: queryKeys.app,
    queryFn: () => callOrThrow(api.app.view({})),
  });
  return (
    <section className={classes['section']} aria-label="About">
      <Row label="Credentials are kept in">
        <span className={classes['value']}>{visibleText(app?.credentialsKeptIn ?? '…')}</span>
      </Row>
      <Row label="Tagboat">
        <span className={classes['value']}>{app?.version ?? '…'}</span>
      </Row>
      <Row label="Electron">
        <span className={classes['value']}>{app?.electronVersion ?? '…'}</span>
      </Row>
    </section>
  );
};

const Shortcuts = () => {
  const actions = useActions((state) => state.actions);
  const registered = [...actions.values()].flatMap(({ id, title, shortcut }) =>
    shortcut === undefined ? [] : [{ id, title: title.replace(/…$/u, ''), shortcut }],
  );
  return (
    <section className={classes['section']} aria-labelledby="settings-shortcuts">
      <h3 id="settings-shortcuts" className={classes['heading']}>
        Keyboard shortcuts
      </h3>
      <dl className={classes['shortcuts']}>
        {[...registered, ...fixedShortcuts].map(({ id, title, shortcut }) => (
          <div key={id} className={classes['shortcut']}>
            <dt>{title}</dt>
            <dd>
              <Kbd shortcut={shortcut} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
};

/** Theme, pull engine, protected tags, where credentials are, versions and shortcuts. Changes apply at once. */
export const SettingsDialog = ({ onClose }: { readonly onClose: () => void }) => (
  <Modal opened onClose={onClose} title="Settings" size={560}>
    <Appearance />
    <ProtectedTags />
    <About />
    <Shortcuts />
  </Modal>
);
