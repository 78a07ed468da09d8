import type { Application } from '../../okta/applications.ts';
import { matches } from '../policy/glob.ts';

/** The provider stack's parameter `Adoption`: what it takes to adopt an Okta application. */
const adoptionModes = ['WithConsent', 'Any', 'Never'] as const;
export type AdoptionMode = (typeof adoptionModes)[number];

/** @param setting if it is unknown, every adoption needs consent. */
export function adoptionMode(setting: string | undefined): AdoptionMode {
  return adoptionModes.find((mode) => mode === setting) ?? 'WithConsent';
}

/** The stack that wants to adopt. */
interface Adopter {
  readonly stackName: string;
  /** 12 digits. */
  readonly accountId: string;
}

/** What a template does with an application that it adopts. */
export interface Wanted {
  /** Consent to a new client secret for it. */
  readonly rotate: boolean;
  /** Consent to its deletion with the resource (`OnDelete: Delete`). */
  readonly delete: boolean;
}

/** What an Okta administrator lets a stack do with an application. */
export interface Consent extends Wanted {
  readonly adopt: boolean;
}

const nothing: Consent = { adopt: false, rotate: false, delete: false };

/** `<account ID or stack-name pattern> [rotate] [delete]` follows. */
const consentLine = /^okta-cognito-idp: ?adopt (\d{12}|[A-Za-z*][A-Za-z0-9*-]*)((?: (?:rotate|delete))*)$/i;

/**
 * What is allowed to a stack. If more than one line of the note is for the stack, all of them count.
 * @param note the admin note of the application, which only an Okta administrator can write.
 */
export function consentOf(mode: AdoptionMode, note: string | null | undefined, adopter: Adopter): Consent {
  switch (mode) {
    case 'Never':
      return nothing;
    case 'Any':
      return { adopt: true, rotate: true, delete: true };
    case 'WithConsent':
      return linesOf(note).reduce((sum, line) => both(sum, consentIn(line, adopter)), nothing);
  }
}

/**
 * Why a stack may not do what it wants with an application.
 * @returns a sentence with the line that an Okta administrator has to add; `undefined` if nothing is missing.
 */
export function consentProblem(
  mode: AdoptionMode,
  application: Pick<Application, 'id' | 'settings'>,
  adopter: Adopter,
  wanted: Wanted,
): string | undefined {
  const consent = consentOf(mode, application.settings?.notes?.admin, adopter);
  const missing = [
    ...(consent.adopt ? [] : ['adopt']),
    ...(wanted.rotate && !consent.rotate ? ['rotate the client secret of'] : []),
    ...(wanted.delete && !consent.delete ? ['delete'] : []),
  ];
  if (missing.length === 0) return undefined;
  const refused = `Adopt.ApplicationId: stack ${adopter.stackName} may not ${listed(missing)} the Okta application ${application.id}`;
  return mode === 'Never'
    ? `${refused}, because the provider stack's parameter Adoption is Never. Ask the operator of the provider stack to change it.`
    : `${refused} without the consent of an Okta administrator. Ask one to add the line "${lineFor(adopter, wanted)}" to the application in the Okta Admin Console, at General › Application notes › Application notes for admins.`;
}

/** The line that gives a stack what it wants. */
function lineFor({ stackName }: Pick<Adopter, 'stackName'>, wanted: Wanted): string {
  const words = [...(wanted.rotate ? ['rotate'] : []), ...(wanted.delete ? ['delete'] : [])];
  return ['okta-cognito-idp: adopt', stackName, ...words].join(' ');
}

/**
 * The line that lets a stack adopt an application and nothing more.
 * @returns an empty text if no line is needed; `undefined` if none would help.
 */
export function consentLineFor(mode: AdoptionMode, stackName: string): string | undefined {
  switch (mode) {
    case 'Never':
      return undefined;
    case 'Any':
      return '';
    case 'WithConsent':
      return lineFor({ stackName }, { rotate: false, delete: false });
  }
}

function consentIn(line: string, { stackName, accountId }: Adopter): Consent {
  const [, who, words = ''] = consentLine.exec(line) ?? [];
  if (who === undefined) return nothing;
  const isMeant = /^\d/.test(who) ? who === accountId : matches(who, stackName);
  const said = words.toLowerCase();
  return isMeant
    ? { adopt: true, rotate: said.includes('rotate'), delete: said.includes('delete') }
    : nothing;
}

/** With one kind of space only, and nothing invisible: what a person pastes is read as it looks. */
function linesOf(note: string | null | undefined): string[] {
  return (note ?? '').split('\n').map((line) =>
    line
      .replace(/\p{Cf}/gu, '')
      .replace(/[\s\p{Z}]+/gu, ' ')
      .trim(),
  );
}

function both(a: Consent, b: Consent): Consent {
  return { adopt: a.adopt || b.adopt, rotate: a.rotate || b.rotate, delete: a.delete || b.delete };
}

function listed(actions: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(actions);
}
