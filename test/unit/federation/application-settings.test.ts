import fc from 'fast-check';
import { restoreApplication } from '../../../src/federation/plan/application.ts';
import {
  foundBefore,
  settingNames,
  settingOf,
  settingsAsFound,
  settingsByProperties,
  type WantedSettings,
  withSettings,
} from '../../../src/federation/plan/application-settings.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { assertAtRandom } from '../../support/random-runs.ts';
import { federation } from './requests.ts';
import { properties } from './world.ts';

/** Each row of the table, a new one too, goes through all of these. */
const name = fc.constantFrom(...settingNames);
/** Settings are texts, flags, lists and small objects; never an object that holds another row. */
const value = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.record({ mode: fc.string(), iOS: fc.boolean() }),
);
/** A note is a text in every application. */
const note = fc.constantFrom('One.', 'Two.\nThree.');
const wanted = fc
  .tuple(fc.dictionary(name, fc.option(value), { noNullPrototype: true }), note)
  .map(([settings, text]): WantedSettings => {
    const isNoted = settings.notes !== undefined && settings.notes !== null;
    return isNoted ? { ...settings, notes: text } : settings;
  });

const bare: Application = { id: '0oa1', name: 'oidc_client', label: 'Shop', status: 'ACTIVE' };
const withTheirs: Application = {
  ...bare,
  visibility: { autoLaunch: true, hide: { iOS: false, web: true } },
  accessibility: { selfService: true },
  credentials: { oauthClient: { client_id: '0oa1', pkce_required: true } },
  settings: {
    notes: { admin: 'Theirs.', enduser: 'Hello.' },
    oauthClient: { grant_types: ['implicit'], policy_uri: 'https://theirs.example.com/policy' },
  },
};
/** Applications as Okta may have them. */
const application = fc
  .tuple(fc.constantFrom(bare, withTheirs), wanted)
  .map(([document, settings]): Application => withSettings(document, { ...settings, label: 'Shop' }));

/** Without objects that have nothing in them: Okta shows them or does not. */
function essence(document: unknown): unknown {
  if (Array.isArray(document) || typeof document !== 'object' || document === null) return document;
  const fields = Object.entries(document).map(([key, inner]) => [key, essence(inner)] as const);
  return Object.fromEntries(fields.filter(([, inner]) => JSON.stringify(inner) !== '{}'));
}

const holds = <Ts extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof Ts]: fc.Arbitrary<Ts[K]> },
  check: (...values: Ts) => void,
) => assertAtRandom(fc.property<Ts>(...arbitraries, check));

test('a setting that is set has its value, one that is unset has none, and the others stay', () => {
  holds([application, wanted], (document, settings) => {
    const after = withSettings(document, settings);
    for (const each of settingNames) {
      const is = settings[each] === undefined ? settingOf(document, each) : settings[each];
      expect(settingOf(after, each)).toEqual(is);
    }
  });
});

test('a setting that is not in the table stays as it is', () => {
  holds([wanted], (settings) => {
    expect(withSettings(withTheirs, settings)).toMatchObject({
      visibility: { autoLaunch: true },
      accessibility: { selfService: true },
      credentials: { oauthClient: { client_id: '0oa1' } },
      settings: {
        notes: { enduser: 'Hello.' },
        oauthClient: { policy_uri: 'https://theirs.example.com/policy' },
      },
    });
  });
});

test('the document that is given does not change', () => {
  holds([application, wanted], (document, settings) => {
    const before = structuredClone(document);
    withSettings(document, settings);
    expect(document).toEqual(before);
  });
});

test('a setting that already has the value changes nothing, not even an object on its path', () => {
  holds([application], (document) => {
    const same = Object.fromEntries(settingNames.map((each) => [each, settingOf(document, each)]));
    expect(withSettings(document, same)).toEqual(document);
    expect(foundBefore(document, same)).toEqual({});
  });
});

test('what was found is put back after any change', () => {
  holds([application, wanted], (document, settings) => {
    const found = foundBefore(document, settings);
    const changed = withSettings(document, settings);
    expect(essence(withSettings(changed, settingsAsFound(found)))).toEqual(essence(document));
    const { application: record } = federation('0oa1', { application: { found } });
    const restored = restoreApplication(changed, record);
    for (const each of settingNames) expect(settingOf(restored, each)).toEqual(settingOf(document, each));
  });
});

test('a setting that is not changed is not in what was found: an administrator’s later change of it stays', () => {
  holds([application, wanted], (document, settings) => {
    for (const each of Object.keys(foundBefore(document, settings))) {
      expect(Object.keys(settings)).toContain(each);
    }
  });
});

describe('a property of the template', () => {
  const rows = [
    ['Notes', 'notes', 'Ours.', 'By hand.'],
    ['LogoUri', 'logoUri', 'https://ours.example.com/logo.png', 'https://theirs.example.com/logo.png'],
    ['InitiateLoginUri', 'initiateLoginUri', 'https://ours.example.com/', 'https://theirs.example.com/'],
  ] as const;
  const none = properties();

  test.each(rows)('%s is set as it is', (property, setting, ours) => {
    expect(settingsByProperties(properties({ [property]: ours }), [], undefined)).toEqual({
      [setting]: ours,
    });
  });

  test.each(rows)('%s is unset when the template drops it', (property, setting, ours) => {
    const earlier = [none, properties({ [property]: ours })];
    const current = withSettings(bare, { [setting]: ours });
    expect(settingsByProperties(none, earlier, current)).toEqual({ [setting]: null });
  });

  test.each(rows)('%s stays as an administrator has it', (property, setting, ours, theirs) => {
    const current = withSettings(bare, { [setting]: theirs });
    expect(settingsByProperties(none, [properties({ [property]: ours })], current)).toEqual({});
    expect(settingsByProperties(none, [none], current)).toEqual({});
  });

  test.each(rows)('%s that is not set any more needs no change', (property, _setting, ours) => {
    expect(settingsByProperties(none, [properties({ [property]: ours })], bare)).toEqual({});
  });

  test('is the only source: what no property names is not set', () => {
    const all = settingsByProperties(
      properties({
        Notes: 'x',
        LogoUri: 'https://a.example.com/',
        InitiateLoginUri: 'https://a.example.com/',
      }),
      [],
      undefined,
    );
    expect(Object.keys(all).toSorted()).toEqual(['initiateLoginUri', 'logoUri', 'notes']);
  });
});
