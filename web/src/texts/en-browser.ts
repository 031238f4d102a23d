import { numbers } from './numbers.ts';

const { count, bytes, date } = numbers('en');
const where = (platform: string) => (platform ? ` on ${platform}` : '');

/** Words of the page on what a browser can do. */
export const enBrowser = {
  title: 'What this browser can do',
  lead: 'Tagsmith runs in every current browser. How quickly it trains, and what it keeps, differs from one to the next. This was found out just now, here; nothing is sent.',
  looking: 'Looking',
  headline: {
    gpu: 'This browser trains on your graphics card.',
    cpu: (threads: number) => `This browser trains on the processor${threads > 1 ? `, with ${count(threads)} cores` : ''}: everything works, about 8 × slower than on a usual graphics card.`,
    cpuSingle: 'This browser trains on the processor, with one thread: everything works, slowly.',
    insecure: 'The connection is not secure, so the browser hides most of what it can do.',
  },
  is: (browser: string, platform: string) => `${browser}${where(platform)}`,
  columns: { feature: 'What', answer: 'Here', meaning: 'What it means', advice: 'What to do' },
  answers: { yes: 'yes', partly: 'in part', no: 'no' },
  nothing: 'Nothing',
  useHttps: 'Open the page over https, or on the computer that serves it as http://localhost.',

  features: {
    secure: {
      title: 'Secure connection',
      yes: 'The browser trusts this page with everything below.',
      no: 'Without one, browsers hide the graphics card, part of the storage and the clipboard from a page.',
      advice: '',
    },
    gpu: {
      title: 'Graphics card',
      ready: (name: string, binding: number) => `Training runs on ${name}. One piece of its memory may hold ${bytes(binding)}.`,
      software: (name: string) => `The browser offers ${name}, a program that imitates a graphics card and is slower than the processor itself. Training runs on the processor.`,
      softwareAdvice: 'If this computer has a graphics card, switch on hardware acceleration in the settings of the browser, then restart it.',
      missing: 'The browser has no WebGPU. Training runs on the processor, about 8 × slower.',
      hidden: {
        chromium: 'Update the browser. On Linux, switch on chrome://flags/#enable-unsafe-webgpu and restart it.',
        firefox: 'Update Firefox, or open about:config and set dom.webgpu.enabled to true. Where that changes nothing, Chrome or Edge may have it.',
        safari: 'Update to Safari 26 or later. In older ones: Settings, Advanced, Feature Flags, WebGPU.',
        other: 'A current Chrome, Edge, Safari or Firefox has it.',
      },
      none: {
        meaning: 'The browser has WebGPU, but offers no graphics card: there is none, hardware acceleration is off, or the driver is not trusted. Training runs on the processor, about 8 × slower.',
        advice: {
          chromium: 'Look at chrome://gpu, update the graphics driver, and switch on “Use graphics acceleration” under chrome://settings/system.',
          firefox: 'Look at about:support under Graphics, update the graphics driver, and switch on hardware acceleration in the settings under Performance.',
          safari: 'Update the system: graphics drivers come with it.',
          other: 'Update the graphics driver, or switch on hardware acceleration in the settings of the browser.',
        },
      },
    },
    steps: {
      title: 'Quick steps (JSPI)',
      yes: 'A training step is recorded once and repeated by the graphics card.',
      no: 'Training takes Tagsmith’s own programs for the graphics card; scoring hands ONNX Runtime’s over piece by piece, which is more work for the processor, and the download before the first training is larger.',
      noGpu: 'It matters only with a graphics card.',
      advice: 'Nothing needs to be done. Chrome and Edge from version 137 on have it, and Firefox 153.',
    },
    threads: {
      title: 'Several processor cores',
      yes: (cores: number) => `What runs on the processor may use several of its ${count(cores)} cores.`,
      oneCore: 'The page may use several cores, but the browser tells of one.',
      no: 'What runs on the processor uses one core only.',
      advice: 'The server has to send the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, as npm start does.',
    },
    storage: {
      title: 'Storage that lasts',
      kept: (left: number) => `The browser keeps your work until you delete it. There is room for about ${bytes(left)}.`,
      notKept: (left: number) => `Your work is kept, with room for about ${bytes(left)}, but the browser may clear it when the disk runs full, and Safari after a week without a visit.`,
      notKeptAdvice: 'Press “Ask the browser to keep it” under Manage workspaces, or save a backup there.',
      little: (left: number) => `There is room for about ${bytes(left)} only: a large data set or tagger may not fit.`,
      littleAdvice: 'Free some disk space, or leave the private window if this is one.',
      unknown: 'The browser does not say how much it keeps, or for how long.',
      unknownAdvice: 'Save a backup now and then.',
    },
    privateFiles: {
      title: 'Trainings survive a reload',
      yes: 'A training that is broken off goes on where it stood: its state is written to private files.',
      no: 'A training that is broken off begins again: the browser gives the page no private files.',
      advice: 'Leave the private window if this is one, or update the browser.',
    },
    locks: {
      title: 'Tabs know of each other',
      yes: 'One tab trains or annotates at a time, the others show it.',
      no: 'Two tabs may train or change the same data at once.',
      advice: 'Use one tab at a time, or update the browser.',
    },
    wakeLock: {
      title: 'Screen stays on',
      yes: 'The screen can be kept on while a training runs: a box on the Train page.',
      no: 'The computer may fall asleep in the middle of a training, which then goes on when it wakes.',
      advice: 'For a long training, set the computer to stay awake.',
    },
    clipboard: {
      title: 'Copying',
      yes: 'The buttons that copy work.',
      no: 'The buttons that copy do not work; select the text and copy it by hand.',
      advice: 'Update the browser.',
    },
    offline: {
      title: 'Ready for offline use',
      yes: 'The browser can keep the page itself, so that it opens without a network.',
      no: 'The browser cannot keep the page itself: it needs a network to open.',
      advice: 'Leave the private window if this is one, or update the browser.',
    },
    words: {
      title: 'Words of every language',
      yes: 'Texts without spaces between words, such as Chinese or Thai, are cut into words.',
      no: 'The annotator does not open: it needs Intl.Segmenter.',
      advice: 'Update the browser: all have it since 2024.',
    },
  },

  reportTitle: 'For a question to somebody who helps',
  reportNote: 'The same as plain text. It holds nothing of your texts and no address; nothing is sent, you copy it.',
  copy: 'Copy as text',
  copied: 'Copied.',
  notCopied: 'The browser did not let this page copy. Select the text below and copy it by hand.',
  reportLabel: 'The report as text',
  report: {
    title: (version: string, at: number) => `Tagsmith ${version}, what this browser can do, ${date(at)}`,
    browser: (browser: string, platform: string) => `Browser: ${browser}${where(platform)}`,
    machine: (cores: number, memory: number | undefined) => `Processor cores: ${count(cores)}; memory: ${memory === undefined ? 'not said' : memory === 8 ? '8 GB or more' : `about ${memory} GB`}`,
    gpu: ({ name, software, bufferBytes, bindingBytes, halfPrecision }: { name: string; software: boolean; bufferBytes: number; bindingBytes: number; halfPrecision: boolean }) =>
      `Graphics: ${name}${software ? ' (a program)' : ''}; buffer ${bytes(bufferBytes)}, binding ${bytes(bindingBytes)}, half precision (f16) ${halfPrecision ? 'yes' : 'no'}`,
  },
  measure: 'Measure how fast it trains',
};
