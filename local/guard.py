"""Tries the rules of examples/policies/okta-cognito-idp.guard: good federations pass, and each rule refuses its bad ones."""

import importlib
import json
import pathlib
import re
import sys

RULES = pathlib.Path("examples/policies/okta-cognito-idp.guard").read_text(encoding="utf-8")

# What keeps to every rule.
GOOD = {"UserPoolId": {"Ref": "UserPool"}, "Access": ["Engineering"]}

GOOD_CASES = [
    {},
    {"AttributeMapping": {"email": "email"}, "Claims": {"groups": "user.groups"}},
    {"Adopt": {"ApplicationId": "0oaEXAMPLE"}},
    {"Adopt": {"ApplicationId": "0oaEXAMPLE", "OnDelete": "Retain"}},
    {"LogoUri": "https://cdn.example.com/logo.png", "InitiateLoginUri": "https://example.com/login"},
    {"PostLogoutRedirectUris": ["https://app.example.com", {"Ref": "Bye"}]},
    {"Verify": True},
    {"Verify": "true"},
    {"Access": {"Ref": "Groups"}},
]

BAD_CASES = {
    "access_is_not_everyone": [
        {"Access": "Everyone"},
        {"Access": "FederationBrokerMode"},
        {"Access": ["Engineering", "Everyone"]},
        {"Access": None},
    ],
    "email_is_from_email": [
        {"AttributeMapping": {"email": "nickname"}},
        {"Claims": {"email": "user.nickName"}},
        {"Claims": {"email_verified": "true"}},
    ],
    "adopted_application_stays": [{"Adopt": {"ApplicationId": "0oaEXAMPLE", "OnDelete": "Delete"}}],
    "own_org_and_account": [{"OktaSecretId": "other-org"}, {"RoleArn": "arn:aws:iam::444455556666:role/federation"}],
    "hosts_are_ours": [
        {"LogoUri": "https://evilexample.com/logo.png"},
        {"LogoUri": "https://example.com.evil.test/logo.png"},
        {"InitiateLoginUri": "https://evil.test/"},
        {"PostLogoutRedirectUris": ["https://example.com", "https://evil.test"]},
    ],
    "sign_in_is_probed": [{"Verify": False}, {"Verify": "false"}, {"Verify": "OktaOnly"}],
}


def refused_by(*federations):
    """The rules that refuse a template with these federations, next to a resource of another type."""
    resources = {
        f"Federation{index}": {
            "Type": "Custom::OktaCognitoIdp",
            "Properties": {name: value for name, value in {**GOOD, **more}.items() if value is not None},
        }
        for index, more in enumerate(federations)
    }
    resources["Topic"] = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "Everyone"}}
    guard = importlib.import_module("cfn_guard_rs.cfn_guard_rs")
    result = guard.run_checks_rs(json.dumps({"Resources": resources}), RULES, False)
    result = json.loads(result) if isinstance(result, str) else result
    return sorted(rule["Rule"]["name"] for rule in result["not_compliant"])


def check():
    """What is not as it must be, in sentences."""
    rules = re.findall(r"^rule (\w+)", RULES, re.MULTILINE)
    wrong = [f"The rule {rule} has no case." for rule in rules if rule not in BAD_CASES]
    wrong += [f"There is no rule {rule}." for rule in BAD_CASES if rule not in rules]
    for case in GOOD_CASES:
        if refused := refused_by(case):
            wrong.append(f"{case} is refused by {', '.join(refused)}.")
    for rule, cases in BAD_CASES.items():
        # A good federation beside it changes nothing.
        for federations in [[case] for case in cases] + [[{}, case] for case in cases]:
            refused = refused_by(*federations)
            if refused != [rule]:
                wrong.append(f"{federations} is refused by {', '.join(refused) or 'no rule'}, not by {rule}.")
    if refused := refused_by():
        wrong.append(f"A template without a federation is refused by {', '.join(refused)}.")
    return wrong


if __name__ == "__main__":
    if sys.version_info >= (3, 13):
        sys.exit("CloudFormation Guard's library needs Python 3.11 or 3.12. Run make lint with one of them.")
    sys.exit("\n".join(check()) or 0)
