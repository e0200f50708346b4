/** What a failed pull tells about the way to the registry. */
export type PullFailure = {
  readonly step: 'reach' | 'login' | 'pull';
  /** The registry answered that there is no such tag: everything before that went well. */
  readonly isMissing: boolean;
  readonly message: string;
};

type Meaning = (address: string) => PullFailure;

const reach =
  (words: string): Meaning =>
  (address) => ({ step: 'reach', isMissing: false, message: words.replaceAll('ADDRESS', address) });

/**
 * Words of Docker, Podman and Go's net and crypto packages, most telling first. Engines give no codes, only text; what is
 * not known is shown as it came.
 */
const meanings: readonly (readonly [RegExp, Meaning])[] = [
  [
    /server gave HTTP response to HTTPS client/iu,
    reach(
      'The engine expects TLS at ADDRESS, but the registry speaks plain HTTP. Allow plain HTTP for this address in the engine, or turn on TLS.',
    ),
  ],
  [
    /HTTP request to an HTTPS server|malformed HTTP response/iu,
    reach(
      'The engine speaks plain HTTP to ADDRESS, but the registry expects TLS. Take ADDRESS out of the insecure registries of the engine.',
    ),
  ],
  [
    /unknown authority|certificate is not trusted|self.signed/iu,
    reach(
      'The engine reaches ADDRESS, but does not trust its certificate. Follow the steps under "Trust" for this engine.',
    ),
  ],
  [
    /certificate is (?:valid for|not valid for)|doesn't contain any IP SANs|cannot validate certificate/iu,
    reach(
      'The certificate is not for the name in ADDRESS. Add the name to the host names under TLS.',
    ),
  ],
  [
    /certificate has expired|not yet valid/iu,
    reach(
      "The certificate of ADDRESS is not valid at the engine's time. Compare the clock of the engine with this computer's.",
    ),
  ],
  [
    /no such host|server misbehaving|Temporary failure in name resolution/iu,
    reach(
      'The engine does not know the name in ADDRESS. Use the address that this page shows for this engine.',
    ),
  ],
  [
    /connection refused|connection reset/iu,
    reach(
      'The engine finds nobody at ADDRESS. If it runs in a virtual machine, 127.0.0.1 is that machine: use the address that this page shows for it.',
    ),
  ],
  [
    /i\/o timeout|deadline exceeded|Client\.Timeout|no route to host|network is unreachable/iu,
    reach(
      'The engine gets no answer from ADDRESS. A firewall may be in between, or the registry is not shared on that network.',
    ),
  ],
  [
    /unauthorized|authentication required|no basic auth credentials|incorrect username or password|\b401\b/iu,
    () => ({
      step: 'login',
      isMissing: false,
      message: 'The registry did not accept the user and password.',
    }),
  ],
  [
    /manifest unknown|name unknown|not found|repository name not known/iu,
    () => ({
      step: 'pull',
      isMissing: true,
      message: 'The registry was reached; it does not have that tag.',
    }),
  ],
];

/**
 * Which step a pull from `address` got stuck at, by the engine's words. Words that are not known tell nothing about the
 * registry: unless content had begun to come, it may never have been reached.
 */
export function explainPullFailure(
  words: string,
  address: string,
  hadContent: boolean,
): PullFailure {
  const meaning = meanings.find(([pattern]) => pattern.test(words))?.[1];
  const step = hadContent ? 'pull' : 'reach';
  return meaning?.(address) ?? { step, isMissing: false, message: words };
}
