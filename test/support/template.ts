import { type CollectionTag, parse, type ScalarTag } from 'yaml';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const functions =
  'And Base64 Cidr Equals FindInMap GetAtt GetAZs If ImportValue Join Length Not Or Select Split Sub ToJsonString Transform';

const names = [
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...functions.split(' ').map((name) => [`!${name}`, `Fn::${name}`] as const),
] as const;

/** The short forms, such as `!Ref Pool`, as the objects that they stand for. */
const tags = names.flatMap(([tag, key]): (ScalarTag | CollectionTag)[] => [
  { tag, resolve: (value) => ({ [key]: value }) },
  { tag, collection: 'seq', resolve: (list) => ({ [key]: list.toJSON() }) },
]);

/** Reads a CloudFormation template in YAML. */
export function readTemplate(text: string): unknown {
  return parse(text, { customTags: tags });
}
