import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { readTemplate } from './template.ts';

/**
 * The built template but for its export, which the stack that is there already has the name of.
 *
 * @param name of the file that it is put in, beside the code that it names.
 */
export function templateWithoutExport(name: string): string {
  const shape = z.looseObject({ Outputs: z.looseObject({ ServiceToken: z.looseObject({}) }) });
  const template = shape.parse(readTemplate(readFileSync('.aws-sam/build/template.yaml', 'utf8')));
  delete template.Outputs.ServiceToken.Export;
  const file = `.aws-sam/build/${name}.json`;
  writeFileSync(file, JSON.stringify(template));
  return file;
}
