import { cloudFormationRefusal } from '../../support/virtual/cloudformation.ts';
import { Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

test('control characters in what Okta says do not keep CloudFormation from showing the events of the stack', async () => {
  const id = await scene.made();
  const errorSummary = 'Api validation failed: \u001b[31mlabel\u0000 \ud83d';
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ errorCode: 'E0000001', errorSummary });
  scene.strike(/^Okta PUT \/api\/v1\/apps\/\*$/, { do: 'answer', reply: { status: 400, headers, body } });
  const renamed = scene.properties({ ApplicationLabel: 'Shop' });
  const failed = await scene.update(id, renamed);
  expect(failed).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('[31mlabel') });
  scene.heal();
  expect(await scene.rollBack(id, scene.properties(), renamed)).toMatchObject({ Status: 'SUCCESS' });
  expect(await scene.update(id, renamed)).toMatchObject({ Status: 'SUCCESS' });
});

test.each([
  ['denied', cloudFormationRefusal('AccessDenied', 'User is not authorized', 403)],
  [
    'not readable',
    cloudFormationRefusal(
      'ValidationError',
      'The response contains control characters or otherwise invalid characters',
    ),
  ],
])('a Delete needs no events of the stack: they are %s', async (_, reply) => {
  const id = await scene.made();
  const renamed = scene.properties({ ProviderName: 'Other' });
  const update = await scene.update(id, renamed);
  expect(update.Status).toBe('SUCCESS');
  scene.strike(/DescribeStackEvents/, { do: 'answer', reply });
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(await scene.delete(update.PhysicalResourceId, renamed)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.org.applications.size).toBe(0);
});
