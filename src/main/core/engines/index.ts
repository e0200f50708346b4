export { findEngines, type Engine, type EngineSearch } from './find-engines';
export { currentEngineEnvironment, type EngineEnvironment } from './engine-environment';
export {
  createEngineClient,
  type EngineClient,
  type EngineRequest,
  type EngineResponse,
} from './engine-client';
export type { EngineMessage } from './messages';
export type { EngineEndpoint } from './endpoint';
export { EngineProblem, type EngineProblemCode } from './engine-problem';
export { registryAuthHeader } from './registry-auth';
export { testEngine, type EngineTestStep, type PullTarget } from './test-pull';
