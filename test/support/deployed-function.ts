import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Invoke } from './invocation.ts';

/**
 * Runs a deployed function through the AWS API, at the endpoint and with the credentials of the environment.
 *
 * @param functionArn the ServiceToken of the provider stack.
 */
export function deployed(functionArn: string): Invoke {
  const lambda = new LambdaClient({});
  return async (event, signal) => {
    const started = Date.now();
    const command = new InvokeCommand({
      FunctionName: functionArn,
      InvocationType: 'RequestResponse',
      LogType: 'Tail',
      Payload: JSON.stringify(event),
    });
    try {
      const answer = await lambda.send(command, signal && { abortSignal: signal });
      return {
        ended: answer.FunctionError === undefined ? 'returned' : 'threw',
        result: answer.Payload && JSON.parse(answer.Payload.transformToString()),
        output: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
        took: Date.now() - started,
      };
    } catch (error) {
      if (!signal?.aborted) throw error;
      return { ended: 'killed', result: undefined, output: '', took: Date.now() - started };
    }
  };
}
