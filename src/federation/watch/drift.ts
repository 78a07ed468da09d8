import { isDeepStrictEqual } from 'node:util';
import { clientIdOf } from '../../okta/applications.ts';
import type { Observed } from '../observe/observed.ts';
import type { Goal } from '../plan/goal.ts';
import { enabledOn, isSameMapping } from '../plan/next-record.ts';
import { endpointProblems } from '../plan/provider-endpoints.ts';
import type { Plan, ProviderSettings, Step } from '../plan/steps.ts';

/** One setting that is not as the template says. */
export interface Difference {
  /** Whose it is and what it is called there, such as `the Okta application: settings.notes.admin`. */
  readonly setting: string;
  readonly wanted: string;
  readonly found: string;
}

/**
 * Says in words what a plan would change. An empty plan has no difference. Pure.
 * @param plan for the properties last fulfilled, or for those of a deployment to come.
 */
export function differencesOf(plan: Plan, goal: Goal, observed: Observed): Difference[] {
  return plan.flatMap((stage) => stage.flatMap((step) => differencesOfStep(step, goal, observed)));
}

function differencesOfStep(step: Step, goal: Goal, observed: Observed): Difference[] {
  const { providerName } = goal.identity;
  const provider = `the identity provider ${providerName}`;
  const groupNames = new Map(
    [...observed.groups].flatMap(([, some]) => some.map(({ id, name }) => [id, name])),
  );
  switch (step.do) {
    case 'createApplication':
      return [{ setting: 'the Okta application', wanted: `"${step.application.label}"`, found: 'none' }];
    case 'replaceApplication':
      return leavesThatDiffer(observed.application?.document, step.application).map((difference) => ({
        ...difference,
        setting: `the Okta application: ${difference.setting}`,
      }));
    case 'adoptApplication':
      return [
        {
          setting: `the Okta application ${step.applicationId}`,
          wanted: 'taken over',
          found: 'not taken over',
        },
      ];
    case 'activateApplication':
      return [
        {
          setting: 'the Okta application: status',
          wanted: 'ACTIVE',
          found: observed.application?.document.status ?? 'none',
        },
      ];
    case 'assignGroup': {
      const name = groupNames.get(step.groupId) ?? step.groupId;
      return [{ setting: `the Okta group ${name}`, wanted: 'assigned', found: 'not assigned' }];
    }
    case 'unassignGroup':
      return [{ setting: `the Okta group ${step.groupId}`, wanted: 'not assigned', found: 'assigned' }];
    case 'createIdentityProvider':
      return [{ setting: provider, wanted: 'in the user pool', found: 'none' }];
    case 'updateIdentityProvider':
      return providerDifferences(step.settings, goal, observed).map((difference) => ({
        ...difference,
        setting: `${provider}: ${difference.setting}`,
      }));
    case 'enableOnAppClient':
      return [
        {
          setting: `the app client ${step.userPoolClientId}`,
          wanted: `lists ${providerName}`,
          found: listed(observed.appClients.get(step.userPoolClientId)?.supportedIdentityProviders),
        },
      ];
    case 'disableOnAppClient':
      return [
        {
          setting: `the app client ${step.userPoolClientId}`,
          wanted: `does not list ${providerName}`,
          found: enabledOn(observed, goal.identity).includes(step.userPoolClientId)
            ? `lists ${providerName}`
            : 'may list it',
        },
      ];
    default:
      return [{ setting: wordsOf(step.do), wanted: 'done', found: 'not done' }];
  }
}

function providerDifferences(wanted: ProviderSettings, goal: Goal, observed: Observed): Difference[] {
  const { provider: found, application } = observed;
  if (!found) return [];
  const differences: Difference[] = [];
  const compare = (setting: string, want: unknown, is: unknown, same = isDeepStrictEqual(want, is)) => {
    if (!same) differences.push({ setting, wanted: shown(want), found: shown(is) });
  };
  const clientId = application && clientIdOf(application.document);
  compare('client_id', clientId ?? 'that of the new Okta application', found.clientId);
  if (!found.clientSecret) differences.push({ setting: 'client_secret', wanted: 'set', found: 'none' });
  compare('oidc_issuer', wanted.issuer, found.issuer);
  compare('authorize_scopes', wanted.scopes.join(' '), found.scopes.join(' '));
  compare('attributes_request_method', wanted.attributesRequestMethod, found.attributesRequestMethod);
  compare(
    'attribute mapping',
    wanted.attributeMapping,
    found.attributeMapping,
    isSameMapping(found.attributeMapping, wanted.attributeMapping),
  );
  compare('identifiers', wanted.idpIdentifiers.toSorted(), found.idpIdentifiers.toSorted());
  const { metadata } = goal.issuer;
  const stale = metadata ? endpointProblems(found, metadata) : [];
  return [
    ...differences,
    ...stale.map((problem) => ({ setting: 'endpoints', wanted: "the issuer's", found: problem })),
  ];
}

/** Each place in two JSON documents at which they differ. Lists are compared whole. */
function leavesThatDiffer(found: unknown, wanted: unknown, place: readonly string[] = []): Difference[] {
  if (isDeepStrictEqual(plain(found), plain(wanted))) return [];
  if (!isRecord(found) || !isRecord(wanted)) {
    return [{ setting: place.join('.'), wanted: shown(wanted), found: shown(found) }];
  }
  const names = [...new Set([...Object.keys(found), ...Object.keys(wanted)])];
  return names.flatMap((name) => leavesThatDiffer(found[name], wanted[name], [...place, name]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'not set';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function listed(names: readonly string[] | undefined): string {
  return names?.length ? `lists ${names.join(', ')}` : 'lists none';
}

/** `assignPolicy` is `assign policy`. */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** One line: `the Okta group Staff: assigned in the template, not assigned in reality`. */
export function sentenceOf({ setting, wanted, found }: Difference): string {
  return `${setting}: the template wants ${wanted}, found ${found}`;
}
