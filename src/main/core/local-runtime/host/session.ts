import type { OpenRequest, RegistryProcess } from '../messages';
import { ProcessLink, type LinkListeners } from './process-link';
import type { RuntimeFault } from '../view';

/** Time beyond the drain in which the process has to have ended by itself. */
const endWithinMs = 5000;

/** One process with the folder it has open. */
export class Session {
  readonly link: ProcessLink;
  opened: OpenRequest | undefined;
  isListening = false;
  /** It is meant to end: its exit is no crash. */
  isEnding = false;
  /** Why it is being ended, where that is worth telling. */
  fault: RuntimeFault | undefined;
  /** Requests of long work that are under way, with words about them. */
  readonly works = new Set<{ readonly what: string; readonly isLong: boolean }>();

  constructor(child: RegistryProcess, listeners: LinkListeners) {
    this.link = new ProcessLink(child, listeners);
  }

  async open(request: OpenRequest): Promise<void> {
    await this.link.ask('open', request);
    this.opened = request;
  }

  /** True when the folder is open just as `request` says. */
  isOpenAs(request: OpenRequest): boolean {
    return JSON.stringify(this.opened) === JSON.stringify(request);
  }

  /** Lets requests end within `drainMs`, then ends the process; one that hangs is killed. */
  async end(drainMs: number, isSilent: boolean): Promise<void> {
    this.isEnding = true;
    if (isSilent) {
      await this.link.kill();
      return;
    }
    const timer = setTimeout(() => void this.link.kill(), drainMs + endWithinMs);
    await this.link.ask('close', { drainMs }).catch(() => undefined);
    await this.link.whenGone();
    clearTimeout(timer);
  }
}
