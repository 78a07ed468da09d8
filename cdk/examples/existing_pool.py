"""Adds an Okta org to a user pool and an app client made elsewhere. The app deploys the provider too."""

from aws_cdk import App, CfnOutput, CfnParameter, DefaultStackSynthesizer, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_secretsmanager as secretsmanager
from okta_cognito_idp_cdk import OktaAccess, OktaFederation, OktaFederationProvider

app = App()
stack = Stack(app, "ExistingPool", synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False))
user_pool_id = CfnParameter(stack, "PoolId").value_as_string
client_id = CfnParameter(stack, "PoolClientId").value_as_string
secret_arn = CfnParameter(stack, "OktaSecretArn").value_as_string

provider = OktaFederationProvider(
    stack,
    "Provider",
    # A new secret would be empty, and the federation needs its credentials at once.
    okta_secret=secretsmanager.Secret.from_secret_complete_arn(stack, "OktaSecret", secret_arn),
)
okta = OktaFederation(
    stack,
    "Okta",
    provider=provider,
    user_pool=cognito.UserPool.from_user_pool_id(stack, "UserPool", user_pool_id),
    user_pool_clients=[cognito.UserPoolClient.from_user_pool_client_id(stack, "AppClient", client_id)],
    application_label="CDK existing pool",
    access=OktaAccess.groups("Engineering"),
)
okta.metric_sign_in_works().create_alarm(
    stack,
    "SignInFails",
    threshold=1,
    comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    # The watch runs once a day.
    evaluation_periods=24,
    datapoints_to_alarm=1,
)

outputs = {
    "SignInUrl": okta.sign_in_url,
    "UserPoolId": user_pool_id,
    "ClientId": client_id,
    "Domain": okta.domain_name,
    "ProviderName": okta.provider_name,
    "OktaApplicationId": okta.application_id,
    "ProviderVersion": provider.version,
}
for name, value in outputs.items():
    CfnOutput(stack, name, value=value)

app.synth()
