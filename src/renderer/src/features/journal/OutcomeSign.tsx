import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCheck,
  IconCircleX,
  IconHandStop,
  IconLoader2,
  IconPlugConnectedX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ChangeView } from '#contract/change';
import classes from './OutcomeSign.module.css';

const icon = { size: 16, stroke: 1.8 };

const signs: Readonly<Record<ChangeView['outcome'], ReactNode>> = {
  done: <IconCheck {...icon} />,
  'done-with-exceptions': <IconAlertTriangle {...icon} />,
  stopped: <IconHandStop {...icon} />,
  cancelled: <IconCircleX {...icon} />,
  undone: <IconArrowBackUp {...icon} />,
  interrupted: <IconPlugConnectedX {...icon} />,
  running: <IconLoader2 {...icon} />,
};

/** The sign of an outcome; its words stand beside it. */
export const OutcomeSign = ({ outcome }: { readonly outcome: ChangeView['outcome'] }) => (
  <span className={classes['sign']} data-outcome={outcome} aria-hidden>
    {signs[outcome]}
  </span>
);
