import * as z from 'zod/mini';
import { lazily } from '../../lazily.ts';
import { reservedClaims } from './claims.ts';
import { trimmed } from './coercions.ts';
import { longestList, wrong } from './property-types.ts';
import { sentences } from './sentences.ts';

/** The two maps of claims: what a pool attribute takes its value from, and what Okta issues by expression. */

/** For the value of one key, which the sentence names. */
const ofKey = (sentence: (key: string, value: unknown) => string) => ({
  error: ({
    path,
    input,
  }: {
    readonly path?: readonly PropertyKey[] | undefined;
    readonly input?: unknown;
  }) => sentence(String(path?.at(-1) ?? ''), input),
});

/**
 * A map of texts, without the line break at the end of a folded block of YAML.
 * @param longest of one text, in characters.
 */
function mapOf(
  longest: number,
  say: {
    readonly map: (value: unknown) => string;
    readonly text: (key: string, value: unknown) => string;
    readonly tooLong: (key: string, length: number) => string;
  },
) {
  const text = z.string(ofKey(say.text)).check(
    z.regex(/\S/, ofKey(say.text)),
    z.maxLength(
      longest,
      ofKey((key, value) => say.tooLong(key, String(value).length)),
    ),
  );
  return z.record(z.string(), z.pipe(z.transform(trimmed), text), wrong(say.map)).check(
    // Neither AWS nor Okta documents a limit; this one bounds the calls of one event.
    z.refine(
      (entries) => Object.keys(entries).length <= longestList,
      wrong((entries) => sentences.tooMany(Object.keys(Object(entries)).length, longestList)),
    ),
  );
}

export const attributeMapping = lazily(() =>
  mapOf(255, {
    map: sentences.mapping,
    text: sentences.mappedClaim,
    tooLong: sentences.mappedTooLong,
  }),
);

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOFederatedClaims/ */
export const claims = lazily(() =>
  mapOf(4096, {
    map: sentences.claims,
    text: sentences.claimExpression,
    tooLong: sentences.claimTooLong,
  }).check(
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
  ),
);
