import { type AppClient, createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { createUserPool, type UserPool } from '../../support/cognito-fake/user-pools.ts';
import type { Answer, Properties } from '../../support/custom-resource.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { settle } from '../../support/virtual/lambda.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { World } from '../../support/virtual/world.ts';
import type { Scenario } from './enumerate.ts';

/** A pool that others use too: a federation of another stack, a hand-made provider and application, an app client of many settings. */
export interface Stage {
  readonly world: World;
  readonly pool: UserPool;
  readonly otherPool: UserPool;
  readonly web: AppClient;
  readonly mobile: AppClient;
  /** An app client of the other pool. */
  readonly elsewhere: AppClient;
  readonly resource: Resource;
  /** The ID of a hand-made application, with the pool's provider `Staff`. */
  readonly handMadeId: string;
  readonly properties: (more?: Properties) => Properties;
}

export async function setStage(): Promise<Stage> {
  const world = new World();
  const pool = createUserPool(world.cognito);
  const otherPool = createUserPool(world.cognito);
  const { id: handMadeId } = addHandMadeApplication(world, pool);
  addHandMadeProvider(world, pool, 'Staff', handMadeId);
  const web = createAppClient(world.cognito, pool, {
    SupportedIdentityProviders: ['COGNITO', 'Staff'],
    AccessTokenValidity: 30,
    TokenValidityUnits: { AccessToken: 'minutes' },
    LogoutURLs: ['https://app.example.com/bye'],
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  });
  const mobile = createAppClient(world.cognito, pool, { AuthSessionValidity: 9 });
  const elsewhere = createAppClient(world.cognito, otherPool);
  const neighbor = new Resource('neighbor');
  const theirs = { UserPoolId: pool.id, UserPoolClientIds: [web.id, mobile.id], ProviderName: 'Partner' };
  const made = await world.time.run(settle(world, neighbor.create(theirs)));
  if (made.Status !== 'SUCCESS') throw new Error(`The neighbor's federation fails: ${made.Reason}`);
  return {
    world,
    pool,
    otherPool,
    web,
    mobile,
    elsewhere,
    handMadeId,
    resource: new Resource('shop'),
    properties: (more = {}) => ({ UserPoolId: pool.id, UserPoolClientIds: [web.id, mobile.id], ...more }),
  };
}

/** Creates the stage's federation. @returns its physical ID */
export async function establish({ world, resource }: Stage, properties: Properties): Promise<string> {
  const answer = await world.time.run(settle(world, resource.create(properties)));
  if (answer.Status !== 'SUCCESS') throw new Error(`The federation fails: ${answer.Reason}`);
  return answer.PhysicalResourceId;
}

export function creation({ resource }: Stage, properties: Properties): Scenario {
  const gone = (answer: Answer) => resource.delete(answer.PhysicalResourceId, properties);
  return { event: resource.create(properties), complete: () => [], rollBack: () => [gone], undone: 'before' };
}

/** An update, in place or not: CloudFormation tells by the physical ID. */
export function update({ resource }: Stage, id: string, properties: Properties, old: Properties): Scenario {
  return {
    event: resource.update(id, properties, old),
    complete: (answer) => (answer.PhysicalResourceId === id ? [] : [resource.delete(id, old)]),
    rollBack: (answer) => {
      // A failed update has not changed the resource, with any ID in its answer.
      const now = answer.Status === 'SUCCESS' ? answer.PhysicalResourceId : id;
      return [
        () => resource.update(now, old, properties),
        (back) => (back.PhysicalResourceId === now ? undefined : resource.delete(now, properties)),
      ];
    },
    undone: 'before',
  };
}

/** A failed Delete comes again when the stack is deleted again. */
export function deletion({ resource }: Stage, id: string, properties: Properties): Scenario {
  return {
    event: resource.delete(id, properties),
    complete: () => [],
    rollBack: () => [() => resource.delete(id, properties)],
    undone: 'after',
  };
}
