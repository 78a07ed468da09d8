import type { Properties } from '../../support/custom-resource.ts';
import { someInCheck } from '../../support/random-runs.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { settle } from '../../support/virtual/lambda.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { idOf, isWrite, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
  // A takeover needs no consent.
  scene.world.configure({ ADOPTION: 'WithConsent' });
});

afterAll(() => scene.world.configure());

const tag = () => Object(scene.application.document.profile?.okta_cognito_idp);

const adopting = (more: Properties = {}) =>
  scene.properties({ Adopt: { ApplicationId: scene.application.id }, ...more });

/** Retained: the stack goes, and no Delete comes. */
function retainAndDelete(resource: Resource): void {
  scene.world.stacks.forget(resource.stackId);
}

/** Beside the resource whose events are played, the stack has this one. */
function shows(resource: Resource, physicalId: string, status = 'CREATE_COMPLETE'): void {
  scene.world.stacks.others.set(resource.stackId, [
    { type: 'Custom::OktaCognitoIdp', logicalId: resource.logicalId, physicalId, status },
  ]);
}

describe('a federation that was retained', () => {
  let rebuilt: Resource;

  beforeEach(async () => {
    await scene.made();
    retainAndDelete(scene.resource);
    rebuilt = new Resource('shop');
  });

  test('is offered to a new stack, which takes it over whole, and removes it in the end', async () => {
    const before = scene.view;
    const refused = await scene.send(rebuilt.create(scene.properties()));
    expect(refused).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(`take it over with Adopt: {ApplicationId: ${scene.application.id}}`),
    });
    expect(scene.view).toEqual(before);
    const id = idOf(await scene.send(rebuilt.create(adopting())));
    expect(tag()).toMatchObject({ stackId: rebuilt.stackId });
    expect(scene.application.groupAssignments.size).toBe(1);
    expect(scene.provider?.ProviderDetails.client_id).toBe(scene.application.id);
    idOf(await scene.send(rebuilt.update(id, adopting({ Notes: 'x' }), adopting())));
    idOf(await scene.send(rebuilt.delete(id, adopting())));
    expect(scene.world.org.applications.size).toBe(0);
    expect(scene.provider).toBeUndefined();
    expect(scene.web.settings.SupportedIdentityProviders).not.toContain('Okta');
  });

  test('is taken over whole also if the last write of its journal failed', async () => {
    scene = new Scene();
    const nothing = scene.view;
    scene.strike(/UpdateItem .release/, {
      do: 'answer',
      reply: refusal('AccessDeniedException', 'Not you.'),
    });
    idOf(await scene.create());
    scene.heal();
    await scene.passes(60);
    retainAndDelete(scene.resource);
    const id = idOf(await scene.send(rebuilt.create(adopting())));
    idOf(await scene.send(rebuilt.delete(id, adopting())));
    expect(scene.view).toEqual(nothing);
  });

  test('is as it was if the new stack’s Create fails', async () => {
    const before = scene.view;
    scene.strike(/Okta PUT .api.v1.apps.\*$/, { do: 'answer', reply: { status: 403, body: '{}' } }, 1);
    expect(await scene.send(rebuilt.create(adopting()))).toMatchObject({ Status: 'FAILED' });
    scene.heal();
    expect(scene.view).toEqual(before);
    idOf(await scene.send(rebuilt.create(adopting())));
  });

  test('is given to one of two stacks that want it at the same moment', async () => {
    const other = new Resource('mall');
    const wanted = [rebuilt, other].map((resource) =>
      settle(scene.world, resource.create(adopting({ UserPoolClientIds: [] }))),
    );
    const answers = await scene.world.time.run(Promise.all(wanted));
    expect(answers.map(({ Status }) => Status).toSorted()).toEqual(['FAILED', 'SUCCESS']);
  });

  test('is not taken over at another provider’s name', async () => {
    const answer = await scene.send(rebuilt.create(adopting({ ProviderName: 'Staff' })));
    expect(answer.Reason).toMatch(
      /serves the identity provider Okta of user pool .* only both together can be adopted\. Set ProviderName to Okta/,
    );
  });

  test('stays with the new stack although the old one comes back with a Delete', async () => {
    const id = idOf(await scene.send(rebuilt.create(adopting())));
    const before = scene.view;
    const calls = await scene.callsOf(async () => idOf(await scene.delete(id)));
    expect(calls.filter(isWrite)).toEqual([]);
    expect(scene.view).toEqual(before);
  });

  test('stays with the new logical ID of the new stack, although an Update failed before and nothing rolled it back', async () => {
    const id = idOf(await scene.send(rebuilt.create(adopting())));
    const more = adopting({ Access: ['Finance'] });
    scene.strike(/Okta .oauth2.v1.token/, { do: 'answer', reply: { status: 400, body: '{}' } });
    expect(await scene.send(rebuilt.update(id, more, adopting()))).toMatchObject({ Status: 'FAILED' });
    scene.heal();
    const second = new Resource('shop', 'Second', rebuilt);
    idOf(await scene.send(second.create(more)));
    const before = scene.view;
    idOf(await scene.send(rebuilt.delete(id, more)));
    expect(scene.view).toEqual(before);
    expect(tag()).toMatchObject({ logicalResourceId: 'Second' });
  });

  test('takes the consent of an administrator if the journal does not list it any more', async () => {
    scene.world.leases.clear();
    const reason = (await scene.send(rebuilt.create(adopting()))).Reason;
    expect(reason).toMatch(/may not adopt the Okta application .* "okta-cognito-idp: adopt shop"/);
    scene.application.document.settings.notes = { admin: 'okta-cognito-idp: adopt shop' };
    idOf(await scene.send(rebuilt.create(adopting())));
  });
});

