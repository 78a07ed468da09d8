import { z } from 'zod';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html, without binaries. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: boolean }
  | { SS: string[] }
  | { L: AttributeValue[] }
  | { M: Record<string, AttributeValue> };

export type Item = Record<string, AttributeValue>;

export const attributeValue: z.ZodType<AttributeValue> = z.lazy(() =>
  z.union([
    z.strictObject({ S: z.string() }),
    z.strictObject({ N: z.string().regex(/^-?\d+(\.\d+)?$/) }),
    z.strictObject({ BOOL: z.boolean() }),
    z.strictObject({ NULL: z.boolean() }),
    z.strictObject({ SS: z.array(z.string()).min(1) }),
    z.strictObject({ L: z.array(attributeValue) }),
    z.strictObject({ M: z.record(z.string(), attributeValue) }),
  ]),
);

/** A refusal of an AWS API. */
export class AwsRefusal extends Error {
  readonly code: string;
  /** The item whose condition did not hold, if the request asked for it. */
  readonly item: Item | undefined;

  constructor(code: string, message: string, item?: Item) {
    super(message);
    this.code = code;
    this.item = item;
  }
}

export const invalid = (what: string) =>
  new AwsRefusal('ValidationException', `This fake does not understand ${what}.`);
