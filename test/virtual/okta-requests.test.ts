import type { Answer, CustomResourceEvent, Properties } from '../support/custom-resource.ts';
import { OktaContract } from '../support/okta-contract.ts';
import { settle } from '../support/virtual/lambda.ts';
import type { OutgoingRequest, Reply } from '../support/virtual/network.ts';
import { orgUrl } from '../support/virtual/okta.ts';
import { setStage } from './faults/stage.ts';

/** All that the provider ever asks of Okta's Management API, by what it does with a federation. */
const operations = [
  'DELETE /api/v1/apps/{app}',
  'DELETE /api/v1/apps/{app}/credentials/secrets/{secret}',
  'DELETE /api/v1/apps/{app}/groups/{group}',
  'GET /api/v1/apps/{app}',
  'GET /api/v1/apps/{app}/credentials/secrets',
  'GET /api/v1/apps/{app}/groups',
  'GET /api/v1/groups',
  'GET /api/v1/groups/{group}',
  'POST /api/v1/apps',
  'POST /api/v1/apps/{app}/credentials/secrets',
  'POST /api/v1/apps/{app}/credentials/secrets/{secret}/lifecycle/deactivate',
  'POST /api/v1/apps/{app}/lifecycle/activate',
  'POST /api/v1/apps/{app}/lifecycle/deactivate',
  'PUT /api/v1/apps/{app}',
  'PUT /api/v1/apps/{app}/groups/{group}',
];

const anonymous = (path: string) =>
  path
    .replace(/\/0oa\w{17}/, '/{app}')
    .replace(/\/00g\w{17}/, '/{group}')
    .replace(/\/ocs\w{17}/, '/{secret}');

test("each request of a federation's life keeps to the letter of Okta's contract", async () => {
  const stage = await setStage();
  const { world, resource, properties, handMadeId } = stage;
  // A 404 of lag would count as a request that Okta refuses.
  world.org.settings.readLagMs = 0;
  const calls: { request: OutgoingRequest; reply: Reply }[] = [];
  world.network.heard = (request, reply) => {
    const { origin, pathname } = request.url;
    if (origin === orgUrl && pathname.startsWith('/api/')) calls.push({ request, reply });
  };
  const play = async (event: CustomResourceEvent): Promise<Answer> => {
    const answer = await world.time.run(settle(world, event));
    expect({ answer: answer.Status, reason: answer.Reason }).toEqual({
      answer: 'SUCCESS',
      reason: undefined,
    });
    return answer;
  };

  const plain = properties();
  const { PhysicalResourceId: id } = await play(resource.create(plain));
  const [group] = world.org.groups.values();
  const everything: Properties = {
    ...plain,
    ApplicationLabel: 'Shop',
    Access: [group?.id, 'Engineering'],
    Scopes: 'openid email profile phone',
    AttributesRequestMethod: 'POST',
    IdpIdentifiers: ['example.com'],
    PostLogoutRedirectUris: ['https://app.example.com/bye'],
    InitiateLoginUri: 'https://app.example.com/start',
    LogoUri: 'https://app.example.com/logo.png',
    Notes: 'Ask Ada.',
    Issuer: 'Dynamic',
    SecretVersion: '1',
  };
  await play(resource.update(id, everything, plain));
  const application = world.org.applications.get(id.split('|')[2] ?? '');
  if (application) application.status = 'INACTIVE';
  await play(
    resource.update(id, { ...plain, Access: 'Nobody', SecretVersion: '2', Active: 'true' }, everything),
  );
  await play(resource.delete(id, plain));

  const adopted = world.org.applications.get(handMadeId);
  if (adopted) adopted.status = 'INACTIVE';
  const adopting = {
    ...everything,
    ProviderName: 'Staff',
    Issuer: 'OrgUrl',
    Adopt: { ApplicationId: handMadeId },
    Active: 'true',
  };
  const { PhysicalResourceId: adoptedId } = await play(resource.create(adopting));
  await play(resource.delete(adoptedId, adopting));

  const seen = calls.map(({ request: { method, url } }) => `${method} ${anonymous(url.pathname)}`);
  expect([...new Set(seen)].toSorted()).toEqual(operations);
  const contract = OktaContract.find();
  for (const { request, reply } of calls) {
    const { method, url, headers, body } = request;
    if (body.length > 0) expect(headers['content-type']).toBe('application/json');
    contract?.checkStrictly({
      method,
      path: url.pathname,
      query: url.searchParams,
      ...(body.length > 0 && { requestBody: JSON.parse(body.toString()) }),
      status: reply.status,
      ...(reply.body && { answerBody: JSON.parse(reply.body) }),
    });
  }
  // Recorded orgs show these beside their own contract. A PUT forgets what it is not sent, so what Okta gave goes back.
  const givenBack = [
    ...['/accessibility/errorRedirectUrl', '/accessibility/loginRedirectUrl', '/settings/notes/enduser'],
    ...['/settings/notifications/vpn/helpUrl', '/settings/notifications/vpn/message'],
    '/settings/oauthClient/client_uri',
  ].map((field) => `${field} must be string`);
  const others = ['/settings/manualProvisioning', '/settings/app'].map(
    (field) => `${field} is not in the contract`,
  );
  const known = [...givenBack, ...others, '/settings/emOptInStatus is read-only'];
  const violations = [...new Set(contract?.violations)].filter(
    (violation) => !known.some((one) => violation === `PUT /api/v1/apps/{appId}: request: ${one}`),
  );
  expect(violations).toEqual([]);
});
