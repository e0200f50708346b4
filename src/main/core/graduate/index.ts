export { planGraduation } from './plan';
export { GraduationProblem, writeGraduation } from './write';
export type { GraduationInput, GraduationPlan, GraduationSource } from './graduation';
