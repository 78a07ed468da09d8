import * as fc from 'fast-check';
import { someInCheck } from '../../support/random-runs.ts';
import * as byHand from './by-hand.ts';
import { ChangeByHand, type Command, DeliverAgain, Operate } from './commands.ts';
import { Deployments } from './deployments.ts';
import type { Wish } from './model.ts';
import type { Operation } from './operations.ts';
import { type Stage, setStage } from './stage.ts';

const okta: Wish = { pool: 'north', provider: 'Okta', clients: [], groups: [], identifiers: [] };
const partner: Wish = { ...okta, provider: 'Partner' };
const staff: Wish = { ...okta, provider: 'Staff', adopts: 'Retain' };

function deploys(stack: string, wish: Wish, how: Partial<Operation> = {}): Operation {
  return { stack, wish, isRolledBack: false, isTwice: false, ...how };
}

const does = (...operations: Operation[]) => new Operate(...operations);
const administrator = (change: byHand.HandMadeChange) => new ChangeByHand(change);
const removes = (stack: string) => does({ ...deploys(stack, okta), wish: undefined });

/** The shortest sequences of those that once went wrong. */
const sequences: [name: string, commands: Command[], chance?: number][] = [
  [
    'an application that was deactivated by hand, and Updates to the same properties, which fail each time',
    [
      does(deploys('shop', okta)),
      administrator(byHand.deactivateApplication('shop')),
      does(deploys('shop', okta)),
      does(deploys('shop', okta)),
    ],
  ],
  [
    'two stacks that adopt one application at the same time: one has it',
    [does(deploys('shop', staff), deploys('mall', staff))],
  ],
  [
    'a move to a hand-made application that is rolled back, whose template says that it goes',
    [
      does(deploys('shop', okta)),
      does(deploys('shop', { ...staff, adopts: 'Delete' }, { isRolledBack: true })),
    ],
  ],
  [
    'a note by hand, and a failed move to a template with another note',
    [
      does(deploys('shop', staff)),
      does(deploys('shop', { ...okta, notes: 'Once.' }, { refused: 'CreateIdentityProvider' })),
    ],
  ],
  [
    'an adopted application that was deleted by hand, and the Delete of the federation',
    [does(deploys('shop', staff)), administrator(byHand.deleteApplication('shop')), removes('shop')],
  ],
  [
    'the provider of an adopted application that was deleted by hand, which was set otherwise when it was found',
    [
      does(deploys('shop', { ...staff, method: 'GET' })),
      administrator(byHand.deleteProvider('north', 'Staff')),
      does(deploys('shop', staff)),
      removes('shop'),
    ],
  ],
  [
    'an application that was deleted by hand, and an app client and an identifier that the template drops then',
    [
      does(deploys('shop', { ...okta, clients: ['mobile', 'web'], identifiers: ['shop.example.com'] })),
      administrator(byHand.deleteApplication('shop')),
      does(deploys('shop', { ...okta, clients: ['web'] })),
      does(deploys('shop', okta)),
    ],
  ],
  [
    'an application that was deleted by hand, and an Update that fails',
    [
      does(deploys('shop', { ...okta, clients: ['web'] })),
      administrator(byHand.enable('mobile', 'Okta')),
      administrator(byHand.deleteApplication('shop')),
      does(deploys('shop', { ...okta, clients: ['mobile'], isWrong: true })),
      does(deploys('shop', okta)),
    ],
  ],
  [
    'an application that was deleted by hand, and a move that is rolled back',
    [
      does(deploys('shop', { ...okta, clients: ['web'] })),
      administrator(byHand.deleteApplication('shop')),
      does(deploys('shop', partner, { isRolledBack: true })),
      does(deploys('shop', okta)),
    ],
  ],
  [
    'a move to a hand-made application in the same place with an identifier, which is rolled back',
    [
      administrator(byHand.deleteProvider('north', 'Staff')),
      does(deploys('shop', { ...staff, adopts: undefined })),
      does(deploys('shop', { ...staff, identifiers: ['shop.example.com'] }, { isRolledBack: true })),
    ],
  ],
  [
    'a move back to a hand-made provider whose application an administrator deleted while it was adopted',
    [
      does(deploys('shop', staff)),
      administrator(byHand.deleteApplication('shop')),
      does(deploys('shop', okta)),
      does(deploys('shop', { ...staff, adopts: undefined })),
    ],
  ],
  [
    'an application that was deleted by hand, an Update that fails and is not rolled back, and the Delete',
    [
      does(deploys('shop', { ...okta, clients: ['web'] })),
      administrator(byHand.deleteApplication('shop')),
      does(
        deploys(
          'shop',
          { ...okta, clients: ['mobile'] },
          { refused: 'UpdateIdentityProvider', preserved: 'delete with the properties before' },
        ),
      ),
    ],
  ],
  [
    'an application that was deleted by hand, an Update that fails and is not rolled back, and another one',
    [
      does(deploys('shop', { ...okta, clients: ['web'] })),
      administrator(byHand.deleteApplication('shop')),
      does(
        deploys(
          'shop',
          { ...okta, clients: ['mobile'], isWrong: true },
          { preserved: 'update again from those that failed' },
        ),
      ),
      does(deploys('shop', { ...okta, clients: ['mobile'] })),
    ],
  ],
  [
    'an adoption in another place that fails, cannot be given back and is not rolled back, and the Delete',
    [
      does(deploys('shop', { ...okta, pool: 'south' })),
      does(
        deploys(
          'shop',
          { ...staff, identifiers: ['shop.example.com'] },
          { refused: 'UpdateIdentityProvider', preserved: 'delete with the properties before' },
        ),
      ),
    ],
  ],
  [
    'a provider created again for an adopted application, and an Update of how it asks that is rolled back',
    [
      does(deploys('shop', staff)),
      administrator(byHand.deleteProvider('north', 'Staff')),
      does(deploys('shop', { ...staff, method: 'POST' }, { isRolledBack: true })),
    ],
  ],
  ...['PUT /api/v1/apps/*/groups/*', 'UpdateIdentityProvider'].flatMap((refused) =>
    [undefined, 'update again from the properties before' as const].map((preserved): [string, Command[]] => [
      `an application that was deleted by hand, and an Update with another label whose ${refused} is refused: ${preserved ?? 'rolled back'}`,
      [
        does(deploys('shop', partner)),
        administrator(byHand.deleteApplication('shop')),
        does(deploys('shop', { ...partner, groups: ['Finance'], label: 'One' }, { refused, preserved })),
        does(deploys('shop', { ...partner, label: 'Two' })),
      ],
    ]),
  ),
  [
    'a move from an adoption that the template no longer names, which is rolled back',
    [
      does(deploys('shop', staff)),
      does(deploys('shop', { ...staff, adopts: undefined })),
      does(deploys('shop', okta, { isRolledBack: true })),
    ],
  ],
  [
    'a provider that was deleted by hand, and another stack that takes its name first',
    [
      does(deploys('shop', { ...okta, groups: ['Finance'] })),
      administrator(byHand.deleteProvider('north', 'Okta')),
      does(
        deploys('mall', okta),
        deploys('shop', { ...okta, notes: 'Twice.', identifiers: ['shop.example.com'] }),
      ),
    ],
  ],
  [
    'the provider of an adopted application that was deleted by hand, and another stack that takes its name first',
    [
      does(deploys('shop', staff)),
      administrator(byHand.deleteProvider('north', 'Staff')),
      does(
        deploys('mall', { ...staff, adopts: undefined }),
        deploys('shop', { ...staff, notes: 'Twice.', groups: ['Finance'] }),
      ),
    ],
  ],
  [
    'a move to a hand-made application in the same place with another app client, which is rolled back',
    [
      administrator(byHand.deleteProvider('north', 'Staff')),
      does(deploys('shop', { ...staff, adopts: undefined, clients: ['web'] })),
      does(deploys('shop', { ...staff, clients: ['mobile'] }, { isRolledBack: true })),
      does(deploys('shop', { ...staff, adopts: undefined })),
    ],
  ],
  ...(['kill', 'kill after'] as const).flatMap((fault) =>
    ['POST /api/v1/apps', 'CreateIdentityProvider', 'UpdateUserPoolClient'].map(
      (refused): [string, Command[]] => [
        `a function that dies in an Update that nothing rolls back (${refused}: ${fault}), and the Delete`,
        [
          does(deploys('shop', okta)),
          does(
            deploys(
              'shop',
              { ...partner, clients: ['web'] },
              { refused, fault, preserved: 'delete with the properties before' },
            ),
          ),
        ],
      ],
    ),
  ),
  ...[okta, { ...okta, pool: 'south' as const }, partner, staff].map((next): [string, Command[]] => [
    `an application that was deleted by hand, a rolled back Update to ${next.provider} of ${next.pool}, and the Delete`,
    [
      does(deploys('shop', okta)),
      administrator(byHand.deleteApplication('shop')),
      does(deploys('shop', { ...next, notes: 'Once.' }, { isRolledBack: true })),
      removes('shop'),
    ],
  ]),
  [
    'an application that was deleted by hand, and a rolled back move to an adoption whose template says that it goes',
    [
      does(deploys('shop', okta)),
      administrator(byHand.deleteApplication('shop')),
      does(deploys('shop', { ...staff, adopts: 'Delete' }, { isRolledBack: true })),
      removes('shop'),
    ],
  ],
  [
    'an adoption whose application was deleted by hand, and a move away from it that is rolled back',
    [
      does(deploys('shop', staff)),
      administrator(byHand.deleteApplication('shop')),
      does(deploys('shop', { ...staff, adopts: undefined }, { isRolledBack: true })),
      removes('shop'),
    ],
  ],
  ...(['refused', 'kill', 'kill after'] as const).map((fault): [string, Command[]] => [
    `an adoption that rotates the client secret and fails as Cognito gets it (${fault}): none of the rotation stays`,
    [does(deploys('shop', { ...staff, secretVersion: '2' }, { refused: 'UpdateIdentityProvider', fault }))],
  ]),
  [
    'an adoption that is deleted with the properties of an Update that failed, which alone say that it goes',
    [
      does(deploys('shop', staff)),
      administrator(byHand.deactivateApplication('shop')),
      does(deploys('shop', { ...staff, adopts: 'Delete' }, { preserved: 'delete with those that failed' })),
    ],
  ],
  [
    'an adoption whose rotation in an Update fails, and that is deleted with the properties before',
    [
      does(deploys('mall', staff)),
      does(
        deploys(
          'mall',
          { ...staff, secretVersion: '2' },
          { refused: 'UpdateIdentityProvider', preserved: 'delete with the properties before' },
        ),
      ),
    ],
  ],
  [
    'an event whose handler died, and that comes again before and after a later deployment',
    [
      does(
        deploys(
          'club',
          { ...staff, secretVersion: '2' },
          { refused: 'UpdateIdentityProvider', fault: 'kill after' },
        ),
      ),
      new DeliverAgain(0),
      does(deploys('club', staff)),
      new DeliverAgain(0),
    ],
  ],
  [
    'two stacks that adopt one application at the same time, one of which has the provider for a while',
    [
      does(
        deploys('club', { ...staff, identifiers: ['club.Staff.example.com'] }),
        deploys('shop', { ...staff, method: 'GET' }),
      ),
    ],
    2_113_661_417,
  ],
];

let stage: Stage;

beforeAll(() => {
  stage = setStage();
});

test.each(someInCheck(sequences, 9))('%s', async (_name, commands, chance = 0) => {
  const model = { now: stage.begin(chance) };
  const real = new Deployments(stage);
  await stage.world.time.run(fc.asyncModelRun(() => ({ model, real }), commands));
  expect(real.commands).toBe(commands.length);
});
