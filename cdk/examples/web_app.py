"""A web app whose users are the Engineering group of an Okta org. The provider is deployed already: docs/install.md."""

from aws_cdk import App, CfnOutput, CfnParameter, DefaultStackSynthesizer, Stack
from aws_cdk import aws_cognito as cognito
from okta_cognito_idp_cdk import OktaAccess, OktaFederation

app = App()
# Nothing to upload, so this stack needs no bootstrapped account.
stack = Stack(app, "WebApp", synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False))
app_url = CfnParameter(stack, "AppUrl", default="http://localhost:3000").value_as_string
domain_prefix = CfnParameter(stack, "DomainPrefix").value_as_string

user_pool = cognito.UserPool(stack, "UserPool", sign_in_aliases=cognito.SignInAliases(email=True))
domain = user_pool.add_domain(
    "Domain", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=domain_prefix)
)

okta = OktaFederation(
    stack,
    "Okta",
    user_pool=user_pool,
    domain=domain,
    application_label="CDK web app",
    access=OktaAccess.groups("Engineering"),
)

client = user_pool.add_client(
    "AppClient",
    generate_secret=False,
    o_auth=cognito.OAuthSettings(
        flows=cognito.OAuthFlows(authorization_code_grant=True),
        scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL, cognito.OAuthScope.PROFILE],
        callback_urls=[f"{app_url}/callback"],
        logout_urls=[f"{app_url}/"],
    ),
    supported_identity_providers=[
        cognito.UserPoolClientIdentityProvider.COGNITO,
        okta.identity_provider,
    ],
)

outputs = {
    "SignInUrl": (
        f"https://{okta.domain_name}/oauth2/authorize?client_id={client.user_pool_client_id}&response_type=code"
        f"&scope=openid&redirect_uri={app_url}/callback&identity_provider={okta.provider_name}"
    ),
    "UserPoolId": user_pool.user_pool_id,
    "ClientId": client.user_pool_client_id,
    "Domain": okta.domain_name,
    "ProviderName": okta.provider_name,
    "OktaApplicationId": okta.application_id,
}
for name, value in outputs.items():
    CfnOutput(stack, name, value=value)

app.synth()