describe('a federation whose owner is there', () => {
  test('is not taken over, and not offered', async () => {
    await scene.made();
    const before = scene.view;
    const other = new Resource('mall');
    expect(await scene.send(other.create(adopting()))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(
        `belongs to the resource Federation of the stack ${scene.resource.stackId}`,
      ),
    });
    expect(await scene.send(other.create(scene.properties()))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(
        /It belongs to the resource Federation of the stack .* choose another ProviderName\.$/,
      ),
    });
    expect(scene.view).toEqual(before);
  });

  test('is not taken over on the word of an edited name tag', async () => {
    await scene.made();
    scene.application.document.profile = {
      okta_cognito_idp: { ...tag(), stackId: new Resource('gone').stackId },
    };
    const answer = await scene.send(new Resource('mall').create(adopting()));
    expect(answer.Reason).toMatch(/may not adopt the Okta application/);
  });
});

describe('a logical ID that was renamed', () => {
  let id: string;
  let renamed: Resource;

  beforeEach(async () => {
    id = await scene.made();
    renamed = new Resource('shop', 'FederationV2', scene.resource);
  });

  test('learns what works, and takes the federation over; the Delete of the old one leaves it alone', async () => {
    const refused = await scene.send(renamed.create(scene.properties()));
    expect(refused.Reason).toContain(`take it over with Adopt: {ApplicationId: ${scene.application.id}}`);
    expect(idOf(await scene.send(renamed.create(adopting())))).toBe(id);
    const before = scene.view;
    idOf(await scene.delete(id));
    expect(scene.view).toEqual(before);
    expect(tag()).toMatchObject({ logicalResourceId: 'FederationV2' });
    shows(scene.resource, id, 'DELETE_COMPLETE');
    idOf(await scene.send(renamed.delete(id, adopting())));
    expect(scene.world.org.applications.size).toBe(0);
    expect(scene.provider).toBeUndefined();
  });

  test('takes it over also if the last write of the journal failed: CloudFormation shows the success', async () => {
    idOf(await scene.delete(id));
    scene.strike(/UpdateItem .release/, {
      do: 'answer',
      reply: refusal('AccessDeniedException', 'Not you.'),
    });
    id = idOf(await scene.create());
    expect(scene.journal.standing).toEqual([]);
    scene.heal();
    await scene.passes(60);
    shows(scene.resource, id);
    expect(idOf(await scene.send(renamed.create(adopting())))).toBe(id);
    const before = scene.view;
    idOf(await scene.delete(id));
    expect(scene.view).toEqual(before);
  });

  test('has the federation given back by a rollback, and the old one goes on', async () => {
    const before = scene.view;
    const more = adopting({
      UserPoolClientIds: [scene.mobile.id],
      Access: ['Engineering'],
      Scopes: 'openid email profile phone',
    });
    const taken = idOf(await scene.send(renamed.create(more)));
    shows(scene.resource, id);
    idOf(await scene.send(renamed.delete(taken, more)));
    expect(scene.view).toEqual(before);
    idOf(await scene.update(id, scene.properties({ Notes: 'x' })));
    idOf(await scene.delete(id, scene.properties({ Notes: 'x' })));
    expect(scene.world.org.applications.size).toBe(0);
  });

  test.each([
    ['stays with the new one if DynamoDB does not write that down in the first one’s journal', true],
    ['is the old one’s again although DynamoDB does not write that down at first', false],
  ])('%s', async (_, isForGood) => {
    const before = scene.view;
    /** The last write of a lease is refused: the nth of the event is that of the old one's. */
    const trouble = (nth: number) => {
      let releases = 0;
      scene.world.network.fault = ({ operation }) => {
        if (!/UpdateItem .release/.test(operation)) return undefined;
        releases += 1;
        if (releases !== nth) return undefined;
        return { do: 'answer', reply: refusal('AccessDeniedException', 'Not you.') };
      };
    };
    if (isForGood) trouble(2);
    const taken = idOf(await scene.send(renamed.create(adopting())));
    scene.heal();
    await scene.passes(60);
    shows(scene.resource, id);
    if (isForGood) {
      const after = scene.view;
      idOf(await scene.delete(id));
      expect(scene.view).toEqual(after);
    } else {
      trouble(1);
      idOf(await scene.takeBack(renamed.delete(taken, adopting())));
      scene.heal();
      await scene.passes(60);
      idOf(await scene.update(id, scene.properties({ Notes: 'x' })));
      idOf(await scene.update(id, scene.properties(), scene.properties({ Notes: 'x' })));
      expect(scene.view).toEqual(before);
    }
  });

  test('may come back under its old name after the new one is deleted for good', async () => {
    const taken = idOf(await scene.send(renamed.create(adopting())));
    // The old one was retained: it gets no Delete.
    shows(scene.resource, id, 'DELETE_SKIPPED');
    idOf(await scene.send(renamed.delete(taken, adopting())));
    expect(scene.world.org.applications.size).toBe(0);
    scene.world.stacks.others.clear();
    idOf(await scene.create());
    expect(scene.web.settings.SupportedIdentityProviders).toContain('Okta');
  });

  describe('whose first one was retained, and takes the federation back,', () => {
    const more = () => adopting({ Access: ['Finance'] });

    beforeEach(async () => {
      id = idOf(await scene.send(renamed.create(adopting())));
      shows(scene.resource, id, 'DELETE_SKIPPED');
    });

    const works = async () => {
      shows(scene.resource, id);
      const before = scene.view;
      idOf(await scene.send(renamed.update(id, adopting({ Notes: 'x' }), adopting())));
      idOf(await scene.send(renamed.update(id, adopting(), adopting({ Notes: 'x' }))));
      expect(scene.view).toEqual(before);
    };

    test('goes on if that is rolled back, although the first one was retained and added again before', async () => {
      scene = new Scene();
      const added = scene.properties({ Access: ['Engineering'] });
      renamed = new Resource('shop', 'FederationV2', scene.resource);
      id = idOf(await scene.create());
      idOf(await scene.create(added));
      const theirs = adopting({ Access: ['Engineering'] });
      idOf(await scene.send(renamed.create(theirs)));
      shows(scene.resource, id, 'DELETE_SKIPPED');
      const before = scene.view;
      expect(idOf(await scene.create(more()))).toBe(id);
      shows(renamed, id);
      idOf(await scene.takeBack(scene.resource.delete(id, more())));
      expect(scene.view).toEqual(before);
      shows(scene.resource, id, 'DELETE_COMPLETE');
      idOf(await scene.send(renamed.update(id, { ...theirs, Notes: 'x' }, theirs)));
    });

    test('goes on if that fails', async () => {
      const before = scene.view;
      scene.strike(/Okta PUT .api.v1.apps.\*$/, { do: 'answer', reply: { status: 403, body: '{}' } }, 1);
      const answer = await scene.create(more());
      expect(answer).toMatchObject({ Status: 'FAILED' });
      idOf(await scene.delete(answer.PhysicalResourceId, more()));
      expect(scene.view).toEqual(before);
      await works();
    });

    test('goes on if that dies', async () => {
      const before = scene.view;
      scene.strike(/Okta .oauth2.v1.token/, { do: 'kill' });
      const answer = await scene.create(more());
      expect(answer).toMatchObject({ Status: 'FAILED' });
      scene.heal();
      await scene.passes(60);
      idOf(await scene.delete(answer.PhysicalResourceId, more()));
      expect(scene.view).toEqual(before);
      await works();
    });

    test.each([
      ['', false],
      ['is updated, and ', true],
    ])(
      '%sis gone after the Delete of the first one, although the last write of that Create failed',
      async (_, isUpdated) => {
        let releases = 0;
        scene.world.network.fault = ({ operation }) => {
          if (/UpdateItem .release/.test(operation)) releases += 1;
          // The third is that of its own journal.
          return /UpdateItem .release/.test(operation) && releases >= 3
            ? { do: 'answer', reply: refusal('AccessDeniedException', 'Not you.') }
            : undefined;
        };
        expect(idOf(await scene.create(more()))).toBe(id);
        scene.heal();
        await scene.passes(60);
        expect(scene.journal.open).toHaveLength(1);
        idOf(await scene.send(renamed.delete(id, adopting())));
        const notes = adopting({ Access: ['Finance'], Notes: 'x' });
        if (isUpdated) idOf(await scene.update(id, notes, more()));
        idOf(await scene.delete(id, isUpdated ? notes : more()));
        expect(scene.world.org.applications.size).toBe(0);
        expect(scene.provider).toBeUndefined();
      },
    );
  });

  test('is given back although its application was deleted by hand, and then is not made again', async () => {
    const taken = idOf(await scene.send(renamed.create(adopting())));
    shows(scene.resource, id);
    const properties = adopting();
    scene.world.org.applications.clear();
    idOf(await scene.takeBack(renamed.delete(taken, properties)));
    expect(scene.world.org.applications.size).toBe(0);
    idOf(await scene.delete(id));
    expect(scene.provider).toBeUndefined();
  });

  test('takes it over although its first Create died, and its journal is lost', async () => {
    scene.strike(/Okta PUT .api.v1.apps.\*$/, { do: 'kill' });
    expect(await scene.send(renamed.create(adopting()))).toMatchObject({ Status: 'FAILED' });
    scene.heal();
    await scene.passes(60);
    scene.world.leases.delete(`resource ${renamed.stackId} ${renamed.logicalId}`);
    expect(idOf(await scene.send(renamed.create(adopting())))).toBe(id);
    expect(tag()).toMatchObject({ logicalResourceId: 'FederationV2' });
  });

  test('is updated also after an Update that failed and that nothing rolled back', async () => {
    idOf(await scene.send(renamed.create(adopting())));
    idOf(await scene.delete(id));
    shows(scene.resource, id, 'DELETE_COMPLETE');
    const more = adopting({ Access: ['Engineering'] });
    scene.strike(/Okta .oauth2.v1.token/, { do: 'answer', reply: { status: 400, body: '{}' } });
    expect(await scene.send(renamed.update(id, more, adopting()))).toMatchObject({ Status: 'FAILED' });
    scene.heal();
    idOf(await scene.send(renamed.update(id, { ...more, Notes: 'x' }, more)));
    idOf(await scene.send(renamed.delete(id, { ...more, Notes: 'x' })));
    expect(scene.world.org.applications.size).toBe(0);
  });

  test('keeps it from the old one if that is in the template too', async () => {
    idOf(await scene.send(renamed.create(adopting())));
    const answer = await scene.update(id, scene.properties({ Notes: 'x' }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('Remove this resource from the template; nothing is deleted.'),
    });
  });

  test('ends whole wherever its Create is killed', async () => {
    const whole = scene.world.snapshot();
    const calls = (await scene.callsOf(() => scene.send(renamed.create(adopting())))).length;
    const all = Array.from({ length: calls }, (_, index) => index + 1);
    for (const n of someInCheck(all, 4)) {
      scene.world.restore(structuredClone(whole));
      scene.world.network.calls.length = 0;
      scene.world.network.fault = (call) => {
        return call.n === n ? { do: 'kill' } : undefined;
      };
      const answer = await scene.send(renamed.create(adopting()));
      scene.heal();
      await scene.passes(60);
      if (answer.Status === 'FAILED') {
        shows(scene.resource, id);
        idOf(await scene.send(renamed.delete(answer.PhysicalResourceId, adopting())));
        expect(tag()).toMatchObject({ logicalResourceId: 'Federation' });
        expect(scene.web.settings.SupportedIdentityProviders).toContain('Okta');
        idOf(await scene.delete(id));
        expect(scene.world.org.applications.size).toBe(0);
      }
    }
  });
});

