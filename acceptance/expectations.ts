/** Differences between the real services and the local stack that are known, each with its reason. */
import type { Difference } from './shapes.ts';

/** A difference that is no news. */
export interface Expectation {
  /** Matches `<operation>: <place>: <here>`. */
  readonly matches: RegExp;
  readonly reason: string;
}

export const expectations: readonly Expectation[] = [
  {
    matches: /^observation: Okta's engine: v1/,
    reason: 'The org is on the Classic Engine; the local org plays Identity Engine by default.',
  },
  {
    matches: /^observation: Okta's page asks for/,
    reason:
      "Okta's own page asks for the user name first and the password after; the local page is one form.",
  },
  {
    matches: /^observation: claims of Cognito's ID token/,
    reason:
      'Cognito adds claims of its own, such as at_hash, jti, origin_jti and identities; MiniStack adds fewer.',
  },
  {
    matches: /^observation: details of Cognito's provider/,
    reason: 'Cognito adds attributes_url_add_attributes and the endpoints that it discovered.',
  },
  {
    matches: /^observation: groups-in-the-token: refused/,
    reason: 'The org lacks the feature for claims of one application; the example says so.',
  },
  {
    matches: / 429: answer: given$/,
    reason: 'A free org allows ten creates a minute, which the local org does not count; the run waits.',
  },
  {
    matches: / (404|5\d\d): answer: given$/,
    reason:
      'Okta reads lag behind its writes, and a DELETE may fail for some seconds; the provider repeats these.',
  },
  {
    matches: /^(GET|POST) .*: body(\[\])?\._links\b/,
    reason:
      'Links depend on what the org has switched on; the provider follows none of them but Link headers.',
  },
  {
    matches: /^GET \/api\/v1\/apps 200: /,
    reason: "The list shows the org's other applications, each with the fields of its kind.",
  },
  {
    matches: /^\w+ \/api\/v1\/(users|policies)\b/,
    reason:
      'The provider does not call these; the run does, and the local org has only what the run needs of them.',
  },
];

/** A difference with the reason why it is expected, if it is. */
export interface Explained extends Difference {
  readonly reason: string | undefined;
}

/** Finds the reason of each difference. */
export function explain(differences: readonly Difference[]): Explained[] {
  return differences.map((difference) => {
    const text = `${difference.of}: ${difference.place}: ${difference.here}`;
    return { ...difference, reason: expectations.find(({ matches }) => matches.test(text))?.reason };
  });
}

/** The lines at the end of a run: first the unexpected differences. */
export function differencesText(explained: readonly Explained[]): string {
  if (explained.length === 0) return 'Nothing differed from the local stack.';
  const line = ({ of, place, here, local }: Explained) =>
    `    ${of}, ${place}: ${here}; local stack: ${local}`;
  const unexpected = explained.filter(({ reason }) => reason === undefined);
  const reasons = [...new Set(explained.flatMap(({ reason }) => reason ?? []))];
  return [
    `${explained.length} differences from the local stack, ${unexpected.length} of them unexpected.`,
    ...(unexpected.length > 0 ? ['  Unexpected (please report them):', ...unexpected.map(line)] : []),
    ...reasons.flatMap((reason) => [
      `  Expected. ${reason}`,
      ...explained.filter((each) => each.reason === reason).map(line),
    ]),
  ].join('\n');
}
