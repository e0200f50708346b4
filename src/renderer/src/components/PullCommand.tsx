import { Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import type { ArtifactView } from '#contract/tag';
import { type ReferenceHost, toReference } from '#lib/references';
import { visibleText } from '#oci/text';
import { pullCommand, pullEnginesFor, type PullEngine } from '#oci/pull-command';
import { type PullEngine as PreferredEngine, usePreferences } from '#state/preferences';
import { CopyButton } from './CopyButton';
import classes from './PullCommand.module.css';

const preferredEngines: ReadonlySet<string> = new Set<PreferredEngine>([
  'docker',
  'podman',
  'nerdctl',
  'skopeo',
  'crane',
]);

const isPreferred = (engine: PullEngine): engine is PreferredEngine & PullEngine =>
  preferredEngines.has(engine);

/** The engine of the settings where it can pull such an artifact, else the one chosen here, else the best there is. */
const useEngine = (engines: readonly PullEngine[]) => {
  const preferred = usePreferences((state) => state.pullEngine);
  const setPreferred = usePreferences((state) => state.setPullEngine);
  const [chosen, setChosen] = useState<PullEngine | undefined>();
  const wanted = [preferred, chosen].find((name) => name !== undefined && engines.includes(name));
  const choose = (engine: PullEngine): void => {
    if (isPreferred(engine)) setPreferred(engine);
    else setChosen(engine);
  };
  return { engine: wanted ?? engines[0], choose };
};

const EngineMenu = ({
  engine,
  engines,
  onChoose,
}: {
  readonly engine: PullEngine;
  readonly engines: readonly PullEngine[];
  readonly onChoose: (engine: PullEngine) => void;
}) => (
  <Menu position="bottom-start">
    <Menu.Target>
      <button type="button" className={classes['engine']} aria-label={`Pull with ${engine}`}>
        {engine}
        <IconChevronDown size={13} stroke={1.8} aria-hidden />
      </button>
    </Menu.Target>
    <Menu.Dropdown>
      <Menu.RadioGroup
        value={engine}
        onChange={(name) => {
          const chosen = engines.find((candidate) => candidate === name);
          if (chosen !== undefined) onChoose(chosen);
        }}
      >
        {engines.map((name) => (
          <Menu.RadioItem key={name} value={name} closeMenuOnClick className={classes['item']}>
            {name}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </Menu.Dropdown>
  </Menu>
);

/**
 * The command that pulls a tag or a digest, for the engine that is chosen: shell-quoted, and never `docker pull` for
 * what is no image (trap 42). Nothing when the names cannot stand in a reference.
 */
export const PullCommand = ({
  registry,
  repository,
  point,
  kind,
  className,
}: {
  readonly registry: ReferenceHost;
  readonly repository: string;
  /** A tag or a digest. */
  readonly point: string;
  readonly kind: ArtifactView['kind'];
  readonly className?: string | undefined;
}) => {
  const engines = pullEnginesFor(kind);
  const { engine, choose } = useEngine(engines);
  const reference = toReference(registry.host, repository, point);
  if (reference === undefined || engine === undefined) return null;
  const command = pullCommand(engine, reference, { plainHttp: registry.plainHttp });
  const withoutEngine = command.startsWith(`${engine} `)
    ? command.slice(engine.length + 1)
    : command;
  return (
    <div className={[classes['root'], className].filter(Boolean).join(' ')}>
      <EngineMenu engine={engine} engines={engines} onChoose={choose} />
      <code className={classes['command']} data-hint={visibleText(command)}>
        {visibleText(withoutEngine)}
      </code>
      <CopyButton
        text={command}
        label="Copy pull command"
        size="normal"
        className={classes['copy']}
      />
    </div>
  );
};
