export { makeGuides } from './use/index';
export { makeTrustGuides } from './trust/index';
export { describeExposure, type ExposureInput, type LocalExposure } from './exposure';
export { networkAddresses } from './network-addresses';
export { quoteFor } from './steps';
export { engineHostNames } from './addresses';
export { dockerDaemonJsonPath } from './daemon-json';
export type {
  GuideEngine,
  GuidePlatform,
  GuideStep,
  GuideTarget,
  LocalGuide,
  LocalPlace,
  NetworkAddress,
  TrustGuide,
  TrustTarget,
} from './guide';
