import { OciError } from '#oci/error';

/** "read", "plain" for an OciError fit to show, or the text of whatever else went wrong. */
export const outcomeOf = (run: () => unknown): string => {
  try {
    run();
    return 'read';
  } catch (error) {
    const isFit = error instanceof OciError && !/undefined|\[object|\p{Cc}/u.test(error.message);
    return isFit ? 'plain' : String(error);
  }
};
