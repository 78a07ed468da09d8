import * as z from 'zod/mini';
import { isNothingMade, parsePhysicalId } from '../cloudformation/physical-id.ts';
import { lazily } from '../lazily.ts';
import { getApplication } from '../okta/applications.ts';
import { connect } from './connections.ts';
import { explain } from './explain.ts';
import { restoreOthers, retainedAgain } from './give-back.ts';
import { knownAt, type Past, pastOf } from './journal/past.ts';
import type { FederationRecord, Standing } from './journal/records.ts';
import { clientIdsOf, keepsProvider, type Leftover, leftoversOf, withoutJournal } from './leftovers.ts';
import { findTagged } from './observe/find-application.ts';
import { isTaggedFor, nameTagOf } from './ownership/name-tag.ts';
import { labelOf } from './properties/identity.ts';
import { removeFederation, removeLeftovers } from './remove-federation.ts';
import { failed, type Outcome, type RequestOf, succeeded, type Turn } from './turn.ts';

type DeleteTurn = Turn<RequestOf<'Delete'>>;

/**
 * Removes a federation. What is gone already is success, and what is another's stays.
 *
 *     the physical ID names            is removed
 *     a federation that stands         that one, with all that attempts since may have added to it (`wholeOf`);
 *                                      then what else those attempts have left (`leftoversOf`)
 *     a Create that failed             what attempts have left
 *     what a rollback takes back: a    nothing: it is as it was before (`retainedAgain`)
 *     reused, retained federation
 *     nothing that the journal knows   what attempts have left, and what the physical ID and the name tag prove to be ours
 *                                      (`removeUnknown`)
 *
 * After a failed Update that nothing rolled back, the first line holds: the attempt of that Update is still open.
 */
export async function remove(turn: DeleteTurn): Promise<Outcome> {
  const { request, deadline, services, ledger } = turn;
  const { physicalResourceId } = request;
  const named = lenientSchema().parse(request.properties);
  const past = pastOf(ledger.journal, request, undefined, turn.shown);
  try {
    const { standing, others, open } = past;
    const retained = await retainedAgain(turn, past);
    if (retained) {
      await removeLeftovers(turn, leftoversOf(turn, open, [retained, ...others]), deadline.work);
      const left = await restoreOthers(turn, others, open, deadline.work);
      return succeeded(physicalResourceId, {}, { what: 'given back', standing: retained, left });
    }
    const ours = standing?.handedTo ? undefined : standing;
    const stays = standing?.handedTo ? [standing, ...others] : others;
    if (ours) {
      const asked = {
        wasWhole: true,
        deletesAdopted: !turn.shown.isRollback && asksToDeleteAdopted(request, ours),
      };
      await removeFederation(turn, wholeOf(past, ours), deadline.work, asked);
    }
    await removeLeftovers(turn, leftoversOf(turn, open, stays, ours), deadline.work);
    const left = await restoreOthers(turn, others, open, deadline.work);
    if (!standing && (open.length === 0 || namesFederation(physicalResourceId)))
      await removeUnknown(turn, named, past);
    return succeeded(
      physicalResourceId,
      {},
      {
        what: 'removed',
        left,
        ...(standing ? { physicalResourceId: standing.physicalResourceId } : {}),
      },
    );
  } catch (error) {
    services.warn('Delete failed.', error);
    const reason = explain(error, deadline.work, 'removing the federation');
    const isToGo = !turn.shown.isRollback;
    // What it was to give back is noted under its own attempt.
    return failed(physicalResourceId, reason, {
      what: ledger.federation ? 'broken off' : 'unchanged',
      isToGo,
    });
  }
}

/** Whether CloudFormation got this ID with a success: what is open cannot be all that is left. */
function namesFederation(physicalResourceId: string): boolean {
  const named = parsePhysicalId(physicalResourceId);
  return named !== undefined && named.requestId === undefined;
}

