import type { LocalSpaceReport } from '#contract/local';
import { localRegistryId } from '#contract/local';
import { formatBytes, formatCounted } from '#lib/format';
import { visibleText } from '#oci/text';
import { openLocalDialog } from '#state/local';
import { useSelection } from '#state/selection';
import classes from './Space.module.css';
import { biggest, shownRepositories, type SpaceColor } from './space-model';

/** Unique bytes solid and shared ones lighter, at the scale of the biggest repository. */
const TwoBars = ({
  uniqueBytes,
  sharedBytes,
  mostBytes,
  color,
}: {
  readonly uniqueBytes: number;
  readonly sharedBytes: number;
  readonly mostBytes: number;
  readonly color: SpaceColor;
}) => (
  <span className={classes['twoBars']} aria-hidden>
    <span
      data-color={color}
      style={{ width: `${(uniqueBytes / Math.max(1, mostBytes)) * 100}%` }}
    />
    <span
      data-color={color}
      data-shared
      style={{ width: `${(sharedBytes / Math.max(1, mostBytes)) * 100}%` }}
    />
  </span>
);

const Dot = ({ color }: { readonly color: SpaceColor }) => (
  <span className={classes['dot']} data-color={color} aria-hidden />
);

const Extra = ({
  color,
  name,
  bytes,
  note,
}: {
  readonly color: SpaceColor;
  readonly name: string;
  readonly bytes: number;
  readonly note: string;
}) => (
  <tr>
    <th scope="row" className={classes['name']}>
      <Dot color={color} />
      <span className={classes['nameText']}>{name}</span>
    </th>
    <td className={classes['note']} data-hint={note}>
      {note}
    </td>
    <td className={classes['bytes']}>{formatBytes(bytes)}</td>
    <td className={classes['bytes']} data-quiet>
      –
    </td>
  </tr>
);

const others = (report: LocalSpaceReport): { readonly count: number; readonly bytes: number } => {
  const shown = new Set(biggest(report).map(({ name }) => name));
  const rest = report.repositories.filter(({ name }) => !shown.has(name));
  return {
    count: rest.length,
    bytes: rest.reduce((all, { uniqueBytes }) => all + uniqueBytes, 0),
  };
};

/** The biggest repositories, what they alone use and what they share; below them what no tag leads to. */
export const SpaceTable = ({ report }: { readonly report: LocalSpaceReport }) => {
  const top = biggest(report);
  const mostBytes = Math.max(
    ...top.map(({ uniqueBytes, sharedBytes }) => uniqueBytes + sharedBytes),
    1,
  );
  const rest = others(report);
  return (
    <table className={classes['table']} aria-label="Where the space goes">
      <thead>
        <tr>
          <th scope="col">Repository</th>
          <th scope="col">
            <span className="tb-visually-hidden">Tags</span>
          </th>
          <th scope="col" data-numeric data-hint="Would come back if the repository went">
            Only here
          </th>
          <th scope="col" data-numeric data-hint="Used by other repositories too">
            Shared
          </th>
        </tr>
      </thead>
      <tbody>
        {top.map(({ name, tagCount, uniqueBytes, sharedBytes, color }) => (
          <tr key={name}>
            <th scope="row" className={classes['name']}>
              <Dot color={color} />
              <button
                type="button"
                className={classes['link']}
                data-hint={`${visibleText(name)}\n${formatCounted(tagCount, 'tag')}`}
                onClick={() => useSelection.getState().selectRepository(localRegistryId, name)}
              >
                {visibleText(name)}
              </button>
            </th>
            <td>
              <span className="tb-visually-hidden">{tagCount}</span>
              <TwoBars {...{ uniqueBytes, sharedBytes, mostBytes, color }} />
            </td>
            <td className={classes['bytes']}>{formatBytes(uniqueBytes)}</td>
            <td className={classes['bytes']} data-quiet>
              {sharedBytes === 0 ? '–' : formatBytes(sharedBytes)}
            </td>
          </tr>
        ))}
        {rest.count > 0 && (
          <tr>
            <th scope="row" className={classes['name']}>
              <Dot color="others" />
              <button
                type="button"
                className={classes['link']}
                aria-haspopup="dialog"
                onClick={() => openLocalDialog('repositories')}
              >
                {formatCounted(rest.count, 'more repository', 'more repositories')}…
              </button>
            </th>
            <td className={classes['note']}>the smaller ones</td>
            <td className={classes['bytes']}>{formatBytes(rest.bytes)}</td>
            <td className={classes['bytes']} data-quiet>
              –
            </td>
          </tr>
        )}
        {report.unreachableBytes > 0 && (
          <Extra
            color="amber"
            name="No longer reachable"
            bytes={report.unreachableBytes}
            note="garbage collection brings it back"
          />
        )}
        {report.uploadBytes > 0 && (
          <Extra
            color="uploads"
            name="Unfinished uploads"
            bytes={report.uploadBytes}
            note="of pushes under way or broken off"
          />
        )}
      </tbody>
    </table>
  );
};

/** Lines that are still to come, as many as there will mostly be. */
export const spaceRows = shownRepositories + 1;
