import { defaultTemplates, type AnnotateTemplates } from '../llm/annotate/templates.ts';
import type { PromptTemplate } from '../llm/annotate/template.ts';
import { defaultVerification } from '../llm/annotate/verify.ts';
import { readSetting, writeSetting } from '../storage/settings.ts';
import { store } from './store.ts';

/** The prompts of annotation by name. */
export type Prompts = AnnotateTemplates & { verification: PromptTemplate };
export type PromptName = keyof Prompts;

const defaults: Prompts = { ...defaultTemplates, verification: defaultVerification };

/** The prompts as this visitor has them: edited ones, and for the rest those that come with the program. */
class LlmPrompts {
  #edited = $state.raw<Partial<Prompts>>({});
  readonly all = $derived<Prompts>({ ...defaults, ...this.#edited });

  constructor() {
    void store()
      .then((opened) => readSetting(opened, 'prompts'))
      .then((edited) => (this.#edited = edited ?? {}))
      // Without a store the prompts are those that come with the program.
      .catch(() => undefined);
  }

  isEdited(name: PromptName): boolean {
    return this.#edited[name] !== undefined;
  }

  /** Uses other words from now on. */
  async edit(name: PromptName, words: Pick<PromptTemplate, 'system' | 'user'>): Promise<void> {
    await this.#keep({ ...this.#edited, [name]: { version: defaults[name].version, ...words } });
  }

  /** Goes back to the words that come with the program. */
  async reset(name: PromptName): Promise<void> {
    const { [name]: _, ...rest } = this.#edited;
    await this.#keep(rest);
  }

  async #keep(edited: Partial<Prompts>): Promise<void> {
    this.#edited = edited;
    await writeSetting(await store(), 'prompts', edited);
  }
}

export const llmPrompts = new LlmPrompts();
