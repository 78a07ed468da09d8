import * as z from 'zod/mini';
import { reservedClaims } from './claims.ts';
import { trimmed } from './coercions.ts';
import { longestList } from './property-types.ts';
import { sentences } from './sentences.ts';

/** The two maps of claims: what a pool attribute takes its value from, and what Okta issues by expression. */

type Issue = { readonly input?: unknown; readonly path?: readonly PropertyKey[] | undefined };
/** For the value of one key, which the sentence names. */
const ofKey = (sentence: (key: string, value: unknown) => string) => ({
  error: ({ path, input }: Issue) => sentence(String(path?.at(-1) ?? ''), input),
});

const atMostEntries = (max: number) =>
  z.refine<Record<string, string>>((entries) => Object.keys(entries).length <= max, {
    error: ({ input }: Issue) => sentences.tooMany(Object.keys(Object(input)).length, max),
  });

export const attributeMapping = z
  .record(
    z.string(),
    z.pipe(
      z.transform(trimmed),
      z.string(ofKey((key, value) => sentences.mappedClaim(key, value))).check(
        z.minLength(
          1,
          ofKey((key, value) => sentences.mappedClaim(key, value)),
        ),
        z.maxLength(
          255,
          ofKey((attribute, claim) => sentences.mappedTooLong(attribute, String(claim).length)),
        ),
      ),
    ),
    { error: ({ input }: Issue) => sentences.mapping(input) },
  )
  .check(atMostEntries(longestList));

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOFederatedClaims/ */
export const claims = z
  .record(
    z.string(),
    // Of a folded block of YAML, without its last line break.
    z.pipe(
      z.transform(trimmed),
      z.string(ofKey((key, value) => sentences.claimExpression(key, value))).check(
        z.regex(
          /\S/,
          ofKey((key, value) => sentences.claimExpression(key, value)),
        ),
        z.maxLength(
          4096,
          ofKey((name, expression) => sentences.claimTooLong(name, String(expression).length)),
        ),
      ),
    ),
    { error: ({ input }: Issue) => sentences.claims(input) },
  )
  .check(
    // Okta documents no limit; this one bounds the calls of one event.
    atMostEntries(longestList),
    z.superRefine((entries, context) => {
      for (const name of Object.keys(entries)) {
        const message = !/^[\x21-\x7E]{1,255}$/.test(name)
          ? sentences.claimName(name)
          : reservedClaims.has(name)
            ? sentences.claimReserved(name)
            : undefined;
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      }
    }),
  );
