/** The texts of examples/, as a run deploys them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'examples');

/** The name of a federation's properties that a run adds. */
export type AddedProperty = 'AuthenticationPolicy' | 'SecretVersion' | 'Trigger';

/** What a run changes in an example's text. */
export interface Changes {
  /** Stands for `!ImportValue okta-cognito-idp-ServiceToken`. */
  readonly serviceToken: string;
  /** Added to the federation. */
  readonly properties?: Readonly<Partial<Record<AddedProperty, string>>>;
  /** Stands for the label in the text, so that all of the run's applications start with its prefix. */
  readonly label?: string;
}

/**
 * Reads an example and changes what ties it to one provider stack.
 *
 * @param name - the file's, without `.yaml`
 * @throws Error if the example has no federation
 */
export function exampleText(name: string, { serviceToken, properties = {}, label }: Changes): string {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8');
  const line = /^( +)ServiceToken: .*$/m;
  if (!line.test(text)) throw new Error(`examples/${name}.yaml has no ServiceToken.`);
  const changed = text.replace(line, (_, indent: string) =>
    [
      `${indent}ServiceToken: ${serviceToken}`,
      ...Object.entries(properties).map(([property, value]) => `${indent}${property}: "${value}"`),
    ].join('\n'),
  );
  return label === undefined ? changed : changed.replace(/^( +ApplicationLabel:) \w.*$/m, `$1 ${label}`);
}
