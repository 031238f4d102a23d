import { spawn } from 'node:child_process';

export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the real command, as `npm run -s tagsmith --` does. */
export function tagsmith(args: string[], env: Record<string, string> = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['web/cli/main.ts', ...args], { env: { ...process.env, ...env } });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (output.stdout += chunk));
    child.stderr.on('data', (chunk) => (output.stderr += chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...output }));
  });
}

/** The one JSON object on standard output; throws where there is anything else. Tests look into it as they like. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function jsonOf({ status, stdout, stderr }: Finished): any {
  if (status !== 0) throw new Error(`Exit status ${status}: ${stderr}`);
  if (stdout.trimEnd().includes('\n')) throw new Error(`More than one line on standard output: ${stdout}`);
  return JSON.parse(stdout);
}
