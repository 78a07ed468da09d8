/** What is used of jose, in a file of its own: most Okta secrets hold an API token and no private key. */
export { exportJWK, generateKeyPair, SignJWT } from 'jose';
