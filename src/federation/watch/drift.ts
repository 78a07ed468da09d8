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
  const one = (setting: string, wanted: string, found: string) => [{ setting, wanted, found }];
  const within = (place: string, differences: readonly Difference[]) =>
    differences.map((each) => ({ ...each, setting: `${place}: ${each.setting}` }));
  switch (step.do) {
    case 'createApplication':
      return one('the Okta application', `"${step.application.label}"`, 'none');
    case 'replaceApplication':
      return within(
        'the Okta application',
        leavesThatDiffer(observed.application?.document, step.application),
      );
    case 'adoptApplication':
      return one(`the Okta application ${step.applicationId}`, 'taken over', 'not taken over');
    case 'activateApplication': {
      const status = observed.application?.document.status ?? 'none';
      return one('the Okta application: status', 'ACTIVE', status);
    }
    case 'assignGroup': {
      const groups = [...observed.groups.values()].flat();
      const name = groups.find(({ id }) => id === step.groupId)?.name ?? step.groupId;
      return one(`the Okta group ${name}`, 'assigned', 'not assigned');
    }
    case 'unassignGroup':
      return one(`the Okta group ${step.groupId}`, 'not assigned', 'assigned');
    case 'createIdentityProvider':
      return one(provider, 'in the user pool', 'none');
    case 'updateIdentityProvider':
      return within(provider, providerDifferences(step.settings, goal, observed));
    case 'enableOnAppClient': {
      const client = observed.appClients.get(step.userPoolClientId);
      const found = listed(client?.supportedIdentityProviders);
      return one(`the app client ${step.userPoolClientId}`, `lists ${providerName}`, found);
    }
    case 'disableOnAppClient': {
      const isKnown = enabledOn(observed, goal.identity).includes(step.userPoolClientId);
      const found = isKnown ? `lists ${providerName}` : 'may list it';
      return one(`the app client ${step.userPoolClientId}`, `does not list ${providerName}`, found);
    }
    default:
      return one(wordsOf(step.do), 'done', 'not done');
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
