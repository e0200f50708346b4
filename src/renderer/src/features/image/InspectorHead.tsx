import { IconBox, IconFileText, IconShieldCheck, IconTag } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Chip } from '#components/Chips';
import { DigestText } from '#components/DigestText';
import { visibleText } from '#oci/text';
import classes from './InspectorHead.module.css';

const mostSiblings = 6;

/** Tags on the same digest, the first few of them. */
const Siblings = ({ tags }: { readonly tags: readonly string[] }) => {
  const rest = tags.slice(mostSiblings);
  return (
    <>
      {tags.slice(0, mostSiblings).map((tag) => (
        <Chip key={tag} label={tag} kind="outline" hint={`Also on this digest: ${tag}`} />
      ))}
      {rest.length > 0 && (
        <span className={classes['rest']} data-hint={rest.slice(0, 40).join('\n')}>
          +{rest.length}
        </span>
      )}
    </>
  );
};

const icons = {
  tag: <IconTag size={16} stroke={1.8} aria-hidden />,
  image: <IconBox size={16} stroke={1.8} aria-hidden />,
  blob: <IconFileText size={16} stroke={1.8} aria-hidden />,
};

/** What is shown: its name, the other tags on it, its digest, and the platforms it has. */
export const InspectorHead = ({
  kind,
  title,
  siblings,
  digest,
  isSigned,
  actions,
  children,
}: {
  readonly kind: keyof typeof icons;
  readonly title: string;
  readonly siblings: readonly string[];
  readonly digest: string | undefined;
  readonly isSigned: boolean;
  /** What can be done with it. */
  readonly actions?: ReactNode;
  /** The platform switch. */
  readonly children?: ReactNode;
}) => (
  <div className={classes['root']}>
    <div className={classes['top']}>
      <div className={classes['names']}>
        <span className={classes['icon']}>{icons[kind]}</span>
        <h2 className={classes['title']}>{visibleText(title)}</h2>
        <Siblings tags={siblings} />
      </div>
      {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
    </div>
    <div className={classes['digest']}>
      {digest === undefined ? (
        <span className={classes['placeholder']} />
      ) : (
        <DigestText digest={digest} isCopyable />
      )}
      {isSigned && (
        <span className={classes['signed']} data-hint="A cosign signature tag names this digest.">
          <IconShieldCheck size={15} stroke={1.7} aria-hidden /> signed
        </span>
      )}
    </div>
    {children}
  </div>
);
