import ts from 'typescript';

/**
 * Cuts a generated CommonJS module of classes down to some classes and some of their methods.
 *
 * @param source the module's text
 * @param kept the names of the methods to keep, by class; constructors stay
 * @param file the module's name, for the message
 * @returns the module without the other classes, their exports and the imports that only they used
 * @throws Error when a class or method that is to be kept is not there
 */
export function keepMethods(source: string, kept: Record<string, string[]>, file: string): string {
  const module = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const classes = module.statements.filter(ts.isClassDeclaration);
  const dropped = new Set(classes.flatMap(({ name }) => (name && !(name.text in kept) ? name.text : [])));
  const missing = Object.keys(kept).filter(
    (name) => !classes.some((declared) => declared.name?.text === name),
  );
  if (missing.length > 0) throw new Error(`${file} has no class ${missing.join(', ')}`);

  const body = module.statements.flatMap((statement) => {
    if (ts.isClassDeclaration(statement)) {
      const methods = kept[statement.name?.text ?? ''];
      return methods ? [classWith(statement, methods, file)] : [];
    }
    return isRequire(statement) || exportsAny(statement, dropped) ? [] : [statement.getText()];
  });
  const text = body.join('\n');
  const imports = module.statements.filter(isRequire).filter((statement) => {
    const [declaration] = statement.declarationList.declarations;
    // A pattern, `const { a } = require(…)`, is rare: it stays.
    return !declaration || !ts.isIdentifier(declaration.name) || text.includes(declaration.name.text);
  });
  return [...imports.map((statement) => statement.getText()), text].join('\n');
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

function isRequire(statement: ts.Statement): statement is ts.VariableStatement {
  return ts.isVariableStatement(statement) && /= require\([^)]*\);?$/.test(statement.getText());
}

/** `exports.Name = …`, also the generator's first line that sets them all to undefined. */
function exportsAny(statement: ts.Statement, names: ReadonlySet<string>): boolean {
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return false;
  const { left } = statement.expression;
  return ts.isPropertyAccessExpression(left) && names.has(left.name.text);
}
