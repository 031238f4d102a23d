import type { Placeholders, PromptTemplate } from './template.ts';

/** The prompts of annotation that people may edit. */
export interface AnnotateTemplates {
  /** Asks for one type. */
  oneType: PromptTemplate;
  /** Asks for all types at once. */
  allTypes: PromptTemplate;
}

/** What they say unless somebody edits them. A change of words here is another version. */
export const defaultTemplates: AnnotateTemplates = {
  oneType: {
    version: 1,
    system: 'You are an experienced linguist who labels texts by hand. Find every entity of the type {type} in the text that you are given.\n\n{type} means: {definition}\n\n{form}',
    user: '{text}',
  },
  allTypes: {
    version: 1,
    system: 'You are an experienced linguist who labels texts by hand. Find every entity of these types in the text that you are given.\n\n{types}\n\n{form}',
    user: '{text}',
  },
};

const common: Placeholders = {
  form: { in: ['system'], needed: true, means: 'how the answer is to be written, without which no answer can be read' },
  text: { in: ['user'], needed: true, means: 'the text to label' },
};

/** The placeholders of each. */
export const annotatePlaceholders: Record<keyof AnnotateTemplates, Placeholders> = {
  oneType: {
    type: { in: ['system', 'user'], needed: true, means: 'the name of the type' },
    definition: { in: ['system', 'user'], needed: true, means: 'what counts as the type' },
    ...common,
  },
  allTypes: { types: { in: ['system', 'user'], needed: true, means: 'the list of the types with what counts as them' }, ...common },
};

/** What stands for the definition of a type that has none. */
export const noDefinition = 'what the name says, in its usual sense.';
