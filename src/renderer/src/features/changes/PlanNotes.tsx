import { IconInfoCircle } from '@tabler/icons-react';
import { visibleText } from '#oci/text';
import classes from './PlanNotes.module.css';

/** What else a person should know before going on. */
export const PlanNotes = ({ notes }: { readonly notes: readonly string[] }) => {
  if (notes.length === 0) return null;
  return (
    <ul className={classes['root']} aria-label="Good to know">
      {notes.map((note) => (
        <li key={note} className={classes['note']}>
          <IconInfoCircle size={14} stroke={1.8} className={classes['icon']} aria-hidden />
          <span>{visibleText(note)}</span>
        </li>
      ))}
    </ul>
  );
};
