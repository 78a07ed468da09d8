import { gzipSync } from 'node:zlib';
import { isMap, isScalar, parseDocument, Scalar } from 'yaml';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const TEMPLATE_BYTES = 1024 * 1024;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html */
const ZIPPED_CODE_BYTES = 4 * 1024 * 1024;

/**
 * The template of a release: the source template with each function's code in it.
 *
 * @param source the text of template.yaml
 * @param codeOf gives the code of an entry, such as `provider`, as one CommonJS file
 * @returns the text of a template that needs no other file
 * @throws Error if a function is not as expected, or a limit of CloudFormation is exceeded
 */
export async function releaseTemplate(
  source: string,
  codeOf: (entry: string) => Promise<string>,
): Promise<string> {
  // The tags, such as !Ref, stay as they are; the parser warns of each.
  const template = parseDocument(source, { logLevel: 'error' });
  const resources = template.get('Resources');
  if (!isMap(resources)) throw new Error('The template has no Resources.');
  for (const { key, value } of resources.items) {
    if (!isMap(value) || value.get('Type') !== 'AWS::Lambda::Function') continue;
    const name = isScalar(key) ? String(key.value) : 'a function';
    const handler = String(value.getIn(['Properties', 'Handler']));
    const entry = /^(\w+)\.handler$/.exec(handler)?.[1];
    if (entry === undefined) throw new Error(`${name} has the handler ${handler}, not <entry>.handler.`);
    const code = await codeOf(entry);
    if (gzipSync(code).length > ZIPPED_CODE_BYTES)
      throw new Error(`The code of ${name} is too big to be inline.`);
    if (code.includes('{{resolve:'))
      throw new Error(`CloudFormation would resolve a part of ${name}'s code.`);
    value.setIn(['Properties', 'Handler'], 'index.handler');
    value.setIn(['Properties', 'Code'], template.createNode({ ZipFile: literal(code) }));
    // How SAM builds what is built already.
    value.delete('Metadata');
  }
  template.deleteIn(['Metadata', 'AWS::ServerlessRepo::Application']);
  template.deleteIn(['Metadata', 'cfn-lint']);
  const text = template.toString({ lineWidth: 0 });
  const bytes = Buffer.byteLength(text);
  if (bytes > TEMPLATE_BYTES) {
    throw new Error(`The template has ${bytes} bytes; CloudFormation takes ${TEMPLATE_BYTES}.`);
  }
  return text;
}

/** Code in a block: quoted, each of its quotes and lines would need an escape. */
function literal(code: string): Scalar {
  const scalar = new Scalar(code);
  scalar.type = Scalar.BLOCK_LITERAL;
  return scalar;
}
