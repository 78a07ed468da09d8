import { sectionRows } from './message-rows.ts';
import { answerIn, preconditionSamples } from './precondition-samples.ts';
import { answerTo, propertySamples } from './property-samples.ts';

/** Every sentence about a property's form, with a value that a template might have. */
export function propertyErrors(): readonly string[] {
  return Object.values(propertySamples).map(answerTo);
}

/** Every sentence about what the template names and what is there. */
export function preconditionErrors(): readonly string[] {
  return Object.values(preconditionSamples).map(answerIn);
}

/** Every other error sentence, with realistic values, in sections. */
export function otherErrors(): string {
  return sectionRows()
    .map(({ title, about, sentences }) =>
      [`### ${title}`, ...(about ? [about] : []), errorTable(sentences)].join('\n\n'),
    )
    .join('\n\n');
}

/** A table of sentences: each says what to do, so that one column is enough. */
export function errorTable(sentences: readonly string[]): string {
  return ['| error |', '|---|', ...sentences.map((sentence) => `| ${cell(sentence)} |`)].join('\n');
}

/** Markdown takes `|` for the end of a cell and `<` for HTML. */
function cell(sentence: string): string {
  return sentence
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('*', '\\*')
    .replaceAll('_', '\\_');
}
