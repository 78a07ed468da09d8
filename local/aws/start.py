"""Starts MiniStack with one CloudFormation type that it lacks, AWS::Cognito::UserPoolIdentityProvider.

Its Cognito has identity providers, its CloudFormation only cannot make them, so a template that shares an app client
with another provider is refused. The handlers below pass the properties on to the API calls that it has.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolidentityprovider.html
"""

import json

from ministack import app
from ministack.services import cognito
from ministack.services.cloudformation import provisioners

TYPE = "AWS::Cognito::UserPoolIdentityProvider"
# No update changes these: CloudFormation replaces the resource.
REPLACING = ("UserPoolId", "ProviderName", "ProviderType")


def call(operation, request):
    status, _, body = operation(request)
    if status >= 400:
        raise ValueError(f"{TYPE}: {json.loads(body).get('message', body)}")


def create(_logical_id, properties, _stack_name):
    call(cognito._create_identity_provider, properties)
    return properties["ProviderName"], {}


def update(physical_id, _old_properties, properties, _stack_name):
    request = {key: value for key, value in properties.items() if key != "ProviderType"}
    call(cognito._update_identity_provider, request)
    return physical_id, {}


def delete(physical_id, properties):
    # Gone with its pool, or by hand, is as good as deleted.
    cognito._delete_identity_provider({"UserPoolId": properties.get("UserPoolId"), "ProviderName": physical_id})


if __name__ == "__main__":
    provisioners._RESOURCE_HANDLERS.setdefault(TYPE, {"create": create, "update": update, "delete": delete})
    provisioners._REPLACING_PROPERTIES.setdefault(TYPE, REPLACING)
    app.main()
