import {
  isTaggedFor,
  nameTagOf,
  taggedProfile,
  untaggedProfile,
} from '../../../src/federation/ownership/name-tag.ts';
import { isSameResource } from '../../../src/federation/resource-name.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { identity } from './world.ts';

function tagged(value: unknown): Application {
  return {
    id: '0oa1',
    name: 'oidc_client',
    label: 'x',
    status: 'ACTIVE',
    profile: { okta_cognito_idp: value },
  };
}

test.each([false, true])('a name tag that was written is read (adopted: %s)', (adopted) => {
  const application = { ...tagged(undefined), profile: taggedProfile(undefined, identity, adopted) };
  expect(nameTagOf(application)).toEqual({ ...identity, ...(adopted ? { adopted } : {}) });
  expect(isTaggedFor(application, identity)).toBe(true);
});

test('a name tag holds whose the application is, and nothing else', () => {
  const record = { ...identity, clientSecret: 'x' };
  expect(Object.keys(taggedProfile(undefined, record, false).okta_cognito_idp)).toEqual(
    Object.keys(identity),
  );
});

test.each([
  ['stackId', identity.stackId.replace('shop', 'other')],
  ['logicalResourceId', 'Other'],
  ['userPoolId', 'us-east-1_Other'],
  ['providerName', 'Other'],
])('an application of another %s is not this resource’s', (field, value) => {
  expect(isTaggedFor(tagged({ ...identity, [field]: value }), identity)).toBe(false);
});

test.each([
  undefined,
  null,
  'text',
  7,
  [],
  {},
  { ...identity, stackId: 7 },
  { ...identity, stackId: 'my stack' },
  { ...identity, stackId: `${identity.stackId}\nDeploy https://evil.example` },
  { ...identity, logicalResourceId: 'Not an ID' },
  { ...identity, providerName: undefined },
])('%j is no name tag', (value) => {
  expect(nameTagOf(tagged(value))).toBeUndefined();
  expect(isTaggedFor(tagged(value), identity)).toBe(false);
});

test('no application, or one without a profile, has no name tag', () => {
  const { profile: _, ...bare } = tagged(identity);
  expect(nameTagOf(bare)).toBeUndefined();
  expect(nameTagOf({ ...bare, profile: null })).toBeUndefined();
  expect(nameTagOf(undefined)).toBeUndefined();
});

test('an edited "adopted" counts as none', () => {
  expect(nameTagOf(tagged({ ...identity, adopted: 'yes' }))).toEqual(identity);
});

test('what else is in the profile stays when the tag comes, changes and goes', () => {
  const theirs = { costCenter: '4711' };
  const ours = taggedProfile(theirs, identity, false);
  expect(ours).toMatchObject(theirs);
  expect(taggedProfile(ours, identity, true)).toEqual({
    ...theirs,
    okta_cognito_idp: { ...identity, adopted: true },
  });
  expect(untaggedProfile(ours)).toEqual(theirs);
  expect(untaggedProfile(taggedProfile(undefined, identity, false))).toBeUndefined();
  expect(untaggedProfile(null)).toBeUndefined();
});

test('a resource is the same by its stack and its logical ID', () => {
  expect(isSameResource(identity, { ...identity })).toBe(true);
  expect(isSameResource(identity, { ...identity, logicalResourceId: 'Other' })).toBe(false);
  expect(isSameResource(identity, { ...identity, stackId: 'other' })).toBe(false);
});
