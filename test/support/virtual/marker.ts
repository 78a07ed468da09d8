import { z } from 'zod';

/** As much of the ownership marker as tells whose an application is. */
export const markerSchema = z.looseObject({
  stackId: z.string(),
  logicalResourceId: z.string(),
  userPoolId: z.string(),
  providerName: z.string(),
});
