import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BrowserFacts } from '../../../web/src/routes/browser/facts.ts';
import { familyOf, headline, judge } from '../../../web/src/routes/browser/judge.ts';
import { report } from '../../../web/src/routes/browser/report.ts';
import { browserText as text } from '../../../web/src/texts/browser.ts';

const gpu = { name: 'Some GPU', software: false, bufferBytes: 4e9, bindingBytes: 2e9, halfPrecision: true };
const best: BrowserFacts = {
  browser: 'Chrome 156', platform: 'Linux', secure: true, gpu, jspi: true, isolated: true, cores: 8, memory: 8,
  space: { usage: 1e6, quota: 10e9, persisted: true }, privateFiles: true, locks: true, wakeLock: true, clipboard: true, serviceWorker: true, segmenter: true,
};
const { features } = text;
const found = (facts: BrowserFacts, title: string) => judge(facts).find((finding) => finding.title === title)!;

test('a browser that has everything gets a yes in every row and nothing to do', () => {
  expect(judge(best).map(({ title, answer, advice }) => ({ title, answer, advice }))).toEqual(Object.values(features).map(({ title }) => ({ title, answer: 'yes', advice: '' })));
  expect(headline(best)).toBe(text.headline.gpu);
});

test('advice on a missing GPU is for the browser at hand', () => {
  const advice = (browser: string, missing: 'no-webgpu' | 'no-adapter') => found({ ...best, browser, gpu: missing }, features.gpu.title).advice;
  expect(advice('Firefox 153', 'no-webgpu')).toContain('about:config');
  expect(advice('Firefox 153', 'no-adapter')).toContain('about:support');
  expect(advice('Chrome 156', 'no-adapter')).toContain('chrome://settings/system');
  expect(advice('Safari 18', 'no-webgpu')).toContain('Feature Flags');
});

test('every browser of an iPhone is Safari inside', () => {
  expect(familyOf({ browser: 'Chrome 150', platform: 'iPhone' })).toBe('safari');
  expect(familyOf({ browser: 'Edge 150', platform: 'Windows' })).toBe('chromium');
  expect(familyOf({ browser: 'Netsurf 3', platform: '' })).toBe('other');
});

test('without a secure connection the way out is the connection, not the browser', () => {
  const bare: BrowserFacts = { ...best, secure: false, gpu: 'no-webgpu', isolated: false, space: null, privateFiles: false, locks: false, wakeLock: false, clipboard: false, serviceWorker: false };
  const missing = judge(bare).filter(({ answer }) => answer !== 'yes');
  expect(missing).toHaveLength(9);
  expect(new Set(missing.map(({ advice }) => advice))).toEqual(new Set([text.useHttps]));
  expect(headline(bare)).toBe(text.headline.insecure);
});

test('a program that imitates a GPU is no GPU', () => {
  const software = { ...best, gpu: { ...gpu, software: true } };
  expect(found(software, features.gpu.title).answer).toBe('partly');
  expect(headline(software)).toBe(text.headline.cpu(8));
  expect(headline({ ...software, isolated: false })).toBe(text.headline.cpuSingle);
});

test('little room, or work that the browser may clear, is said', () => {
  const storage = (usage: number, quota: number, persisted: boolean) => found({ ...best, space: { usage, quota, persisted } }, features.storage.title);
  expect(storage(1e9, 1.5e9, true)).toMatchObject({ answer: 'partly', advice: features.storage.littleAdvice });
  expect(storage(0, 10e9, false)).toMatchObject({ answer: 'partly', advice: features.storage.notKeptAdvice });
});

const anyFacts = fc.record({
  browser: fc.constantFrom('Firefox 153', 'Chrome 156', 'Safari 26', 'Other'), platform: fc.constantFrom('', 'Linux', 'iPhone'), secure: fc.boolean(),
  gpu: fc.oneof(fc.constantFrom('no-webgpu' as const, 'no-adapter' as const), fc.record({ name: fc.constant('Some GPU'), software: fc.boolean(), bufferBytes: fc.nat(), bindingBytes: fc.nat(), halfPrecision: fc.boolean() })),
  jspi: fc.boolean(), isolated: fc.boolean(), cores: fc.integer({ min: 1, max: 64 }), memory: fc.option(fc.constantFrom(0.5, 4, 8), { nil: undefined }),
  space: fc.option(fc.record({ usage: fc.nat(), quota: fc.nat(), persisted: fc.boolean() })),
  privateFiles: fc.boolean(), locks: fc.boolean(), wakeLock: fc.boolean(), clipboard: fc.boolean(), serviceWorker: fc.boolean(), segmenter: fc.boolean(),
});

test('whatever is found, every row says what it means, a "no" says what to do, and the report holds them all', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const findings = judge(facts);
      expect(findings).toHaveLength(Object.keys(features).length);
      for (const { answer, meaning, advice } of findings) {
        expect(meaning).not.toBe('');
        if (answer === 'no') expect(advice).not.toBe('');
        if (answer === 'yes') expect(advice).toBe('');
      }
      const written = report(facts, findings, { version: '1.2.3', at: 0 });
      expect(written).not.toMatch(/undefined|NaN|null|\[object/);
      for (const { title, answer } of findings) expect(written).toContain(`${title}: ${text.answers[answer]}.`);
    }),
    { seed: 8 },
  );
});
