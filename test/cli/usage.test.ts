import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { tagsmith } from './command.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tagsmith-cli-'));
  await writeFile(path.join(folder, 'a.conll'), 'Nuno\tB-person\ncame\tO\n\n');
  await writeFile(path.join(folder, 'recipe.json'), '{"steps": "many"}');
});

describe('wrong use ends with status 2 and says what to write', () => {
  test.each([
    [['grain'], 'There is no command "grain"'],
    [['train', '--train', 'a', '--stepz', '3'], "'--stepz'"],
    [['train'], '--train is missing'],
    [['train', '--train', 'a', '--steps', 'many'], '--steps many: expected a number'],
    [['train', '--train', 'a', '--steps', '-5'], '--steps'],
    [['train', '--train', 'a', '--steps', '0'], 'Recipe field "steps": expected a whole number from 1, got 0.'],
    [['train', '--train', 'a', '--device', 'tpu'], '--device tpu: expected cpu, webgpu'],
    [['train', '--train', 'a', '--recipe', 'mine'], '--recipe mine: there is no such file'],
    [['train', 'a.conll'], 'a.conll'],
    [['predict', '--model', 'm', '--input', 'x.txt', '--out', 'y.csv'], '--out y.csv: expected a name that ends in .conll or .jsonl'],
    [['evaluate', '--gold', 'a.conll'], '--pred is missing'],
    [['evaluate', '--gold', 'a', '--pred', 'b', '--mode', 'loose'], '--mode loose: expected default, strict'],
    [['bench', 'jump'], 'There is no "bench jump"'],
    [['bench', '--only', 'everything'], '--only everything: expected some of pytorch, wasm, webgpu, growth, gpu'],
    [['bench', '--encoder', 'tiny'], '--encoder goes with "bench step"'],
    [['models'], 'Say what to do: list or fetch'],
  ])('%j', async (args, message) => {
    const { status, stdout, stderr } = await tagsmith(args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(stdout).toBe('');
  });

  test('a wrong field of a recipe file is named with the file', async () => {
    const recipe = path.join(folder, 'recipe.json');
    const { status, stderr } = await tagsmith(['train', '--train', path.join(folder, 'a.conll'), '--recipe', recipe]);
    expect(stderr).toContain(`${recipe}: Recipe field "steps": expected a whole number from 1, got "many".`);
    expect(status).toBe(2);
  });
});

describe('a failed run ends with status 1 and says what to do', () => {
  test('a file that is not there', async () => {
    const { status, stderr, stdout } = await tagsmith(['evaluate', '--gold', 'nowhere.conll', '--pred', 'nowhere.conll', '--json']);
    expect(stderr).toContain('There is no file nowhere.conll.');
    expect(status).toBe(1);
    expect(stdout).toBe('');
  });

  test('a folder in the place of a file', async () => {
    const { status, stderr } = await tagsmith(['evaluate', '--gold', folder, '--pred', folder]);
    expect(stderr).toContain(`${folder} is a folder`);
    expect(status).toBe(1);
  });

  test('a tagger’s folder that is a file, before anything is trained', async () => {
    const file = path.join(folder, 'a.conll');
    const { status, stderr } = await tagsmith(['train', '--train', file, '--encoder', 'tiny', '--out', file]);
    expect(stderr).toContain(`--out ${file} is a file`);
    expect(stderr).not.toContain('Training');
    expect(status).toBe(1);
  });

  test('an encoder that does not exist', async () => {
    const { status, stderr } = await tagsmith(['train', '--train', path.join(folder, 'a.conll'), '--encoder', 'bort']);
    expect(stderr).toContain('There is no encoder "bort".');
    expect(stderr).toContain('minilm-l6');
    expect(status).toBe(1);
  });

  test('an empty split', async () => {
    await writeFile(path.join(folder, 'empty.conll'), '');
    const { status, stderr } = await tagsmith(['train', '--train', path.join(folder, 'a.conll'), '--dev', path.join(folder, 'empty.conll'), '--encoder', 'tiny']);
    expect(stderr).toContain('empty.conll is empty');
    expect(status).toBe(1);
  });
});

test('help is on standard output with status 0', async () => {
  const { status, stdout } = await tagsmith(['help']);
  expect(status).toBe(0);
  for (const verb of ['models', 'data', 'train', 'predict', 'evaluate', 'bench', 'demo']) expect(stdout).toContain(`tagsmith ${verb}`);
});
