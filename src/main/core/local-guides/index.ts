export { makeGuides } from './use/index';
export { makeTrustGuides } from './trust/index';
export { describeExposure } from './exposure';
export { networkAddresses } from './network-addresses';
export { quoteFor } from './steps';
export { engineHostNames } from './addresses';
export type {
  GuideEngine,
  GuideStep,
  GuideTarget,
  LocalPlace,
  NetworkAddress,
  TrustTarget,
} from './guide';
