import { spawn } from 'node:child_process';

/**
 * Runs a command to its end and returns `{ code, output }`, stdout and stderr together. Never throws for a
 * command that fails or does not exist: code is then non-zero and output says why.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const collect = (chunk) => (output += chunk);
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.on('close', (code, signal) => {
      resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output });
    });
  });
}

/** Runs npm with the Node that runs this script. npm is a .cmd file on Windows, which needs a shell. */
export function runNpm(args, options = {}) {
  const cli = process.env['npm_execpath'];
  if (cli?.endsWith('.js')) return run(process.execPath, [cli, ...args], options);
  const isWindows = process.platform === 'win32';
  return run(isWindows ? 'npm.cmd' : 'npm', args, { shell: isWindows, ...options });
}

/** The last lines of a command's output, for an error message. */
export const lastLines = (output, count = 15) =>
  output.trimEnd().split('\n').slice(-count).join('\n');
