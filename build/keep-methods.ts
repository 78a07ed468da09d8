import ts from 'typescript';

/**
 * Cuts a generated CommonJS module of classes down to some classes and some of their methods, and makes it an ES module:
 * of a CommonJS module a bundler makes a function, which V8 reads twice.
 *
 * @param source the module's text
 * @param kept the names of the methods to keep, by class; constructors stay
 * @param file the module's name, for the message
 * @returns the module without the other classes, their exports and the imports that only they used
 * @throws Error when a class or method that is to be kept is not there, or when the module has more than imports, classes
 *   and their exports
 */
export function keepMethods(source: string, kept: Record<string, string[]>, file: string): string {
  const module = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const classes = module.statements.filter(ts.isClassDeclaration);
  const missing = Object.keys(kept).filter(
    (name) => !classes.some((declared) => declared.name?.text === name),
  );
  if (missing.length > 0) throw new Error(`${file} has no class ${missing.join(', ')}`);
  const other = module.statements.find((statement) => !isExpected(statement));
  if (other) throw new Error(`${file} has more than classes: ${other.getText().slice(0, 80)}`);

  const text = classes
    .flatMap((declared) => {
      const methods = kept[declared.name?.text ?? ''];
      return methods ? [`export ${classWith(declared, methods, file)}`] : [];
    })
    .join('\n');
  const imports = module.statements.flatMap((statement) => {
    const { name, from } = required(statement) ?? {};
    return name && text.includes(name) ? [`import * as ${name} from ${from};`] : [];
  });
  return [...imports, text].join('\n');
}

function classWith(declaration: ts.ClassDeclaration, methods: string[], file: string): string {
  const members = declaration.members.filter(
    (member) => ts.isConstructorDeclaration(member) || methods.includes(member.name?.getText() ?? ''),
  );
  const missing = methods.filter((method) => !members.some((member) => member.name?.getText() === method));
  const name = declaration.name?.text;
  if (missing.length > 0) throw new Error(`${file}: ${name} has no method ${missing.join(', ')}`);
  const heritage = declaration.heritageClauses?.map((clause) => clause.getText()).join(' ') ?? '';
  return `class ${name} ${heritage} {\n${members.map((member) => member.getText()).join('\n')}\n}`;
}

/** The name and the quoted module of `const name = require('…')`. */
function required(statement: ts.Statement) {
  return /^const (?<name>\w+) = require\((?<from>[^)]*)\);?$/.exec(statement.getText())?.groups;
}

/** Statements that lose nothing: classes, imports, `exports.Name = …`, `'use strict'` and the mark of a compiled ES module. */
function isExpected(statement: ts.Statement): boolean {
  return (
    ts.isClassDeclaration(statement) ||
    required(statement) !== undefined ||
    /^(?:exports\.\w+ = |['"]use strict['"]|Object\.defineProperty\(exports, ['"]__esModule['"])/.test(
      statement.getText(),
    )
  );
}
