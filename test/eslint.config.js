import path from 'node:path';
import { fileURLToPath } from 'node:url';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const code = ['**/*.ts', '**/*.svelte'];

export default defineConfig([
  globalIgnores(['dist/', 'test-results/', 'test/fixtures/', 'node_modules/', 'web/public/']),
  typescript.configs.recommended,
  svelte.configs.recommended,
  {
    files: code,
    languageOptions: { parserOptions: { parser: typescript.parser, projectService: true, extraFileExtensions: ['.svelte'], tsconfigRootDir: root } },
  },
  {
    // These rules know types: a promise that nobody waits for hides its error.
    files: ['**/*.ts'],
    plugins: { '@typescript-eslint': typescript.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off', // indexing inside a known range, under noUncheckedIndexedAccess
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'eqeqeq': 'error',
      'no-console': 'off',
      'prefer-const': 'error',
      'svelte/prefer-svelte-reactivity': 'off', // means state; most of what it finds lives inside one function
      'no-control-regex': 'off', // files hold NULs and byte order marks, which have to be looked for
    },
  },
  {
    files: ['wasm-models/**/*.ts'],
    ignores: ['wasm-models/*/make.ts'], // programs that make files of the project
    rules: {
      'no-restricted-globals': ['error', ...['window', 'document', 'navigator', 'process', 'Buffer', 'fetch', 'localStorage'].map((name) => ({ name, message: 'wasm-models runs anywhere: pass in what it needs.' }))],
    },
  },
]);