describe('the provider of an AWS::Cognito::UserPoolIdentityProvider', () => {
  const native = (stackId: string, physicalId: string) =>
    scene.world.stacks.others.set(stackId, [
      {
        type: 'AWS::Cognito::UserPoolIdentityProvider',
        logicalId: 'OktaProvider',
        physicalId,
        status: 'CREATE_COMPLETE',
      },
    ]);

  test.each(['Okta', 'pool|Okta'])('of the same stack is not adopted (%s)', async (physicalId) => {
    scene.world.configure();
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
    native(scene.resource.stackId, physicalId.replace('pool', scene.pool.id));
    const before = scene.view;
    const answer = await scene.create(adopting());
    expect(answer.Reason).toMatch(/Add DeletionPolicy: Retain to that resource and deploy; then remove it/);
    expect(scene.view).toEqual(before);
    scene.world.stacks.others.clear();
    idOf(await scene.create(adopting()));
  });
});

describe('a name that a provider has already', () => {
  test('comes with the exact consent that an administrator has to give', async () => {
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
    const { Reason } = await scene.create();
    expect(Reason).toContain(
      `add the line "okta-cognito-idp: adopt shop" to the Okta application ${theirs.id}`,
    );
    expect(Reason).toContain(`Adopt: {ApplicationId: ${theirs.id}}`);
    scene.world.configure({ ADOPTION: 'Never' });
    expect((await scene.create()).Reason).toMatch(/did not make\. Choose another ProviderName\.$/);
  });

  test('is left to its owner, by the Create that is refused and by its Delete', async () => {
    addHandMadeProvider(scene.world, scene.pool, 'Okta', '0oa00000000000000001');
    const before = scene.view;
    const refused = await scene.create();
    expect(refused).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^ProviderName: .*already has an identity provider Okta/),
    });
    expect(await scene.delete(refused.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(before);
  });

  test('is left to its owner by a replacement that wants it, and the resource goes on as it was', async () => {
    addHandMadeProvider(scene.world, scene.pool, 'Staff', '0oa00000000000000001');
    const id = await scene.made();
    const before = scene.view;
    const wanted = scene.properties({ ProviderName: 'Staff' });
    expect(await scene.update(id, wanted)).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: id,
      Reason: expect.stringMatching(/^ProviderName: .*already has an identity provider Staff/),
    });
    idOf(await scene.update(id, scene.properties(), wanted));
    expect(scene.view).toEqual(before);
  });

  test('offers no adoption if no application of the org is behind it', async () => {
    addHandMadeProvider(scene.world, scene.pool, 'Okta', '0oa00000000000000001');
    expect((await scene.create()).Reason).toMatch(/did not make\. Choose another ProviderName\.$/);
  });
});

