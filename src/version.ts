/** The build puts the version of package.json in its place (build/lambda.ts, build/command.ts). */
declare const PACKAGE_VERSION: string | undefined;

const version = typeof PACKAGE_VERSION === 'string' ? PACKAGE_VERSION : 'dev';

/**
 * Names this program to every server: Okta's system log shows it beside each change, and AWS WAF's core rules refuse a
 * request without one.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */
export const userAgent = `okta-cognito-idp/${version}`;
