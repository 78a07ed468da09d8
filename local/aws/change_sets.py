"""What MiniStack's DescribeChangeSet lacks: the values of properties before and after, which `IncludePropertyValues` asks for.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html: BeforeContext and AfterContext are
JSON texts of the resource's properties. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-view.html:
a value that only the deployment gives is shown as KNOWN_AFTER_APPLY, and that of a NoEcho parameter is masked.
"""

import copy
import re

import custom_resources
from ministack.services.cloudformation import changesets, engine, handlers, helpers

UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"
MASKED = "****"


def with_unknown(value, unknown):
    """Properties in which what resources of `unknown` will give is replaced."""
    if isinstance(value, list):
        return [with_unknown(item, unknown) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("Ref") in unknown:
        return UNKNOWN
    if "Fn::GetAtt" in value:
        named = value["Fn::GetAtt"]
        resource = named.split(".")[0] if isinstance(named, str) else named[0]
        return UNKNOWN if resource in unknown else value
    if "Fn::Sub" in value and isinstance(value["Fn::Sub"], str):
        names = re.findall(r"\$\{([A-Za-z0-9]+)[.}]", value["Fn::Sub"])
        return UNKNOWN if any(name in unknown for name in names) else value
    return {key: with_unknown(item, unknown) for key, item in value.items()}


def as_text(value):
    """CloudFormation keeps every primitive of a custom resource as a string."""
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def contexts(change_set, change):
    """The properties of a change's resource before and after, each `None` if there is none."""
    stack = handlers._resolve_stack(change_set["StackName"]) or {}
    there = stack.get("_resources", {})
    logical_id, template = change["LogicalResourceId"], change_set["_template"]
    before = there.get(logical_id, {}).get("Properties")
    resource = template.get("Resources", {}).get(logical_id)
    if change["Action"] == "Remove" or resource is None:
        return before, None
    replaced = {
        other["ResourceChange"]["LogicalResourceId"]
        for other in change_set["Changes"]
        if other["ResourceChange"].get("Replacement") == "True"
    }
    unknown = {name for name in template["Resources"] if name not in there or name in replaced} - {logical_id}
    parameters = {
        name: {**parameter, "Value": MASKED} if parameter.get("NoEcho") else parameter
        for name, parameter in change_set["_resolved_params"].items()
    }
    after = engine._resolve_refs(
        with_unknown(copy.deepcopy(resource.get("Properties", {})), unknown),
        there,
        parameters,
        engine._evaluate_conditions(template, change_set["_resolved_params"]),
        template.get("Mappings", {}),
        change_set["StackName"],
        change_set["StackId"],
    )
    return before if change["Action"] != "Add" else None, after


def properties_in(properties):
    return helpers._esc(custom_resources.in_json({"Properties": as_text(properties)}))


def with_property_values(describe):
    """DescribeChangeSet with the values of properties, if the request asks for them."""

    def described(params):
        status, headers, body = describe(params)
        if status >= 400 or helpers._p(params, "IncludePropertyValues", "false").lower() != "true":
            return status, headers, body
        _, change_set = changesets._find_change_set(
            helpers._p(params, "ChangeSetName"), helpers._p(params, "StackName")
        )
        text = body.decode() if isinstance(body, bytes) else body
        for change in (each["ResourceChange"] for each in change_set["Changes"]):
            identity = f"<LogicalResourceId>{helpers._esc(change['LogicalResourceId'])}</LogicalResourceId>"
            shown = "".join(
                f"<{name}>{properties_in(properties)}</{name}>"
                for name, properties in zip(("BeforeContext", "AfterContext"), contexts(change_set, change))
                if properties is not None
            )
            text = text.replace(identity, identity + shown, 1)
        return status, headers, text.encode()

    return described


def install():
    actions = handlers._ACTION_HANDLERS
    describe = with_property_values(actions["DescribeChangeSet"])
    actions["DescribeChangeSet"] = custom_resources.in_ascii(describe)
