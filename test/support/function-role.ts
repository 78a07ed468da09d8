import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { z } from 'zod';

const strings = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const policySchema = z.looseObject({
  Statement: z.array(z.looseObject({ Sid: z.string(), Action: strings, Resource: strings })),
});
type Policy = z.infer<typeof policySchema>;

/** Rights that a test removes one at a time. */
export interface Rights {
  /** The statements of the policy, as they were granted. */
  readonly statements: Policy['Statement'];
  /** Removes one right. */
  revoke(sid: string, action: string): Promise<void>;
  /** Grants every right again. */
  restore(): Promise<void>;
}

/** The role of a deployed function. */
export interface FunctionRole extends Rights {
  readonly arn: string;
}

/**
 * The rights of a policy.
 * @param document the policy's JSON.
 * @param grant replaces the last policy.
 */
export function rightsOf(document: string, grant: (document: string) => Promise<unknown>): Rights {
  const whole = policySchema.parse(JSON.parse(document));
  const put = async (policy: Policy) => void (await grant(JSON.stringify(policy)));
  return {
    statements: whole.Statement,
    revoke: (sid, action) =>
      put({
        ...whole,
        Statement: whole.Statement.map((statement) =>
          statement.Sid === sid
            ? { ...statement, Action: statement.Action.filter((one) => one !== action) }
            : statement,
        ).filter(({ Action }) => Action.length > 0),
      }),
    restore: () => put(whole),
  };
}

/** @param policyName the one policy that the template gives the role. */
export async function functionRole(
  StackName: string,
  LogicalResourceId: string,
  policyName: string,
): Promise<FunctionRole> {
  const iam = new IAMClient({});
  const { StackResourceDetail } = await new CloudFormationClient({}).send(
    new DescribeStackResourceCommand({ StackName, LogicalResourceId }),
  );
  const RoleName = StackResourceDetail?.PhysicalResourceId ?? '';
  const named = { RoleName, PolicyName: policyName };
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand(named));
  return {
    arn: `arn:aws:iam::000000000000:role/${RoleName}`,
    ...rightsOf(decodeURIComponent(PolicyDocument), (document) =>
      iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: document })),
    ),
  };
}

/** A right as a table of rights names it. */
export function grantedRights({ statements }: Rights): string[] {
  return statements.flatMap(({ Sid, Action }) => Action.map((action) => `${Sid} ${action}`)).toSorted();
}
