import { expect, importFiles, sentences, test } from './page.ts';
import { storedRuns } from './stored-runs.ts';

/** Two trainings on a software GPU take minutes, so it is a part of `npm run test:browser` alone. */
if (process.env.TAGSMITH_BROWSER === 'all') {
  test('a training whose GPU process is killed says so, goes on by itself, and is the one that nothing broke off @webgpu', async ({ page, browser }) => {
    test.setTimeout(1_800_000);
    await importFiles(page, [{ name: 'train.conll', content: sentences(24) }, { name: 'dev.conll', content: sentences(4, 'dev') }], 'Crashed');
    const set = new URLSearchParams(new URL(page.url()).hash.split('?')[1]).get('set') ?? '';
    const settings = { steps: '40', batchSize: '4', evaluateEvery: '20', learningRate: '0.003', headLearningRate: '0.01', dropout: '0.1' };
    await page.goto(`#/train?${new URLSearchParams({ ...settings, set, encoder: 'tiny', device: 'webgpu' }).toString()}`);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await expect(page.getByText(/^step [4-9]/)).toBeVisible({ timeout: 600_000 });
    await expect(page.getByText(/^safe up to step \d/)).toBeVisible({ timeout: 120_000 });

    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    process.kill(processInfo.find(({ type }) => type === 'GPU')!.id, 'SIGKILL');
    await expect(page.getByText(/The training went on by itself from step/)).toBeVisible({ timeout: 300_000 });
    await expect(page.getByRole('link', { name: 'Try it' })).toBeVisible({ timeout: 900_000 });

    await page.getByRole('button', { name: 'Train again' }).click();
    await expect(page.getByRole('link', { name: 'Try it' })).toBeHidden();
    await expect(page.getByRole('link', { name: 'Try it' })).toBeVisible({ timeout: 900_000 });
    const [crashed, straight] = await storedRuns(page);
    expect(crashed!.result.losses).toHaveLength(40);
    expect(crashed!.result.losses).toEqual(straight!.result.losses);
    expect(crashed!.result.scores).toEqual(straight!.result.scores);
  });
}