test('an Update that is rolled back after another resource of the stack has taken the federation over succeeds, and is given back as it was before', async () => {
  const own = (more: Properties = {}) => scene.properties(more);
  const id = await scene.made(own());
  const before = scene.view;
  idOf(await scene.update(id, own({ Notes: 'x' }), own()));
  const second = new Resource('shop', 'Second', scene.resource);
  shows(second, '', 'CREATE_IN_PROGRESS');
  const adopted = idOf(await scene.send(second.create(adopting({ Notes: 'y' }))));
  expect(await scene.rollBack(id, own(), own({ Notes: 'x' }))).toMatchObject({ Status: 'SUCCESS' });
  shows(scene.resource, id, 'UPDATE_COMPLETE');
  idOf(await scene.send(second.delete(adopted, adopting({ Notes: 'y' }))));
  expect(scene.view).toEqual(before);
});

test('a new nested stack gives what it has taken over back if its parent is rolled back', async () => {
  await scene.made();
  retainAndDelete(scene.resource);
  const before = scene.view;
  const nested = new Resource('nested');
  const parent = new Resource('parent');
  const id = idOf(await scene.send(nested.create(adopting({ Access: ['Engineering'] }))));
  const { stacks } = scene.world;
  const shown = stacks.get(nested.stackId);
  if (!shown) throw new Error('There is no stack.');
  stacks.show({ ...shown, parentId: parent.stackId });
  stacks.show({ ...shown, id: parent.stackId, status: 'UPDATE_ROLLBACK_IN_PROGRESS' });
  idOf(await scene.takeBack(nested.delete(id, adopting({ Access: ['Engineering'] })), 'DELETE_IN_PROGRESS'));
  expect(scene.view).toEqual(before);
});
