"""Has MiniStack's CloudFormation treat a custom resource as AWS does, from the request to the answer.

1. While an event is in flight, DescribeStackResource, DescribeStackResources and ListStackResources show the resource as
   *_IN_PROGRESS: without a physical ID during a Create, and in a clean-up with the ID that stays. The stack's events have
   the resource's ResourceProperties, with the values of NoEcho parameters hidden; the stack is in
   UPDATE_COMPLETE_CLEANUP_IN_PROGRESS while the Delete after a replacement runs. MiniStack shows the resource when it is
   complete, and none of the rest.
2. The ResponseURL names the request, as `<stack ID>|<logical ID>|<request ID>`, and has the date of its signature. The
   answer must come without a Content-Type, which the signature does not cover.
3. A Create that fails is followed by a Delete of the physical ID that it answered with, or of one that CloudFormation
   makes up if no answer came. MiniStack forgets the resource.
4. Who deploys, or the stack's role, needs lambda:InvokeFunction on the function, or sns:Publish on the topic. MiniStack
   asks for nothing.
5. Tests that play CloudFormation themselves show their stacks with a PUT to /_local/stacks.
6. A ServiceToken may be an SNS topic, to which the event is published. MiniStack knows functions only.
7. A stack whose outputs export a name that another stack exports fails. MiniStack lets the second take the name over.
8. CloudFormation works with every character, and shows "?" for those that are not ASCII. MiniStack shows them all.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-sns.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/814
"""

import json
import re
import secrets
from datetime import datetime, timezone
from urllib.parse import quote, urlencode

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_region, new_uuid, now_iso
from ministack.services import cloudformation, lambda_svc, sns
from ministack.services.cloudformation import changesets, custom_resource, handlers, helpers, provisioners, stacks

GENERAL_TYPE = "AWS::CloudFormation::CustomResource"
VERBS = {"Create": "CREATE", "Update": "UPDATE", "Delete": "DELETE"}

# Of each stack, by its ID: the resources whose events are in flight, the Creates that failed, the values to hide.
in_flight = {}
failed_creates = {}
hidden_values = {}
# The roles that stacks are deployed with, by the stack's name.
stack_roles = {}
# The answer that each signature waits for: the object's path, and the token of MiniStack's own.
expected_answers = {}


# --- What is shown ---


