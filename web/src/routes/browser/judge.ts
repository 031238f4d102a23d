import { browserText as text } from '../../texts/browser.ts';
import type { BrowserFacts } from './facts.ts';

/** `partly`: it works, less well than it could. */
export type Answer = 'yes' | 'partly' | 'no';

export interface Finding {
  title: string;
  answer: Answer;
  /** What there is, and what that means for the visitor. */
  meaning: string;
  /** What to do about it; empty where nothing can or need be done. */
  advice: string;
}

type Family = 'chromium' | 'firefox' | 'safari' | 'other';

/** Whose settings the advice names. On iPhones every browser is Safari inside. */
export function familyOf({ browser, platform }: Pick<BrowserFacts, 'browser' | 'platform'>): Family {
  if (/Safari/.test(browser) || /iPhone|iPad/.test(platform)) return 'safari';
  if (/Firefox/.test(browser)) return 'firefox';
  return /Chrom|Edge|Opera|Brave|Vivaldi|Samsung/.test(browser) ? 'chromium' : 'other';
}

/** Least room, in bytes, that a data set and a few taggers of the usual size want. */
const ROOM = 1e9;

/** The one sentence that matters: what a training runs on. */
export function headline({ secure, gpu, isolated, cores }: BrowserFacts): string {
  if (!secure) return text.headline.insecure;
  if (typeof gpu === 'object' && !gpu.software) return text.headline.gpu;
  return isolated ? text.headline.cpu(cores) : text.headline.cpuSingle;
}

/** What a visitor with this browser can do, the weightiest first. */
export function judge(facts: BrowserFacts): Finding[] {
  const { secure: fromSecure, threads, storage, privateFiles, locks, wakeLock, clipboard, offline, words } = text.features;
  const insecure = facts.secure ? '' : text.useHttps;
  /** A thing that is there or not; without a secure connection the connection is the reason. */
  const thing = ({ title, yes, no, advice }: { title: string; yes: string; no: string; advice: string }, there: boolean): Finding => ({
    title, answer: there ? 'yes' : 'no', meaning: there ? yes : no, advice: there ? '' : insecure || advice,
  });
  return [
    thing(fromSecure, facts.secure),
    judgeGpu(facts, insecure),
    judgeSteps(facts),
    facts.isolated
      ? { title: threads.title, answer: facts.cores > 1 ? 'yes' : 'partly', meaning: facts.cores > 1 ? threads.yes(facts.cores) : threads.oneCore, advice: '' }
      : { title: threads.title, answer: 'no', meaning: threads.no, advice: insecure || threads.advice },
    judgeStorage(facts, storage, insecure),
    thing(privateFiles, facts.privateFiles),
    thing(locks, facts.locks),
    thing(wakeLock, facts.wakeLock),
    thing(clipboard, facts.clipboard),
    thing(offline, facts.serviceWorker),
    thing(words, facts.segmenter),
  ];
}

function judgeGpu(facts: BrowserFacts, insecure: string): Finding {
  const { title, ready, software, softwareAdvice, missing, hidden, none } = text.features.gpu;
  const { gpu } = facts;
  const family = familyOf(facts);
  if (gpu === 'no-webgpu') return { title, answer: 'no', meaning: missing, advice: insecure || hidden[family] };
  if (gpu === 'no-adapter') return { title, answer: 'no', meaning: none.meaning, advice: insecure || none.advice[family] };
  if (gpu.software) return { title, answer: 'partly', meaning: software(gpu.name), advice: softwareAdvice };
  return { title, answer: 'yes', meaning: ready(gpu.name, gpu.bindingBytes), advice: '' };
}

function judgeSteps({ jspi, gpu }: BrowserFacts): Finding {
  const { title, yes, no, noGpu, advice } = text.features.steps;
  const computes = typeof gpu === 'object' && !gpu.software;
  if (jspi) return { title, answer: 'yes', meaning: computes ? yes : `${yes} ${noGpu}`, advice: '' };
  return { title, answer: 'no', meaning: computes ? no : `${no} ${noGpu}`, advice };
}

function judgeStorage({ space }: BrowserFacts, words: typeof text.features.storage, insecure: string): Finding {
  const { title } = words;
  if (!space) return { title, answer: 'partly', meaning: words.unknown, advice: insecure || words.unknownAdvice };
  const left = Math.max(0, space.quota - space.usage);
  if (left < ROOM) return { title, answer: 'partly', meaning: words.little(left), advice: words.littleAdvice };
  return space.persisted ? { title, answer: 'yes', meaning: words.kept(left), advice: '' } : { title, answer: 'partly', meaning: words.notKept(left), advice: words.notKeptAdvice };
}
