import type { AppClient } from '../../cognito/app-clients.ts';

/**
 * What may stay empty: AWS says that an app client without WriteAttributes may write the standard attributes, and others
 * say all. So it is no problem, only worth a note. Pure.
 * @param mapping pool attribute ← claim.
 * @returns a sentence for each such app client.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
export function unsureWrites(
  appClients: ReadonlyMap<string, AppClient | undefined>,
  mapping: Readonly<Record<string, string>>,
): string[] {
  const custom = Object.keys(mapping).filter((name) => name.startsWith('custom:'));
  if (custom.length === 0) return [];
  return [...appClients.values()].flatMap((client) =>
    client && !client.writeAttributes
      ? [
          `App client ${client.id} has no WriteAttributes, which may not cover ${custom.join(', ')}. If values stay empty, add every attribute of AttributeMapping to its WriteAttributes.`,
        ]
      : [],
  );
}
