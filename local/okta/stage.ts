import type { OrgUrls } from './authorization-server.ts';
import { Calls } from './calls.ts';
import type { Controlled } from './control.ts';
import { DpopProofs } from './dpop.ts';
import { Faults } from './faults.ts';
import { RateLimit } from './management/rate-limit.ts';
import { ManagementApi } from './management/router.ts';
import type { Org } from './org.ts';
import { ServiceApps } from './service-apps.ts';
import { SignIn } from './sign-in.ts';

/** @returns everything that answers for an org, for its front and its control port */
export async function createStage(org: Org, urls: OrgUrls): Promise<Controlled> {
  const proofs = new DpopProofs();
  const rateLimit = new RateLimit();
  return {
    org,
    urls,
    rateLimit,
    management: new ManagementApi(org, proofs, rateLimit),
    signIn: await SignIn.start(org, urls),
    serviceApps: new ServiceApps(org, proofs),
    calls: new Calls(),
    faults: new Faults(),
  };
}