/** Whether the template says that an adopted application and provider go too. */
export function asksToDeleteAdopted(request: RequestOf<'Delete'>, standing: Standing): boolean {
  // Until CloudFormation knows a Create by its ID, a hand-made application is not this resource's to delete.
  const isComplete = standing.physicalResourceId === request.physicalResourceId && !standing.isReturned;
  // The properties may be those of an Update that was refused, and that nothing rolled back.
  const all = [request.properties, standing.properties].map((each) => lenientSchema().parse(each));
  return isComplete && all.every(({ Adopt }) => Adopt?.OnDelete === 'Delete');
}

/** All of a federation, with what later attempts may have added to it, but without what another one of this resource has. */
export function wholeOf(past: Past, federation: FederationRecord): Leftover {
  const { others } = past;
  const known = knownAt(past, federation.provider);
  const own = clientIdsOf(federation);
  const application =
    known.applications.find(({ id }) => id === federation.application.id) ?? federation.application;
  const stays = new Set(others.flatMap(({ application: { id } }) => id ?? []));
  const theirs = new Set(others.map(({ provider }) => provider.clientId));
  return {
    federation: {
      ...federation,
      application,
      provider: known.provider ?? federation.provider,
      // With a rotation that a later attempt began.
      secret: known.secret,
    },
    stays,
    hasApplication: application.id === undefined || !stays.has(application.id),
    hasProvider: !others.some((one) => keepsProvider(one, federation.provider, own)),
    clientIds: new Set([...own, ...[...known.clientIds].filter((id) => !theirs.has(id))]),
  };
}

/**
 * The journal is lost, or knows nothing of this. Then the physical ID, which comes from CloudFormation, says which federation
 * it is, and the name tag whether the application is still ours. What may be adopted stays.
 */
async function removeUnknown(turn: DeleteTurn, named: LenientProperties, past: Past): Promise<void> {
  const { request, deadline, services } = turn;
  if (isNothingMade(request.physicalResourceId)) return;
  const current = parsePhysicalId(request.physicalResourceId);
  const userPoolId = current?.userPoolId ?? named.UserPoolId;
  if (userPoolId === undefined) return;
  const place = { userPoolId, providerName: current?.providerName ?? named.ProviderName };
  const clientIds = new Set(current?.applicationId ? [current.applicationId] : []);
  if (past.others.some((one) => keepsProvider(one, place, clientIds))) return;
  const { stackId, logicalResourceId } = request;
  const identity = { stackId, logicalResourceId, ...place };
  const { OktaSecretId: secretId, RoleArn: roleArn } = named;
  const okta = await connect(services, request, { userPoolId, secretId, roleArn }, deadline.work).okta;
  const label = labelOf(request, named);
  const found = current?.applicationId
    ? await getApplication(okta, current.applicationId)
    : (await findTagged(okta, identity, label))[0];
  if (found && !isTaggedFor(found, identity)) return;
  const isAdopted = named.Adopt !== undefined || nameTagOf(found)?.adopted === true;
  const id = found?.id ?? (isAdopted ? undefined : current?.applicationId);
  if (id === undefined) return;
  const federation = withoutJournal(place, { id, label, secretId, roleArn }, isAdopted);
  services.log('The journal does not know this federation; its physical ID and name tag do.');
  await removeFederation(turn, wholeOf(past, federation), deadline.work);
}

/** A Delete follows also if the properties were what failed the Create. */
const lenientText = lazily(() => z.catch(z.optional(z.string().check(z.trim(), z.minLength(1))), undefined));
const lenientSchema = lazily(() =>
  z.object({
    UserPoolId: z.catch(z.optional(z.string().check(z.regex(/^[\w-]+_[0-9a-zA-Z]+$/))), undefined),
    ProviderName: z.catch(z.string().check(z.minLength(1)), 'Okta'),
    ApplicationLabel: lenientText(),
    OktaSecretId: lenientText(),
    RoleArn: lenientText(),
    Adopt: z.catch(
      z.optional(z.object({ ApplicationId: lenientText(), OnDelete: lenientText() })),
      undefined,
    ),
  }),
);
type LenientProperties = z.output<ReturnType<typeof lenientSchema>>;
