/** The Electron executable in use; throws with the command to run when there is none yet. */
export function electronPath(): string;
