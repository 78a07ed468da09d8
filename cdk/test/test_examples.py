"""The wheel that jsii-pacmak made gives the same templates as the TypeScript sources."""

import json
import os
import runpy
import tempfile
import unittest
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"


class Examples(unittest.TestCase):
    def test_the_python_app_gives_the_template_of_the_typescript_app(self):
        with tempfile.TemporaryDirectory() as outputs:
            os.environ["CDK_OUTDIR"] = outputs
            runpy.run_path(str(EXAMPLES / "web_app.py"))
            template = json.loads((Path(outputs) / "WebApp.template.json").read_text())
        kept = json.loads((EXAMPLES / "web-app.template.json").read_text())
        self.assertEqual(template, kept)


if __name__ == "__main__":
    unittest.main()
