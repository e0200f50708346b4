import { spawn } from 'node:child_process';
import os from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command in the foreground and returns its exit code. The first Ctrl-C is passed on once, so that the
 * command can end by itself; the second kills it with everything it started.
 */
export function runInForeground(command, args, { env, cwd, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    // In a process group of its own a terminal's Ctrl-C reaches it only through the line below, not twice.
    const isGroup = process.platform !== 'win32';
    const child = spawn(command, args, { env, cwd, stdio, detached: isGroup });
    let isAsked = false;
    const forward = (signal) => {
      if (isAsked) signalTree(child.pid, 'SIGKILL', isGroup);
      else child.kill(signal);
      isAsked = true;
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const name of FORWARDED) process.off(name, forward);
      resolve(code ?? 128 + os.constants.signals[signal]);
    });
  });
}

function signalTree(pid, signal, isGroup) {
  try {
    process.kill(isGroup ? -pid : pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // ended in the meantime
  }
}
