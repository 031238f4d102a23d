import { countGpuWork } from '../../../web/src/engine/webgpu/account.ts';
import { accountChecks } from './operator-account.ts';
import { engineChecks } from './engine-checks.ts';
import { headChecks } from './head-checks.ts';
import { kernelChecks } from './kernel-checks.ts';
import { trueSizeChecks } from './true-size-checks.ts';

countGpuWork();

const checks = { ...kernelChecks, ...engineChecks, ...accountChecks, ...headChecks, ...trueSizeChecks };

export type Checks = typeof checks;

self.addEventListener('message', ({ data }: MessageEvent<{ id: number; check: keyof Checks; argument: never }>) => {
  const { id, check, argument } = data;
  Promise.resolve()
    .then(() => (checks[check] as (argument: never) => Promise<unknown>)(argument))
    .then(
      (result) => self.postMessage({ id, result }),
      (error: unknown) => self.postMessage({ id, error: error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error) }),
    );
});
