import { isDeepStrictEqual } from 'node:util';
import { type Application, clientIdOf } from '../okta/applications.ts';
import type { KnownProvider, Past } from './journal/past.ts';
import type { FederationRecord } from './journal/records.ts';
import type { Observed } from './observe/observed.ts';
import type { Takeover } from './ownership/takeover.ts';
import { withFirstPolicy } from './plan/authentication-policy.ts';

/** The owner before, from which this resource took the federation; known while it has this application. */
export function takenFromOf(takeover: Takeover | undefined, { standing }: Past, { application }: Observed) {
  if (takeover) return { takenFrom: takeover.from };
  const isSame = application !== undefined && standing?.application.id === application.document.id;
  return isSame && standing.takenFrom ? { takenFrom: standing.takenFrom } : {};
}

/** What the journal has to say of a federation once its application exists. */
export function withApplication(
  state: FederationRecord,
  application: Application | undefined,
  isNew: boolean,
): FederationRecord {
  if (!application) return state;
  const record = isNew ? withFirstPolicy(state.application, application) : state.application;
  return {
    ...state,
    application: {
      ...record,
      id: application.id,
      label: application.label,
      ...(isNew ? { madeAt: Date.now() } : {}),
    },
    provider: { ...state.provider, clientId: clientIdOf(application) },
  };
}

/** Tells whether the journal has all of this already: then it need not be written before the first step. */
export function isKnown(
  { application, provider }: FederationRecord,
  known: KnownProvider,
  record: FederationRecord['application'] | undefined,
): boolean {
  const essence = (one: FederationRecord['application'] | undefined) =>
    one && { ...one, label: '', orgUrl: '' };
  return (
    isDeepStrictEqual(essence(application), essence(record)) && isDeepStrictEqual(provider, known.provider)
  );
}
