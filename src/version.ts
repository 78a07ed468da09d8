/** The release that this code is of, as in package.json. The build puts it in; code that no build has seen has none. */
export const version: string = process.env.OKTA_COGNITO_IDP_VERSION ?? '0.0.0';

/**
 * Names this program to every server: Okta's system log shows it beside each change, and AWS WAF's core rules refuse a
 * request without one.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */
export const userAgent = `okta-cognito-idp/${version}`;
