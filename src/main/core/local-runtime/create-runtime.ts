import { Runtime } from './host/local-runtime';
import type { LocalRuntime, RuntimePorts } from './runtime';

/** Nothing is started until `start` is called. */
export const createLocalRuntime = (ports: RuntimePorts): LocalRuntime => new Runtime(ports);
