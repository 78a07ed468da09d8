/** `make up`: the local stack for one's own templates. A failure leaves nothing running. */
import { relative } from 'node:path';
import { command, narrate } from './narration.ts';
import { runningServices } from './processes.ts';
import { bringUp } from './provider-stack.ts';
import { stateFile } from './settings.ts';
import { stopStack } from './stack.ts';

await command(
  'up',
  async (settings) => {
    if (runningServices(settings).length > 0) {
      await narrate('Stop the stack that is running, to start again', () => stopStack(settings));
    }
    const environment = await bringUp(settings, narrate);
    console.log(`
The local stack is ready.
  AWS      ${environment.AWS_ENDPOINT_URL}
  Okta     ${environment.OKTA_ORG_URL} (control port: ${environment.OKTA_ADMIN_URL})
  Cognito  *.amazoncognito.com is at https://127.0.0.1:${environment.COGNITO_TLS_PORT}

  source ${relative(process.cwd(), stateFile(settings, 'env'))}
  .venv/bin/samlocal deploy --resolve-s3 --stack-name web-app --template-file examples/web-app.yaml

make down stops it.`);
    return 0;
  },
  stopStack,
);
