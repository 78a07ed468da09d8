import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { createUserPool, type UserPool } from '../../support/cognito-fake/user-pools.ts';
import { seededRandom } from '../../support/virtual/chance.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { type Snapshot, World } from '../../support/virtual/world.ts';
import { type Application, type ClientName, clientPools, type Model, type PoolName } from './model.ts';

/** Two pools that all federations share, with app clients of other settings, and a set-up made by hand: both in the world and in the model. */
export interface Stage {
  readonly world: World;
  readonly pools: Readonly<Record<PoolName, UserPool>>;
  /** App client IDs. */
  readonly clients: Readonly<Record<ClientName, string>>;
  readonly handMadeId: string;
  readonly empty: Snapshot;
  /** Sets everything back, and gives what the model has of it. Calls take as long as chance will have it. */
  readonly begin: (chance?: number) => Model;
}

type NewAppClient = Parameters<typeof createAppClient>[2];

const settings = {
  AccessTokenValidity: 30,
  TokenValidityUnits: { AccessToken: 'minutes' },
  LogoutURLs: ['https://app.example.com/bye'],
  PreventUserExistenceErrors: 'ENABLED',
} satisfies NewAppClient;

export function setStage(): Stage {
  const world = new World();
  const pools = { north: createUserPool(world.cognito), south: createUserPool(world.cognito) };
  const { id: handMadeId } = addHandMadeApplication(world, pools.north);
  addHandMadeProvider(world, pools.north, 'Staff', handMadeId);
  const client = (name: ClientName) =>
    createAppClient(world.cognito, pools[clientPools[name]], {
      ...settings,
      ClientName: name,
      SupportedIdentityProviders: ['COGNITO', ...(name === 'web' ? ['Staff'] : [])],
    }).id;
  const clients = { web: client('web'), mobile: client('mobile'), kiosk: client('kiosk') };
  const empty = world.snapshot();
  const begin = (chance = 0) => {
    world.random = seededRandom(chance);
    world.network.latency = () => 1 + 40 * world.random();
    world.restore(empty);
    world.bucket.clear();
    world.network.calls.length = 0;
    return firstModel();
  };
  return { world, pools, clients, handMadeId, empty, begin };
}

function firstModel(): Model {
  const staff: Application = {
    owner: 'by hand',
    isHandMade: true,
    label: 'Staff portal',
    notes: 'Ask Ada.',
    isActive: true,
    groups: ['Engineering'],
    uris: ['the pool’s', 'https://staff.example.com/callback'],
    addedGroups: [],
  };
  const client = (...others: string[]) => ({ providers: ['COGNITO', ...others], sessionMinutes: 3 });
  return {
    applications: new Set([staff]),
    providers: new Map([
      [
        'north Staff',
        {
          application: staff,
          method: 'POST',
          othersIdentifiers: ['staff.example.com'],
          identifiers: ['staff.example.com'],
        },
      ],
    ]),
    clients: new Map([
      ['web', client('Staff')],
      ['mobile', client()],
      ['kiosk', client()],
    ]),
    federations: new Map(),
  };
}
