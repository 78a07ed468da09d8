import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A sentence as the code has it: texts, and between them the expressions whose values it names. */
export interface Message {
  /** Below `src`. */
  readonly file: string;
  readonly texts: readonly string[];
  readonly values: readonly string[];
}

/** These get what is for the log, the documentation or the progress of an event, not for an answer. */
const silent = /(^|\.)(log|warn|info|error|debug|describe|onWait|askStack)$/;

/** Every sentence in the code that an answer or the command line may show. */
export function findMessages(root = 'src'): readonly Message[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .flatMap((file) => messagesIn(file, readFileSync(path.join(root, file), 'utf8')));
}

export function messagesIn(file: string, code: string): readonly Message[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const found: Message[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && silent.test(node.expression.getText())) return;
    const message = messageOf(file, node);
    if (message && isSentence(message)) found.push(message);
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function messageOf(file: string, node: ts.Node): Message | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    return { file, texts: [node.text], values: [] };
  }
  if (!ts.isTemplateExpression(node)) return undefined;
  return {
    file,
    texts: [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)],
    values: node.templateSpans.map(({ expression }) => expression.getText()),
  };
}

/** Three words or more, from a capital letter or a value to a full stop, a question mark or a value. */
function isSentence({ texts }: Message): boolean {
  const [first = ''] = texts;
  const last = texts.at(-1) ?? '';
  const words = texts.join(' ').match(/[A-Za-z]{2,}/g) ?? [];
  if (words.length < 3 || texts.join('').includes('\n')) return false;
  // One that another part of the code begins: "Issuer: …".
  if (/^(?:the|there) /.test(first)) return last.endsWith('.');
  return /^(?:$|[A-Z"]|\s[A-Z])/.test(first) && /(?:^|[.?)])$/.test(last);
}
