export { addSampleImages, type SampleProgress } from './add-sample-images';
