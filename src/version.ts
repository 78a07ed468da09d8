/** The release that this code is of, as in package.json. The build puts it in; code that no build has seen has none. */
export const version: string = process.env.OKTA_COGNITO_IDP_VERSION ?? '0.0.0';
