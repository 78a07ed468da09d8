import { z } from 'zod';
import { objectPath } from '../response-url.ts';
import { type Handler, type Outgoing, responseHost, type World } from './world.ts';

const signature = 'X-Amz-Signature-that-no-one-may-see';

const answerSchema = z.strictObject({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().min(1).optional(),
  PhysicalResourceId: z.string().min(1),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  Data: z.record(z.string(), z.string()).optional(),
});

/** What CloudFormation shows of an event. */
const playedSchema = z.looseObject({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  RequestId: z.string(),
  ResponseURL: z.string(),
  ResourceType: z.string(),
  LogicalResourceId: z.string(),
  StackId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.record(z.string(), z.unknown()),
});

/** What came of an event. */
export interface Sent {
  readonly outgoing: Outgoing[];
  /** All that was logged. */
  readonly log: string;
  /** `undefined` if nothing was answered. */
  readonly answer: z.infer<typeof answerSchema> | undefined;
}

/** Sends an event, and checks what must hold for every event. */
export async function send(world: World, event: unknown, by: Handler = 'provider'): Promise<Sent> {
  const sent = playedSchema.safeParse(event);
  // CloudFormation has sent it, and nothing else of this stack.
  if (sent.success) {
    world.stacks.forget(sent.data.StackId);
    const { PhysicalResourceId, ...named } = sent.data;
    world.stacks.sends({ ...named, ...(PhysicalResourceId === undefined ? {} : { PhysicalResourceId }) });
  }
  const before = process.cpuUsage();
  const { outgoing, log } = await world.handle(event, by);
  const { user, system } = process.cpuUsage(before);
  // A processor's time, in microseconds: what else the machine does is not in it.
  expect(user + system).toBeLessThan(5_000_000);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect('polluted' in {}).toBe(false);
  for (const { url } of outgoing) {
    expect(url.protocol).toBe('https:');
    expect(`${url.username}${url.password}${url.port}`).toBe('');
    // A user pool's ID names its own region; in any region, the host is Cognito's.
    const isCognito = /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com$/.test(url.hostname);
    if (!isCognito) expect(world.hosts).toContain(url.hostname);
  }
  for (const line of log.split('\n').filter(Boolean)) JSON.parse(line);
  expect(log).not.toContain(signature);
  expect(log).not.toContain(world.okta.apiToken);
  const [put, ...more] = outgoing.filter(({ url }) => url.hostname === responseHost);
  expect(more).toEqual([]);
  if (!put) return { outgoing, log, answer: undefined };
  expect(Buffer.byteLength(put.body)).toBeLessThanOrEqual(4096);
  const answer = answerSchema.parse(JSON.parse(put.body));
  if (answer.Status === 'FAILED') expect(answer.Reason).toBeTruthy();
  return { outgoing, log, answer };
}

export function goodProperties(world: World): Record<string, unknown> {
  return {
    ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:okta-cognito-idp',
    UserPoolId: world.userPoolId,
    UserPoolClientIds: [world.userPoolClientId],
  };
}

/** A correct event, which tests then spoil. */
export function goodEvent(world: World, type = 'Create'): Record<string, unknown> {
  const ResourceProperties = goodProperties(world);
  const name = {
    StackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/shop/0f0f',
    LogicalResourceId: 'Federation',
    RequestId: 'e0e0e0e0-0000-0000-0000-000000000000',
  };
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return {
    ...name,
    RequestType: type,
    ResponseURL: `https://${responseHost}${objectPath(name)}?X-Amz-Date=${date}&X-Amz-Signature=${signature}`,
    ResourceType: 'Custom::OktaCognitoIdp',
    ...(type === 'Create' ? {} : { PhysicalResourceId: `${world.userPoolId}|Okta|0oa00000000000000001` }),
    ...(type === 'Update' ? { OldResourceProperties: ResourceProperties } : {}),
    ResourceProperties,
  };
}
