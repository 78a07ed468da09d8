import fc from 'fast-check';
import { adoptableKindProblem } from '../../../src/federation/plan/adoptable.ts';
import { consentOf, consentProblem } from '../../../src/federation/plan/consent.ts';
import { mergeNotes, notesProblem, withoutConsent } from '../../../src/federation/plan/consent-notes.ts';
import { assertAtRandom } from '../../support/random-runs.ts';

const adopter = { stackName: 'red-shop', accountId: '111122223333' };
const nothing = { adopt: false, rotate: false, delete: false };
const all = { adopt: true, rotate: true, delete: true };
const given = (note: string) => consentOf('WithConsent', note, adopter);

test.each([
  ['okta-cognito-idp: adopt red-shop', { ...nothing, adopt: true }],
  ['okta-cognito-idp: adopt red-*', { ...nothing, adopt: true }],
  ['okta-cognito-idp: adopt 111122223333 rotate', { ...nothing, adopt: true, rotate: true }],
  ['okta-cognito-idp: adopt * delete rotate', all],
  [
    'Owner: Red.\r\n  OKTA-Cognito-IDP:adopt\u00A0red-shop  delete \r\nCall 123.',
    { ...nothing, adopt: true, delete: true },
  ],
  ['okta-cognito-idp: adopt red-shop rotate\nokta-cognito-idp: adopt 111122223333 delete', all],
  ['okta-cognito-idp: adopt blue-* rotate\nokta-cognito-idp: adopt red-shop', { ...nothing, adopt: true }],
])('%j is a consent', (note, consent) => {
  expect(given(note)).toEqual(consent);
});

test.each([
  '',
  'okta-cognito-idp: adopt',
  'okta-cognito-idp: adopt red',
  'okta-cognito-idp: adopt shop',
  'okta-cognito-idp: adopt RED-SHOP',
  'okta-cognito-idp: adopt 444455556666',
  'okta-cognito-idp: adopt 1111*',
  'okta-cognito-idp: adopt red.shop',
  'okta-cognito-idp: adopt red-shop everything',
  'okta-cognito-idp: adopt red-shop, rotate',
  'do not: okta-cognito-idp: adopt red-shop',
  'okta-cognito-idp adopt red-shop',
])('%j is not a consent for this stack', (note) => {
  expect(given(note)).toEqual(nothing);
});

test('the parameter Adoption decides whether a consent counts', () => {
  expect(consentOf('Never', 'okta-cognito-idp: adopt * rotate delete', adopter)).toEqual(nothing);
  expect(consentOf('Any', undefined, adopter)).toEqual(all);
});

describe('a refusal', () => {
  const application = (admin?: string) => ({ id: '0oa1', settings: { notes: { admin } } });

  test('has the line to add, its place, and who adds it', () => {
    expect(consentProblem('WithConsent', application(), adopter, { rotate: true, delete: true })).toBe(
      'Adopt.ApplicationId: stack red-shop may not adopt, rotate the client secret of, or delete the Okta application 0oa1 without the consent of an Okta administrator. Ask one to add the line "okta-cognito-idp: adopt red-shop rotate delete" to the application in the Okta Admin Console, at General › Application notes › Application notes for admins.',
    );
  });

  test.each([
    { rotate: false, delete: false },
    { rotate: true, delete: false },
    { rotate: false, delete: true },
    { rotate: true, delete: true },
  ])('names a line that is enough for %j', (wanted) => {
    const sentence = consentProblem('WithConsent', application(), adopter, wanted) ?? '';
    const [, line] = /the line "([^"]+)"/.exec(sentence) ?? [];
    expect(line).toMatch(/^okta-cognito-idp: adopt red-shop/);
    expect(consentProblem('WithConsent', application(line), adopter, wanted)).toBeUndefined();
  });

  test('names only what is missing', () => {
    const note = 'okta-cognito-idp: adopt red-shop rotate';
    expect(
      consentProblem('WithConsent', application(note), adopter, { rotate: true, delete: true }),
    ).toContain('may not delete the Okta application');
  });

  test('of a provider that adopts nothing names its operator', () => {
    expect(consentProblem('Never', application('okta-cognito-idp: adopt *'), adopter, nothing)).toBe(
      "Adopt.ApplicationId: stack red-shop may not adopt the Okta application 0oa1, because the provider stack's parameter Adoption is Never. Ask the operator of the provider stack to change it.",
    );
  });
});

