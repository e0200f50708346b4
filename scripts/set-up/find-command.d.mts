/** The full path of a command, or undefined when this machine does not have it. */
export function findCommand(name: string): string | undefined;
