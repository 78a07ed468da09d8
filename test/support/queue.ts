import { SQSClient } from '@aws-sdk/client-sqs';

/**
 * A client for a queue that requires TLS. The local AWS is reached without TLS, and takes this header's word for it, as
 * behind a load balancer.
 */
export function queueClient(): SQSClient {
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });
  client.middlewareStack.add(
    (next) => (call) => {
      const { request } = call;
      if (request && typeof request === 'object' && 'headers' in request) {
        Object.assign(request.headers ?? {}, { 'x-forwarded-proto': 'https' });
      }
      return next(call);
    },
    { step: 'build', name: 'sayTls' },
  );
  return client;
}
