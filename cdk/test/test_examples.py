"""The apps in Python, with the wheel that jsii-pacmak made, give the templates that the end-to-end tests deploy."""

import json
import os
import re
import runpy
import sys
import tempfile
import unittest
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"

# The name of an uploaded file is its hash, which each change of the provider changes.
ASSET = re.compile(r"[0-9a-f]{64}\.yaml")


# The process in which jsii runs CDK starts once, and keeps the environment that it starts with.
OUTPUTS = tempfile.TemporaryDirectory()
os.environ["CDK_OUTDIR"] = OUTPUTS.name


def synthesized(example: str, stack: str):
    """The template of a stack, as the app in this file synthesizes it."""
    runpy.run_path(str(EXAMPLES / example))
    text = (Path(OUTPUTS.name) / f"{stack}.template.json").read_text()
    return json.loads(ASSET.sub("okta-cognito-idp.yaml", text))


def kept(template: str):
    return json.loads((EXAMPLES / template).read_text())


class Examples(unittest.TestCase):
    maxDiff = None

    def test_web_app_gives_the_template_of_the_typescript_app(self):
        self.assertEqual(synthesized("web_app.py", "WebApp"), kept("web-app.template.json"))

    def test_existing_pool_gives_its_template(self):
        template = synthesized("existing_pool.py", "ExistingPool")
        self.assertEqual(template, kept("existing-pool.template.json"), "run it with --write if it must not")


if __name__ == "__main__":
    if "--write" in sys.argv:
        written = json.dumps(synthesized("existing_pool.py", "ExistingPool"), indent=1)
        (EXAMPLES / "existing-pool.template.json").write_text(f"{written}\n")
    else:
        unittest.main()
