"""A rule for cfn-lint: holds each Custom::OktaCognitoIdp against the schema beside this file.

    cfn-lint --append-rules schema/cfn-lint -- template.yaml

cfn-lint looks up every Custom:: type as AWS::CloudFormation::CustomResource, which takes any property, and finds a schema
of --registry-schemas for none of them. A rule can name the type.
"""

import json
from pathlib import Path

from cfnlint.rules.jsonschema.CfnLintJsonSchema import CfnLintJsonSchema

SCHEMA = Path(__file__).with_name("custom-okta-cognito-idp.json")


class OktaCognitoIdpProperties(CfnLintJsonSchema):
    """Checks the properties of Custom::OktaCognitoIdp"""

    id = "E9601"
    shortdesc = "Properties of Custom::OktaCognitoIdp are invalid"
    description = "Each property of Custom::OktaCognitoIdp is one that it knows, with a value that it takes"
    source_url = "docs/reference.md#properties"
    tags = ["resources", "okta", "cognito"]

    def __init__(self):
        super().__init__(keywords=["Resources/Custom::OktaCognitoIdp/Properties"], all_matches=True)
        self._schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        self._use_schema_arg = False
