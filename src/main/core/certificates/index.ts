export {
  openCertificates,
  type Authority,
  type Certificates,
  type HostCertificate,
} from './certificates';
export { CertificateProblem } from './certificate-problem';
export { parseHostName } from './host-names';