describe('a template', () => {
  test.each([
    'okta-cognito-idp: adopt *',
    'x\n\n  Okta-Cognito-IdP :  ADOPT me',
    'okta\u2011cognito\u2011idp: adopt *',
    'okta\u200B-cognito-idp\u00A0:\u3000adopt *',
    'x\u2028okta-cognito-idp: adopt *',
    'okta-cogni\u00ADto-idp:\u2060adopt *',
    'ｏｋｔａ-cognito-idp： adopt *',
    'okta-cognito-idp\u2236 adopt *',
    'okta-\ncognito-idp: adopt *',
  ])('cannot consent with the note %j', (notes) => {
    expect(notesProblem(notes)).toContain('Notes must not contain "okta-cognito-idp: adopt"');
  });

  test.each(['Run by Red.', 'Managed by okta-cognito-idp. Adoption: see the wiki.', undefined])(
    'may say %j',
    (notes) => {
      expect(notesProblem(notes)).toBeUndefined();
    },
  );

  const noise = fc.constantFrom(
    '',
    ' ',
    '\t',
    '\u00A0',
    '\u200B',
    '\u2060',
    '\uFEFF',
    '\u00AD',
    '\u3000',
    '\u2028',
    '\r',
    '\u0085',
    '\n',
    '\u180E',
    '\u202E',
  );
  test('cannot consent in any spelling that counts as a consent', () => {
    const spelled = fc
      .tuple(
        fc.array(noise, { minLength: 30, maxLength: 30 }),
        fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
      )
      .map(([between, upper]) =>
        [...'okta-cognito-idp: adopt *']
          .map((letter, at) => `${between[at]}${upper[at] ? letter.toUpperCase() : letter}`)
          .join(''),
      );
    assertAtRandom(
      fc.property(fc.oneof(spelled, fc.string({ unit: 'binary' })), (notes) => {
        expect(given(notes).adopt && notesProblem(notes) === undefined).toBe(false);
      }),
    );
  });

  const line = 'okta-cognito-idp: adopt red-* rotate';
  test.each([
    ['By hand.', 'New', 'New'],
    [`By hand.\n${line}`, 'New', `New\n${line}`],
    [`${line}\nBy hand.`, null, line],
    ['By hand.', null, null],
    [`By hand.\n${line}`, undefined, undefined],
    [undefined, 'New', 'New'],
    ['okta-cognito-idp: adopt red-* rotat', 'New', 'New\nokta-cognito-idp: adopt red-* rotat'],
  ])('changes %j with %j to %j', (current, wanted, merged) => {
    expect(mergeNotes(current, wanted)).toBe(merged);
  });

  test('never removes a consent, finds its own note again, and a repeat changes nothing', () => {
    assertAtRandom(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (before, wanted) => {
        fc.pre(notesProblem(`${before}\n${wanted}`) === undefined);
        const merged = mergeNotes(`${before}\n${line}`, wanted) ?? '';
        expect(given(merged)).toEqual(given(line));
        expect(withoutConsent(merged)).toBe(wanted);
        expect(mergeNotes(merged, wanted)).toBe(merged);
      }),
    );
  });
});

describe('an application to adopt', () => {
  const web = {
    id: '0oa1',
    name: 'oidc_client',
    label: 'Shop',
    status: 'ACTIVE',
    signOnMode: 'OPENID_CONNECT',
    settings: { oauthClient: { application_type: 'web' } },
  };

  test('is an OIDC Web application', () => {
    expect(adoptableKindProblem(web)).toBeUndefined();
  });

  test.each([
    [{ name: 'saasure' }, 'is of the kind saasure (OPENID_CONNECT)'],
    [{ name: 'saml', signOnMode: 'SAML_2_0' }, 'is of the kind saml (SAML_2_0)'],
    [
      { name: 'active_directory', signOnMode: undefined },
      'is of the kind active_directory (no sign-on mode)',
    ],
    [{ settings: { oauthClient: {} } }, 'has the application type none'],
    [{ settings: null }, 'has the application type none'],
    [{ settings: { oauthClient: { application_type: 'service' } } }, 'has the application type service'],
  ])('is not one with %j', (other, what) => {
    expect(adoptableKindProblem({ ...web, ...other })).toContain(
      `the Okta application 0oa1 ${what}, but only an OIDC Web`,
    );
  });
});
