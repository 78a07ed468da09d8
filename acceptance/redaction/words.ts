/** What a recording may say: everything else in it is replaced. */

const list = (text: string) => new Set(text.trim().split(/\s+/));

/** Values that Okta or OAuth defines. No value that people choose belongs here. */
export const VALUES = list(`
  ACTIVE INACTIVE PROVISIONED STAGED DEPROVISIONED RECOVERY SUSPENDED PASSWORD_EXPIRED LOCKED_OUT DISABLED ENABLED NONE
  OPENID_CONNECT SAML_2_0 SAML_1_1 WS_FEDERATION AUTO_LOGIN BASIC_AUTH BOOKMARK BROWSER_PLUGIN SECURE_PASSWORD_STORE
  ORG_URL CUSTOM_URL DYNAMIC TRUSTED REQUIRED ANYWHERE ZONE OFF_NETWORK ON_NETWORK BUILT_IN CUSTOM EVERYONE USER GROUP
  OKTA_GROUP APP_GROUP Everyone okta:user_group FULL PARTIAL NOT_SHARED SHARED GLOBAL_TOKEN_REVOCATION STATIC ROTATE SPEC OKTA SIGNING
  ACCESS_POLICY OKTA_SIGN_ON PASSWORD MFA_ENROLL PROFILE_ENROLLMENT IDP_DISCOVERY RESOURCE ALLOW DENY CHALLENGE ASSURANCE
  1FA 2FA PT2H PT1H PT0S password knowledge possession POST PUT GET DELETE ALL_CLIENTS CLIENT FEDERATION IMPORT LDAP
  oidc_client oidc_client_link oktaGroup appLinks application/json text/html image/png
  authorization_code refresh_token client_credentials implicit interaction_code code token id_token
  client_secret_basic client_secret_post client_secret_jwt private_key_jwt none web native browser service
  openid email profile offline_access groups phone address RS256 ES256 sig RSA EC Bearer DPoP bearer
  okta.apps.manage okta.apps.read okta.groups.manage okta.groups.read okta.users.manage okta.users.read
  okta.policies.read okta.policies.manage idx v1 medium large main default secrets self next activate deactivate
  invalid_client invalid_grant invalid_scope access_denied use_dpop_nonce invalid_dpop_proof unauthorized_client invalid_request
  urn:ietf:params:oauth:client-assertion-type:jwt-bearer
  \${source.login} \${source.email} orn okta oktapreview idp apps oidc_client
`);

/** Words of Okta's own messages. */
export const WORDS = list(`
  a about above access after all allowed already an and another any api are as at attribute authentication authorization
  be been before belong blank by call calls can cannot causes client conditions contain contains could create creation
  current currently deactivate deactivated default delete deleted different does due enabled endpoint error errors exceeded
  exception existing exists failed feature field fields find for format forbidden grant grants found from given group groups has have
  http id in inactive input instance internal invalid is isn it its jwt left length limit long longer maximum media method
  missing more must name no not null number object occurred of on one only operation or org organization parameter password
  perform permission please policies policy present proof property provided provider reached read received redirect request
  requested required requires resource response rule scope scopes secret secrets server set should summary support supported
  system than that the there this time to token too try type unable unauthorized unknown unsupported update uri url user
  users valid validation value was were when while with within without you your app application applications header path
  appinstance usergroup oauth2clientsecret oauth2 dpop expired label active notactive accesspolicy
`);

/** Segments of the org's paths. */
export const PATHS = list(`
  api v1 apps groups users policies rules credentials secrets lifecycle activate deactivate features logo connections
  federated-claims meta schemas types user app default oauth2 idpresponse token authorize introspect keys logout userinfo
  .well-known okta-organization openid-configuration jwks.json oauth-authorization-server home oidc_client suspend
  owners grants provider brands reset_password expire_password reset_factors change_password forgot_password change_recovery_question mappings
  assets img logos login authorizationServers org domains fs bco internal settings
`);

/** Names of fields that are the vocabulary of Okta and of the OAuth and OIDC specifications. Others are replaced. */
export const isFieldName = (name: string) => /^_?[A-Za-z][A-Za-z_]{0,59}$/.test(name);

/** Objects whose fields people name. */
export const NAMED_BY_PEOPLE = list('profile attributes customAttributes app appAttributes');

/** Fields within those that Okta itself defines. */
export const PROFILE_FIELDS = list(`
  name description firstName lastName login email mobilePhone secondEmail displayName nickName middleName
`);

/** Header fields that a recording keeps. */
export const HEADERS = list(`
  content-type date link retry-after dpop-nonce www-authenticate x-okta-request-id x-rate-limit-limit
  x-rate-limit-remaining x-rate-limit-reset
`);

/** Hosts of Okta's public files. */
export const PUBLIC_HOSTS = /^(static|ok\d+static)\.oktacdn\.com$/;

/** Words of a query that Okta defines. */
export const QUERY_VALUES = list(`
  true false eq sw co and or status profile.name type ACCESS_POLICY user.id group.id
`);

/** Names of query parameters that Okta defines. */
export const QUERY_NAMES = list(`
  q filter search limit after activate type expand sendEmail provider scope status sortBy sortOrder useOptimization
  includeNonDeleted resourceId
`);
