import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { z } from 'zod';

const strings = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const policySchema = z.looseObject({
  Statement: z.array(z.looseObject({ Sid: z.string(), Action: strings, Resource: strings })),
});
type Policy = z.infer<typeof policySchema>;

/** The role of a deployed function, whose rights a test removes. */
export interface FunctionRole {
  readonly arn: string;
  /** The statements of its policy, as they were deployed. */
  readonly statements: Policy['Statement'];
  /** Takes one right away. */
  revoke(sid: string, action: string): Promise<void>;
  /** Gives every right back. */
  restore(): Promise<void>;
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
  const whole = policySchema.parse(JSON.parse(decodeURIComponent(PolicyDocument)));
  const grant = async (policy: Policy) => {
    await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: JSON.stringify(policy) }));
  };
  return {
    arn: `arn:aws:iam::000000000000:role/${RoleName}`,
    statements: whole.Statement,
    revoke: (sid, action) =>
      grant({
        ...whole,
        Statement: whole.Statement.map((statement) =>
          statement.Sid === sid
            ? { ...statement, Action: statement.Action.filter((one) => one !== action) }
            : statement,
        ).filter(({ Action }) => Action.length > 0),
      }),
    restore: () => grant(whole),
  };
}

/** A right as a table of a role's rights names it. */
export function grantedRights({ statements }: FunctionRole): string[] {
  return statements.flatMap(({ Sid, Action }) => Action.map((action) => `${Sid} ${action}`)).toSorted();
}
