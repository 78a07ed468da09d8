import type { Observed } from '../observe/observed.ts';
import { settingOf } from './application-settings.ts';
import type { Settings } from './settings.ts';

/** Federation Broker Mode as it is to be: everyone in the org may sign in, and Okta takes no assignments. */
export function endsInBrokerMode(
  { application: wanted }: Pick<Settings, 'application'>,
  { application }: Pick<Observed, 'application'>,
): boolean {
  const { federationBrokerMode: mode } = wanted;
  const current = application !== undefined && settingOf(application.document, 'federationBrokerMode');
  return (mode === undefined ? current : mode) === true;
}
