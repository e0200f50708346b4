import { api } from '#lib/api';
import { visibleText } from '#oci/text';
import { useStatusMessage } from '#state/status-message';
import { LongText } from './LongText';
import classes from './ExternalLink.module.css';

const longestUrl = 2048;

const isWebPage = (text: string): boolean =>
  text.length <= longestUrl &&
  /^https:\/\/[\x21-\x7e]+$/u.test(text) &&
  URL.canParse(text) &&
  visibleText(text) === text;

/** The browser shows that it went well; only a failure needs words. */
const openLink = async (url: string): Promise<void> => {
  const result = await api.app.openLink({ url });
  if (!result.ok) useStatusMessage.getState().say(result.error.message, 'failed');
};

/** An https address from a label as a link that main opens in the browser (it asks first); anything else is text. */
export const ExternalLink = ({ text }: { readonly text: string }) =>
  isWebPage(text) ? (
    <button type="button" className={classes['link']} onClick={() => void openLink(text)}>
      {text}
    </button>
  ) : (
    <LongText text={text} />
  );
