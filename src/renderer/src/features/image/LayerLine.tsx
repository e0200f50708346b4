import { useState } from 'react';
import type { LayerView } from '#contract/image';
import { ByteSize } from '#components/ByteSize';
import { Chip } from '#components/Chips';
import { DigestText } from '#components/DigestText';
import { LongText } from '#components/LongText';
import { formatAbsolute, toRecordedTime } from '#lib/dates';
import { clipText } from '#lib/format';
import { visibleText } from '#oci/text';
import type { LayerRow } from './layer-rows';
import classes from './LayerLine.module.css';

/** Beyond one line nothing is seen; the rest would only be laid out. */
const clippedChars = 240;

/** What is unusual about a layer. Foreign: told by its media type, its bytes are elsewhere by design (trap 37). */
const LayerBadges = ({ layer }: { readonly layer: LayerView }) => (
  <>
    {layer.isForeign && (
      <Chip
        label="foreign"
        kind="warning"
        hint="Not distributable: the registry need not hold its bytes, they come from elsewhere."
      />
    )}
    {layer.compression === 'zstd' && (
      <Chip label="zstd" hint="Compressed with Zstandard. Old engines cannot unpack it." />
    )}
    {layer.compression === 'encrypted' && (
      <Chip label="encrypted" kind="warning" hint="Can only be read with its key." />
    )}
    {layer.compression === 'none' && <Chip label="tar" kind="outline" hint="Not compressed." />}
  </>
);

const LayerDetails = ({ row }: { readonly row: LayerRow }) => {
  const { history, layer } = row;
  const time = toRecordedTime(history?.createdAt);
  return (
    <div className={classes['details']}>
      {history !== undefined && (
        <div className={classes['full']}>
          <LongText text={history.text === '' ? history.instruction : history.text} isMono />
        </div>
      )}
      {layer !== undefined && (
        <>
          <DigestText digest={layer.digest} isCopyable />
          <span className={classes['type']}>{visibleText(layer.mediaType)}</span>
        </>
      )}
      {time !== undefined && <span className={classes['type']}>{formatAbsolute(time)}</span>}
      {history?.comment !== undefined && history.comment !== '' && (
        <span className={classes['type']}>
          <LongText text={history.comment} />
        </span>
      )}
    </div>
  );
};

const Command = ({ row }: { readonly row: LayerRow }) => {
  const { history, layer } = row;
  if (history === undefined) {
    return <span className={classes['command']}>{layer && visibleText(layer.digest)}</span>;
  }
  return (
    <span className={classes['command']}>
      {history.instruction !== '' && (
        <span className={classes['instruction']}>{visibleText(history.instruction)} </span>
      )}
      {visibleText(clipText(history.text, clippedChars))}
    </span>
  );
};

/** One step of the history with the layer it made: its line, its size, and a bar against the biggest. A click shows all of it. */
export const LayerLine = ({ row }: { readonly row: LayerRow }) => {
  const [isOpen, setOpen] = useState(false);
  const { layer, share } = row;
  return (
    <li className={classes['root']} data-empty={layer === undefined || undefined}>
      <button
        type="button"
        className={classes['line']}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Command row={row} />
        {layer !== undefined && (
          <span className={classes['size']}>
            <LayerBadges layer={layer} />
            <ByteSize sizeBytes={layer.sizeBytes} note="compressed" />
          </span>
        )}
      </button>
      {share !== undefined && (
        <span className={classes['track']} aria-hidden>
          <span className={classes['bar']} style={{ width: `${Math.max(0.4, share * 100)}%` }} />
        </span>
      )}
      {isOpen && <LayerDetails row={row} />}
    </li>
  );
};
