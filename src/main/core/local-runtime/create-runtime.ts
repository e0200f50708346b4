import type { LocalRuntime, RuntimePorts } from './runtime';
import { RuntimeProblem } from './view';

/** Nothing is started until `start` is called. */
export function createLocalRuntime(_ports: RuntimePorts): LocalRuntime {
  throw new RuntimeProblem('unsupported', 'The local registry cannot be started yet.');
}
