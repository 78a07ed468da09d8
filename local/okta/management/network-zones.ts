import { z } from 'zod';
import { type Family, familyOperations, timesOf } from './family.ts';

const addresses = z.array(z.object({ type: z.enum(['CIDR', 'RANGE']), value: z.string() }));
const location = z
  .object({ country: z.string().length(2), region: z.string().nullish() })
  .transform(({ country, region }) => ({ country, region: region ?? null }));
const both = <T extends z.ZodType>(item: T) =>
  z
    .object({ include: z.array(item).default([]), exclude: z.array(item).default([]) })
    .default({ include: [], exclude: [] });

const common = {
  name: z.string().min(1).max(128),
  status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
  usage: z.enum(['POLICY', 'BLOCKLIST']).default('POLICY'),
};

const family: Family = {
  path: '/api/v1/zones',
  scope: 'okta.networkZones',
  kind: 'NetworkZone',
  prefix: 'nzo',
  schema: z.discriminatedUnion('type', [
    z.object({
      type: z.literal('IP'),
      ...common,
      gateways: addresses.default([]),
      proxies: addresses.default([]),
    }),
    z.object({
      type: z.literal('DYNAMIC'),
      ...common,
      locations: z.array(location).nullable().default(null),
      proxyType: z.string().default(''),
      asns: z.array(z.string()).optional(),
    }),
    z.object({
      type: z.literal('DYNAMIC_V2'),
      ...common,
      locations: both(location),
      ipServiceCategories: both(z.string()),
      asns: both(z.string()),
    }),
  ]),
  seeds: [
    { name: 'LegacyIpZone', type: 'IP', usage: 'POLICY', gateways: [], proxies: [] },
    { name: 'BlockedIpZone', type: 'IP', usage: 'BLOCKLIST', gateways: [], proxies: [] },
  ],
  created: 200,
  deleted: 204,
  lifecycle: 'resource',
  view: (zone) => ({
    id: zone.id,
    status: zone.status,
    ...zone.fields,
    ...timesOf(zone),
    system: zone.system,
  }),
};

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/NetworkZone/ */
export const networkZoneOperations = familyOperations(family);