def hide(value, values):
    """A property with the values of NoEcho parameters hidden, as CloudFormation shows it."""
    if isinstance(value, dict):
        return {key: hide(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [hide(item, values) for item in value]
    for secret in values if isinstance(value, str) else ():
        value = value.replace(secret, "****")
    return value


def in_json(properties):
    """Properties as text, each character as itself: `in_ascii` replaces those that AWS does not show."""
    return json.dumps(properties, ensure_ascii=False)


def in_ascii(describe):
    """An operation that shows text, with "?" for each character that is not ASCII."""

    def described(params):
        status, headers, body = describe(params)
        text = body.decode() if isinstance(body, bytes) else body
        return status, headers, re.sub(r"[^\x00-\x7f]", "?", text).encode()

    return described


def show(request_type, stack, logical_id, resource_type, physical_id, properties):
    """Shows a resource as in progress, from now until `in_flight` loses it."""
    stack_id, name = stack["StackId"], stack["StackName"]
    status = f"{VERBS[request_type]}_IN_PROGRESS"
    current = stack.get("_resources", {}).get(logical_id, {})
    cleans_up = request_type == "Delete" and current and current.get("PhysicalResourceId") != physical_id
    # MiniStack deletes what is left over, and what a replacement has replaced, before it calls the update complete.
    if request_type == "Delete" and stack["StackStatus"] == "UPDATE_IN_PROGRESS":
        stack["StackStatus"] = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
        stacks._add_event(
            stack_id, name, name, "AWS::CloudFormation::Stack", stack["StackStatus"], physical_id=stack_id
        )
    if not cleans_up:
        in_flight.setdefault(stack_id, {})[logical_id] = {
            **current,
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": physical_id or "",
            "ResourceType": resource_type,
            "ResourceStatus": status,
            "Timestamp": now_iso(),
        }
    events = cloudformation._stack_events.setdefault(stack_id, [])
    own = [event for event in events if event["LogicalResourceId"] == logical_id]
    if not own or not own[-1]["ResourceStatus"].endswith("_IN_PROGRESS"):
        stacks._add_event(stack_id, name, logical_id, resource_type, status, physical_id=physical_id or "")
        own.append(events[-1])
    # A resource that an update adds is created, which MiniStack calls an update.
    own[-1]["ResourceStatus"] = status
    own[-1]["PhysicalResourceId"] = physical_id or ""
    if cleans_up or "CLEANUP" in stack["StackStatus"]:
        own[-1]["ResourceType"] = GENERAL_TYPE
    else:
        own[-1]["ResourceProperties"] = in_json(hide(properties, hidden_values.get(stack_id, ())))


def with_resources_in_flight(describe):
    """A Describe or List operation that also shows the resources whose events are in flight."""

    def described(params):
        stack = handlers._resolve_stack(helpers._p(params, "StackName"))
        if not stack or not in_flight.get(stack["StackId"]):
            return describe(params)
        complete = stack.get("_resources", {})
        stack["_resources"] = {**complete, **in_flight[stack["StackId"]]}
        try:
            return describe(params)
        finally:
            stack["_resources"] = complete

    return described


def with_properties(describe):
    """DescribeStackEvents with ResourceProperties."""

    def described(params):
        status, headers, body = describe(params)
        stack = handlers._resolve_stack(helpers._p(params, "StackName"))
        text = body.decode() if isinstance(body, bytes) else body
        for event in cloudformation._stack_events.get(stack["StackId"], []) if stack else ():
            if "ResourceProperties" in event:
                identity = f"<EventId>{helpers._esc(event['EventId'])}</EventId>"
                shown = f"<ResourceProperties>{helpers._esc(event['ResourceProperties'])}</ResourceProperties>"
                text = text.replace(identity, identity + shown)
        return status, headers, text.encode()

    return described


def show_played_stack(played):
    """Shows a stack as a test plays it (test/support/played-stacks.ts), from now on."""

    def shown(resource):
        return {
            "LogicalResourceId": resource["logicalId"],
            "PhysicalResourceId": resource.get("physicalId", ""),
            "ResourceType": resource["type"],
            "ResourceStatus": resource["status"],
        }

    stack_id, resource = played["id"], played["resource"]
    name = stack_id.split("/")[1]
    first = played["events"][0]["at"]
    cloudformation._stacks[name] = {
        "StackName": name,
        "StackId": stack_id,
        "StackStatus": played["status"],
        "CreationTime": first,
        "LastUpdatedTime": played["events"][-1]["at"],
        "_resources": {resource["logicalId"]: {**shown(resource), "Timestamp": played["events"][-1]["at"]}},
        "_template": {},
    }
    cloudformation._stack_events[stack_id] = [
        {
            **shown(event),
            "StackId": stack_id,
            "StackName": name,
            "EventId": new_uuid(),
            "Timestamp": event["at"],
            **({"ResourceProperties": in_json(event["properties"])} if "properties" in event else {}),
        }
        for event in played["events"]
    ]
    return 200, {}, b""


# --- The request and its answer ---


def response_url(path, token):
    """An address with AWS's path and query, at MiniStack's own host."""
    signature = secrets.token_hex(32)
    expected_answers[signature] = (path, token)
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ"),
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Expires": "7200",
        "X-Amz-Signature": signature,
    }
    return f"{custom_resource._gateway_url()}{quote(path, safe='/')}?{urlencode(query)}"


take_other = app._handle_post_body_shortcuts


async def take_answer(method, path, headers, body, query, request_id):
    """Takes the PUT to a ResponseURL, and leaves every other request to MiniStack."""
    if method == "PUT" and path == "/_local/stacks":
        return show_played_stack(json.loads(body))
    signature = (query.get("X-Amz-Signature") or [""])[0]
    expected, token = expected_answers.get(signature, ("", ""))
    if method != "PUT" or not path.startswith("/arn:aws"):
        return await take_other(method, path, headers, body, query, request_id)
    if path != expected or headers.get("content-type"):
        return 403, {"Content-Type": "application/xml"}, b"<Error><Code>SignatureDoesNotMatch</Code></Error>"
    custom_resource.deliver_response(token, json.loads(body))
    return 200, {}, b""


def made_up_id(stack_name, logical_id):
    """CloudFormation names a resource itself if its Create gave no answer."""
    return f"{stack_name}-{logical_id}-{secrets.token_hex(6).upper()}"


def way_to_provider(token, stack_name):
    """What delivers an event to a ServiceToken, a function or a topic, for a deployer who may use it."""
    if ":sns:" in token:
        if token not in sns._topics:
            raise ValueError(f"The ServiceToken {token} names no topic.")
        refuse_without_right(stack_name, token, "sns:Publish")
        return lambda event: sns.publish_internal(token, event, "AWS CloudFormation custom resource request")
    function, config, _ = lambda_svc._get_func_record_for_ref(token)
    if function is None or config is None:
        raise ValueError(f"The ServiceToken {token} names no function.")
    refuse_without_right(stack_name, config["FunctionArn"])
    record = lambda_svc._execution_record_for_config(function, config)
    return lambda event: lambda_svc._execute_function_with_config_scope(record, event)


def ask_provider(request_type, logical_id, properties, stack, resource_type, physical_id, old_properties):
    """Sends an event and waits for its answer; that of a Create that fails is a failure with a physical ID."""
    deliver = way_to_provider(properties.get("ServiceToken", ""), stack["StackName"])
    token, request_id = new_uuid(), new_uuid()
    path = f"/{stack['StackId']}|{logical_id}|{request_id}"
    event = {
        "RequestType": request_type,
        "RequestId": request_id,
        "StackId": stack["StackId"],
        "ResponseURL": response_url(path, token),
        "ResourceType": resource_type,
        "LogicalResourceId": logical_id,
        **({} if physical_id is None else {"PhysicalResourceId": physical_id}),
        "ResourceProperties": custom_resource._normalise_resource_properties(properties),
    }
    if old_properties is not None:
        event["OldResourceProperties"] = custom_resource._normalise_resource_properties(old_properties)
    show(request_type, stack, logical_id, resource_type, physical_id, event["ResourceProperties"])
    answered = custom_resource.register_token(token)
    try:
        deliver(event)
    except Exception as failure:  # The function may have answered all the same.
        print(f"The function of {logical_id} failed: {failure}")
    timeout = int(properties.get("ServiceTimeout", 3600))
    answered.wait(timeout=timeout)
    with custom_resource._lock:
        answer = custom_resource._pending.pop(token)["result"]
    if answer is None:
        reason = f"CloudFormation did not receive a response from your Custom Resource within {timeout} seconds."
        answer = {"Status": "FAILED", "Reason": reason}
    made = answer.get("PhysicalResourceId") or physical_id or made_up_id(stack["StackName"], logical_id)
    if answer.get("Status") == "SUCCESS":
        return made, answer.get("Data") or {}
    if request_type == "Create":
        failed_creates.setdefault(stack["StackId"], {})[logical_id] = {
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": made,
            "ResourceType": resource_type,
            "ResourceStatus": "CREATE_FAILED",
            "Properties": properties,
            "Attributes": {},
            "Timestamp": now_iso(),
        }
    raise RuntimeError(answer.get("Reason", "The custom resource failed."))


def invoke_custom_resource(
    request_type, logical_id, props, stack_name, stack_id, resource_type, physical_id=None, old_props=None
):
    """Stands in for MiniStack's function of this name."""
    arn = str(props.get("ServiceToken", "")).split(":")
    if len(arn) > 3 and arn[3] != get_region():
        raise ValueError(f"The ServiceToken must be in the stack's region, {get_region()}.")
    stack = cloudformation._stacks.get(stack_name) or {"StackId": stack_id, "StackName": stack_name, "StackStatus": ""}
    try:
        return ask_provider(request_type, logical_id, props, stack, resource_type, physical_id, old_props)
    finally:
        in_flight.get(stack["StackId"], {}).pop(logical_id, None)


# --- Rights ---


def refuse_without_right(stack_name, target, action="lambda:InvokeFunction"):
    """Refuses to invoke a function or to publish to a topic for a deployer, or for a stack's role, who may not."""
    who = stack_roles.get(stack_name) or iam_evaluator.caller_arn()
    kind, _, name = who.split(":", 5)[5].partition("/")
    region, account = target.split(":")[3:5]
    if kind == "root":
        return
    if kind == "user":
        policies = iam_evaluator._gather_user_policies(name.rsplit("/", 1)[-1], account)
    else:
        role = name.split("/")[0] if kind == "assumed-role" else name.rsplit("/", 1)[-1]
        policies = iam_evaluator._gather_role_policies(role, account)
    context = iam_evaluator.EvalContext(who, "AssumedRole", account, action, target, region)
    if iam_evaluator.evaluate(context, policies).decision != "Allow":
        service = "Sns" if action == "sns:Publish" else "Lambda"
        raise PermissionError(
            f"User: {who} is not authorized to perform: {action} on resource: {target} because no identity-based "
            f"policy allows the {action} action (Service: {service}, Status Code: 403, Error Code: AccessDeniedException)"
        )


def with_role(operation):
    """An operation that deploys a stack, whose role is remembered, as CloudFormation does."""

    def operated(params):
        name = helpers._p(params, "StackName")
        stack = handlers._resolve_stack(name)
        if role := helpers._p(params, "RoleARN"):
            stack_roles[stack["StackName"] if stack else name] = role
        return operation(params)

    return operated


# --- The stack's own course ---

deploy = stacks._deploy_stack_async
roll_back = stacks._roll_back_operation
resolve_outputs = stacks._resolve_stack_outputs


async def deploy_stack(name, stack_id, template, parameters, *rest, **more):
    """Deploys a stack: its NoEcho values are hidden, and what a failed Create left stays its resource."""
    values = [str(parameter["Value"]) for parameter in parameters.values() if parameter.get("NoEcho")]
    hidden_values[stack_id] = [value for value in values if value]
    await deploy(name, stack_id, template, parameters, *rest, **more)
    # Rollback is off: the resource stays in the stack until that is deleted.
    cloudformation._stacks[name].setdefault("_resources", {}).update(failed_creates.pop(stack_id, {}))


async def roll_back_operation(name, stack_id, stack, operation, *rest):
    """Rolls an operation back, with a Delete of what a failed Create has answered with."""
    failed = failed_creates.pop(stack_id, {})
    stack.setdefault("_resources", {}).update(failed)
    operation = {**operation, "created": [*operation.get("created", []), *failed]}
    await roll_back(name, stack_id, stack, operation, *rest)


def resolve_stack_outputs(outputs, conditions, resources, parameters, mappings, name, stack_id):
    """Resolves a stack's outputs, and refuses an export name that another stack has."""
    resolved, exports = resolve_outputs(outputs, conditions, resources, parameters, mappings, name, stack_id)
    for export in exports:
        owner = cloudformation._exports.get(export)
        if owner and owner["StackId"] != stack_id:
            other = owner["StackId"].split("/")[1]
            raise ValueError(f"Export with name {export} is already exported by stack {other}. Rolling back stack.")
    return resolved, exports


def install():
    """Puts all of this in place."""
    actions = handlers._ACTION_HANDLERS
    for name in ("DescribeStackResource", "DescribeStackResources", "ListStackResources"):
        actions[name] = with_resources_in_flight(actions[name])
    actions["DescribeStackEvents"] = with_properties(actions["DescribeStackEvents"])
    for name in actions:
        if name.startswith(("Describe", "List", "Get")):
            actions[name] = in_ascii(actions[name])
    for name in ("CreateStack", "UpdateStack", "DeleteStack", "CreateChangeSet"):
        actions[name] = with_role(actions[name])
    custom_resource.invoke_custom_resource = invoke_custom_resource
    app._handle_post_body_shortcuts = take_answer
    stacks._roll_back_operation = roll_back_operation
    stacks._resolve_stack_outputs = resolve_stack_outputs
    for module in (stacks, handlers, changesets, provisioners):
        if hasattr(module, "_deploy_stack_async"):
            module._deploy_stack_async = deploy_stack
        if hasattr(module, "_roll_back_operation"):
            module._roll_back_operation = roll_back_operation
