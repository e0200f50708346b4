import { Skeleton } from '@mantine/core';
import { IconCheck, IconHelpCircle, IconX } from '@tabler/icons-react';
import type { AbilitiesView, AbilityView } from '#contract/change';
import { CopyButton } from '#components/CopyButton';
import { visibleText } from '#oci/text';
import { abilityOf, abilityWords, answerWords, howWords, settingLine } from './ability-words';
import classes from './AbilityTable.module.css';

const icons = {
  yes: <IconCheck size={16} stroke={2} />,
  no: <IconX size={16} stroke={2} />,
  unknown: <IconHelpCircle size={16} stroke={1.6} />,
};

const Answer = ({ answer }: { readonly answer: AbilityView['answer'] }) => (
  <span className={classes['answer']} data-answer={answer}>
    <span className={classes['sign']} aria-hidden>
      {icons[answer]}
    </span>
    {answerWords[answer]}
  </span>
);

/** The registry's own setting as it would allow it, ready to be copied. */
const Setting = ({ setting }: { readonly setting: string }) => {
  const line = settingLine(setting);
  return (
    <div className={classes['setting']}>
      <span>Allowed by</span>
      <span className={classes['code']}>
        <code>{visibleText(line)}</code>
        <CopyButton text={line} label={`Copy ${visibleText(line)}`} />
      </span>
    </div>
  );
};

const Known = ({ line: { how, detail, setting } }: { readonly line: AbilityView }) => (
  <>
    {detail !== undefined && <div>{visibleText(detail)}</div>}
    <div className={detail === undefined ? undefined : classes['how']}>{howWords[how]}</div>
    {setting !== undefined && <Setting setting={setting} />}
  </>
);

/** Two bars where the answer and its reason will be. */
const Coming = () => (
  <>
    <td className={classes['answerCell']}>
      <Skeleton height={10} width={44} radius={5} mt={5} />
    </td>
    <td className={classes['knownCell']}>
      <Skeleton height={10} width="62%" radius={5} mt={5} />
      <Skeleton height={10} width="84%" radius={5} mt={10} />
    </td>
  </>
);

/** What a registry can do, line by line: yes, no or not known yet, and how that is known. */
export const AbilityTable = ({
  view,
  label,
}: {
  /** Undefined: it is still on its way, and the lines stand where they will be. */
  readonly view: AbilitiesView | undefined;
  readonly label: string;
}) => (
  <table className={classes['table']} aria-label={label} aria-busy={view === undefined}>
    <thead>
      <tr>
        <th scope="col">Ability</th>
        <th scope="col">Answer</th>
        <th scope="col">How it is known</th>
      </tr>
    </thead>
    <tbody>
      {abilityWords.map(({ ability, name, meaning }) => {
        const line = view === undefined ? undefined : abilityOf(view.abilities, ability);
        return (
          <tr key={ability} data-ability={ability}>
            <th scope="row" className={classes['nameCell']}>
              {name}
              <span className={classes['meaning']}>{meaning}</span>
            </th>
            {line === undefined ? (
              <Coming />
            ) : (
              <>
                <td className={classes['answerCell']}>
                  <Answer answer={line.answer} />
                </td>
                <td className={classes['knownCell']}>
                  <Known line={line} />
                </td>
              </>
            )}
          </tr>
        );
      })}
    </tbody>
  </table>
);
