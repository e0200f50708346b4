export {
  addSampleImages,
  type AddedSamples,
  type SampleOptions,
  type SampleProgress,
  type SampleTarget,
} from './add-sample-images';
