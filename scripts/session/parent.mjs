const POLL_MS = 250;

/**
 * Ends this process with SIGTERM when its parent is gone. Under `npm run` a signal to npm ends npm and its
 * shell, and the shell passes nothing on: without this the command would go on unseen.
 */
export function endWithParent() {
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, POLL_MS);
  timer.unref();
}
