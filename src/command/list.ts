import { isDrifted } from '../federation/watch/check.ts';
import { nameOf, stackNameOf } from '../federation/watch/standing.ts';
import type { Command } from './command.ts';
import { exitCodeOf, isWell, type Looked, lookAsAsked, lookUsage } from './look.ts';
import { type Cell, printable, printableJson, table } from './terminal.ts';

const usage = `Usage: okta-cognito-idp list [options]

Lists the federations of a provider stack: whether people can sign in, whether anything was changed by hand, and how old
the client secret is. It changes nothing.

${lookUsage}

Ends with 0 if all is well, 1 if a sign-in does not work or a federation has drifted, 2 if it could not look
at all of them.`;

export const list: Command = {
  summary: 'lists all federations of a provider stack, with sign-in, drift and secret age',
  usage,
  async run(args) {
    const { looked, isJson } = await lookAsAsked(usage, args);
    const rows = looked.map((one) => rowOf(one, Date.now()));
    console.log(isJson ? printableJson(rows) : tableOf(rows));
    return exitCodeOf(looked, isWell);
  },
};

/** What `list` says of one federation. */
export interface Row {
  readonly stack: string;
  readonly resource: string;
  readonly federation: string;
  readonly application: string;
  readonly signIn: 'works' | 'broken' | 'not probed' | 'unknown';
  /** `undefined` if it could not be looked at. */
  readonly isDrifted?: boolean;
  readonly secretAgeDays?: number;
  /** Why a sign-in is broken, or why it could not be looked at. */
  readonly reason?: string;
  readonly isWell: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/** @param now milliseconds since the epoch. */
export function rowOf({ federation, finding }: Looked, now: number): Row {
  const named = {
    stack: stackNameOf(federation),
    resource: federation.logicalResourceId,
    federation: nameOf(federation),
    application: federation.standing.application.id ?? '',
  };
  if ('failure' in finding) return { ...named, signIn: 'unknown', reason: finding.failure, isWell: false };
  const { signIn, secretSince } = finding;
  return {
    ...named,
    signIn: signIn.works === undefined ? 'not probed' : signIn.works ? 'works' : 'broken',
    isDrifted: isDrifted(finding),
    ...(secretSince === undefined ? {} : { secretAgeDays: Math.floor((now - secretSince) / dayMs) }),
    ...(signIn.reason === undefined ? {} : { reason: signIn.reason }),
    isWell: isWell(finding),
  };
}

/** The rows for a person, and below them why something is wrong. */
export function tableOf(rows: readonly Row[]): string {
  if (rows.length === 0) return 'This provider has no federation.';
  const header = ['STACK', 'RESOURCE', 'FEDERATION', 'APPLICATION', 'SIGN-IN', 'DRIFT', 'SECRET AGE'];
  const cells = rows.map((row): Cell[] => [
    { text: row.stack },
    { text: row.resource },
    { text: row.federation },
    { text: row.application },
    {
      text: row.signIn,
      style: row.signIn === 'works' ? 'green' : row.signIn === 'broken' ? 'red' : 'yellow',
    },
    row.isDrifted === undefined
      ? { text: 'unknown', style: 'yellow' }
      : row.isDrifted
        ? { text: 'drifted', style: 'yellow' }
        : { text: 'none', style: 'green' },
    { text: row.secretAgeDays === undefined ? 'unknown' : `${row.secretAgeDays} days` },
  ]);
  const reasons = rows.flatMap(({ federation, reason }) =>
    reason ? [printable(`${federation}: ${reason}`)] : [],
  );
  return [table(header, cells), ...(reasons.length > 0 ? ['', ...reasons] : [])].join('\n');
}
