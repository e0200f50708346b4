import type { CertificateView } from '#contract/result';
import { CopyButton } from '#components/CopyButton';
import { visibleText } from '#oci/text';
import classes from './CertificateChain.module.css';

const commonName = (subject: string): string =>
  /(?:^|, ?)CN=([^,]+)/u.exec(subject)?.[1] ?? subject;

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

const dateOf = (iso: string): string => {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? visibleText(iso) : dates.format(time);
};

const roleOf = ({ isSelfSigned }: CertificateView, at: number): string => {
  if (at === 0) return isSelfSigned ? 'Registry, signed by itself' : 'Registry';
  return isSelfSigned ? 'Root' : 'Between';
};

const Certificate = ({
  certificate,
  at,
}: {
  readonly certificate: CertificateView;
  readonly at: number;
}) => (
  <li className={classes['certificate']}>
    <div className={classes['head']}>
      <strong className={classes['name']}>{visibleText(commonName(certificate.subject))}</strong>
      <span className={classes['role']}>{roleOf(certificate, at)}</span>
    </div>
    <dl className={classes['rows']}>
      <dt>Issued by</dt>
      <dd>{visibleText(commonName(certificate.issuer))}</dd>
      <dt>Valid</dt>
      <dd>
        {dateOf(certificate.validFrom)} to {dateOf(certificate.validTo)}
      </dd>
      {certificate.subjectAltNames.length > 0 && (
        <>
          <dt>Names</dt>
          <dd>{visibleText(certificate.subjectAltNames.join(', '))}</dd>
        </>
      )}
      <dt>SHA-256</dt>
      <dd className={classes['fingerprint']}>
        <span className="tb-mono">{visibleText(certificate.fingerprintSha256)}</span>
        <CopyButton text={certificate.fingerprintSha256} label="Copy fingerprint" />
      </dd>
    </dl>
  </li>
);

/** The chain a registry showed, its own certificate first, with the fingerprints to compare. */
export const CertificateChain = ({ chain }: { readonly chain: readonly CertificateView[] }) => (
  <ol className={classes['chain']}>
    {chain.map((certificate, at) => (
      <Certificate key={certificate.fingerprintSha256} certificate={certificate} at={at} />
    ))}
  </ol>
);
