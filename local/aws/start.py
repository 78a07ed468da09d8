"""Starts MiniStack with things that it lacks; those of custom resources are in custom_resources.py, and those of change
sets in change_sets.py.

1. The CloudFormation type AWS::Cognito::UserPoolIdentityProvider. Its Cognito has identity providers, its CloudFormation
   only cannot make them, and a template that shares an app client with another provider is refused.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolidentityprovider.html
2. An identity provider's refusal. Cognito takes it back to the app, by RFC 6749, section 4.1.2.1; MiniStack leaves the
   person on its own page, with a complaint about a missing code.
3. Fn::Join in a template's conditions, by which a template tells whether a list parameter is empty. MiniStack compares the
   function itself, and the condition is never true.
   https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
4. What Lambda asks before it hands a failed event to an on-failure destination: the right of the function's role. And a
   function that is one is invoked asynchronously, so that it has its own retries and its own destination; MiniStack calls it
   once, and forgets a failure.
   https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
5. Claims that are lists. Cognito writes them to an attribute as one text, `[one, two]`; MiniStack drops them.
6. The right of a batch call of SQS, which is that of the single call. MiniStack asks for one of the batch call's name, which
   IAM does not have.
   https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
"""

import json
import sys
import threading
from urllib.parse import urlencode

import change_sets
import custom_resources
from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import cognito, lambda_svc
from ministack.services.cloudformation import engine, provisioners

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


take_code = cognito._oauth2_idp_response
decode_token = cognito._decode_id_token_unverified
federated = threading.local()


def decode_federated_token(token):
    """Decodes a token; in the one of an identity provider, with each list as the text that Cognito writes."""
    claims = decode_token(token)
    if not getattr(federated, "signs_in", False):
        return claims
    return {
        name: f"[{', '.join(map(str, value))}]" if isinstance(value, list) and name != "aud" else value
        for name, value in claims.items()
    }


def take_answer(method, body, query):
    """Answers /oauth2/idpresponse: a refusal goes on to the app, everything else to MiniStack's own handler."""
    state = cognito._qp(query, "state")
    refusal = {key: cognito._qp(query, key) for key in ("error", "error_description") if cognito._qp(query, key)}
    if "error" not in refusal or state not in cognito._auth_codes:
        federated.signs_in = True
        try:
            return take_code(method, body, query)
        finally:
            federated.signs_in = False
    started = cognito._auth_codes.pop(state)
    target = started["redirect_uri"]
    answer = urlencode({**refusal, "state": started["state"]})
    return 302, {"Location": f"{target}{'&' if '?' in target else '?'}{answer}"}, b""


evaluate_unjoined = engine._evaluate_conditions


def evaluate_conditions(template, parameters):
    """Evaluates a template's conditions, with every Fn::Join of parameters and text done beforehand."""

    def joined(value):
        if isinstance(value, list):
            return [joined(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "Fn::Join" not in value:
            return {key: joined(item) for key, item in value.items()}
        separator, items = value["Fn::Join"]
        if isinstance(items, dict) and items.get("Ref") in parameters:
            # A list parameter's value is one string with commas here.
            items = [item.strip() for item in str(parameters[items["Ref"]]["Value"]).split(",")]
        texts = [parameters[item["Ref"]]["Value"] if isinstance(item, dict) else item for item in items]
        return separator.join(str(text) for text in texts)

    return evaluate_unjoined({**template, "Conditions": joined(template.get("Conditions", {}))}, parameters)


RIGHTS = {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage"}
hand_over_unasked = lambda_svc._route_async_failure


def may(role, action, resource):
    """Says whether a role of a function has a right."""
    region, account = resource.split(":")[3:5]
    name = role.rsplit("/", 1)[-1]
    context = iam_evaluator.EvalContext(role, "AssumedRole", account, action, resource, region)
    return iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(name, account)).decision == "Allow"


def hand_over(destination, name, event, result):
    """Hands a failed event to an on-failure destination, as Lambda does."""
    service = destination.split(":")[2]
    if not may(lambda_svc._functions[name]["config"]["Role"], RIGHTS[service], destination):
        print(f"Lambda may not hand the event of {name} to {destination}: its role lacks {RIGHTS[service]}.")
    elif service == "lambda":
        function, config, _ = lambda_svc._get_func_record_for_ref(destination)
        record = {"requestPayload": event, "responsePayload": result.get("body")}
        lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), record)
    else:
        hand_over_unasked(destination, name, event, result)


extract_action = iam_actions.extract_iam_action


def extract_single_action(service, *request):
    """Names the right that a request needs."""
    action = extract_action(service, *request)
    return action.removesuffix("Batch") if service == "sqs" and action else action


if __name__ == "__main__":
    for name, module in list(sys.modules.items()):
        if name.startswith("ministack.services.cloudformation") and hasattr(module, "_evaluate_conditions"):
            module._evaluate_conditions = evaluate_conditions
    custom_resources.install()
    change_sets.install()
    cognito._decode_id_token_unverified = decode_federated_token
    cognito._oauth2_idp_response = take_answer
    lambda_svc._route_async_failure = hand_over
    iam_actions.extract_iam_action = extract_single_action
    provisioners._RESOURCE_HANDLERS.setdefault(TYPE, {"create": create, "update": update, "delete": delete})
    provisioners._REPLACING_PROPERTIES.setdefault(TYPE, REPLACING)
    app.main()
