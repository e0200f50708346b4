import { formatBytes } from '#lib/format';
import { visibleText } from '#oci/text';
import type { SpacePart } from './space-model';
import classes from './Space.module.css';

/** Parts of a whole as one bar, up to the limit where there is one. The table below it says the same in words. */
export const SpaceBar = ({
  parts,
  wholeBytes,
}: {
  readonly parts: readonly SpacePart[];
  readonly wholeBytes: number;
}) => (
  <div className={classes['bar']} aria-hidden>
    {parts.map(({ key, label: name, color, bytes }) => (
      <span
        key={key}
        className={classes['part']}
        data-color={color}
        data-hint={`${visibleText(name)}\n${formatBytes(bytes)}`}
        style={{ flexGrow: bytes / wholeBytes }}
      />
    ))}
    <span
      className={classes['free']}
      style={{
        flexGrow: Math.max(0, 1 - parts.reduce((all, { bytes }) => all + bytes, 0) / wholeBytes),
      }}
    />
  </div>
);
