export { planGraduation } from './plan';
export { GraduationProblem, writeGraduation, type WriteOptions } from './write';
export type {
  GraduationFile,
  GraduationInput,
  GraduationPlan,
  GraduationSource,
} from './graduation';
