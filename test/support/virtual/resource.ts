import { randomUUID } from 'node:crypto';
import type { CustomResourceEvent, Properties } from '../custom-resource.ts';

const serviceToken = 'arn:aws:lambda:us-east-1:000000000000:function:okta-cognito-idp';

/** A stack's one resource, and the events about it. */
export class Resource {
  readonly stackId: string;
  readonly logicalId: string;

  /** @param of another resource of the same stack, if there is one. */
  constructor(stackName: string, logicalId = 'Federation', of?: Resource) {
    this.logicalId = logicalId;
    this.stackId =
      of?.stackId ?? `arn:aws:cloudformation:us-east-1:000000000000:stack/${stackName}/${randomUUID()}`;
  }

  create(properties: Properties): CustomResourceEvent {
    return this.#event('Create', properties);
  }

  update(id: string, properties: Properties, old: Properties): CustomResourceEvent {
    return {
      ...this.#event('Update', properties),
      PhysicalResourceId: id,
      OldResourceProperties: { ServiceToken: serviceToken, ...old },
    };
  }

  delete(id: string, properties: Properties): CustomResourceEvent {
    return { ...this.#event('Delete', properties), PhysicalResourceId: id };
  }

  #event(type: CustomResourceEvent['RequestType'], properties: Properties): CustomResourceEvent {
    return {
      RequestType: type,
      RequestId: randomUUID(),
      ResponseURL: '',
      ResourceType: 'Custom::OktaCognitoIdp',
      LogicalResourceId: this.logicalId,
      StackId: this.stackId,
      ResourceProperties: { ServiceToken: serviceToken, ...properties },
    };
  }
}
