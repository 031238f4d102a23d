import { expect, test } from 'vitest';
import { TrainingKeeper, type KeeperNews } from '../../../../web/src/storage/trainings/keeper.ts';
import type { Checkpoint } from '../../../../web/src/train/checkpoint.ts';

const checkpoint = { progress: { state: { step: 7 } } } as Checkpoint;

function keeperWith(save: () => Promise<void>) {
  let now = 0;
  const news: KeeperNews[] = [];
  const keeper = new TrainingKeeper({ save }, (told) => news.push(told), () => now);
  return { keeper, news, pass: (milliseconds: number) => (now += milliseconds) };
}

test('a checkpoint is due after three seconds, or when those before have cost a twentieth of the time', async () => {
  const { keeper, news, pass } = keeperWith(async () => void pass(1000));
  expect(keeper.due()).toBe(false);
  pass(2999);
  expect(keeper.due()).toBe(false);
  pass(1);
  expect(keeper.due()).toBe(true);
  await keeper.save(async () => (pass(500), checkpoint));
  expect(news).toEqual([{ type: 'kept', step: 7 }]);
  pass(29_999);
  expect(keeper.due()).toBe(false);
  pass(1);
  expect(keeper.due()).toBe(true);
});

test('a full disk is said, and does not end the training', async () => {
  const { keeper, news, pass } = keeperWith(() => Promise.reject(new DOMException('no room', 'QuotaExceededError')));
  await keeper.save(async () => checkpoint);
  expect(news).toEqual([{ type: 'unkept', message: 'The browser has no room left for the state of this training.' }]);
  pass(3000);
  expect(keeper.due()).toBe(true);
});

test('what goes wrong while the device is read is the training’s own failure', async () => {
  const { keeper, news } = keeperWith(async () => undefined);
  await expect(keeper.save(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(news).toEqual([]);
});
