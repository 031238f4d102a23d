import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findChromium } from '../chromium.ts';
import { beyondBound } from './gradient-bound.ts';
import type { GradientReport } from './page/engine-checks.ts';

/** Chromium brings a Vulkan loader and a driver that runs on the CPU. */
function findSoftwareVulkan(): string | undefined {
  const chromium = findChromium();
  const folders = [...(chromium ? [path.dirname(realpathSync(chromium))] : []), '/usr/lib/chromium'];
  return folders.find((folder) => existsSync(path.join(folder, 'vk_swiftshader_icd.json')));
}

const vulkan = findSoftwareVulkan();
if (!vulkan) console.warn("Skipped: Node's WebGPU. There is no vk_swiftshader_icd.json beside Chromium.");

// As in Chromium.
const size = process.env.TAGSMITH_BROWSER === 'all' ? [32, 128] : [8, 64];

describe.skipIf(!vulkan)("Node's WebGPU", () => {
  it(`gives the CPU's gradients: tiny encoder, ${size.join(' × ')} tokens, dropout on`, async () => {
    const program = fileURLToPath(new URL('node-step.ts', import.meta.url));
    const environment = { ...process.env, VK_ICD_FILENAMES: path.join(vulkan!, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: vulkan! };
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...size.map(String)], { env: environment, maxBuffer: 2 ** 24 });
    const report = JSON.parse(stdout) as Pick<GradientReport, 'gradients' | 'globalNorm'>;
    expect(Object.keys(report.gradients)).toHaveLength(31);
    expect(beyondBound(report, 1e-4)).toEqual([]);
  });
});
