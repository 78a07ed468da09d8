import type { PlayedEvent, PlayedResource, PlayedStack, PlayedStacks } from '../played-stacks.ts';
import type { Destination, Reply } from './network.ts';

/** As AWS pages them, though at a megabyte. */
const eventsOnAPage = 100;

/**
 * CloudFormation's API, with what it shows of the stacks that are played; of every other stack it says that it does not
 * exist. It speaks AWS's query protocol: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
 */
export function cloudFormationApi(stacks: PlayedStacks): Destination {
  return {
    serves: ({ hostname }) => /^cloudformation\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(hostname),
    asks: ({ body, headers }) => {
      if (!headers.authorization) throw new Error('A CloudFormation request without a signature.');
      return {
        service: 'CloudFormation',
        operation: new URLSearchParams(body.toString()).get('Action') ?? '',
      };
    },
    async answer({ body }) {
      const asked = new URLSearchParams(body.toString());
      const operation = asked.get('Action') ?? '';
      return describe(stacks, operation, asked);
    },
  };
}

function describe(stacks: PlayedStacks, operation: string, asked: URLSearchParams): Reply {
  const name = asked.get('StackName') ?? '';
  const stack = stacks.get(name);
  switch (operation) {
    case 'DescribeStackResource': {
      if (!stack) return invalid(`Stack '${name}' does not exist`);
      const logicalId = asked.get('LogicalResourceId') ?? '';
      const resource = [stack.resource, ...(stacks.others.get(stack.id) ?? [])].find(
        (one) => one.logicalId === logicalId,
      );
      return resource
        ? answer(operation, element('StackResourceDetail', detailOf({ ...stack, resource })))
        : invalid(`Resource ${logicalId} does not exist for stack ${name}`);
    }
    case 'ListStackResources': {
      if (!stack) return invalid(`Stack with id ${name} does not exist`);
      const shown = [stack.resource, ...(stacks.others.get(stack.id) ?? [])];
      const isShown = ({ logicalId }: PlayedResource) => shown.some((one) => one.logicalId === logicalId);
      const changed = new Map(
        stack.events.filter((event) => !isShown(event)).map((event) => [event.logicalId, event]),
      );
      const members = [...shown, ...changed.values()].map((resource) =>
        element('member', { LastUpdatedTimestamp: timeOf(stack.events.at(-1)), ...resourceOf(resource) }),
      );
      return answer(operation, `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>`);
    }
    case 'DescribeStacks': {
      if (!stack) return invalid(`Stack with id ${name} does not exist`);
      const { id, status, parentId, createdAt, events } = stack;
      const fields = {
        StackName: nameOf(stack),
        StackId: id,
        CreationTime: createdAt?.toISOString() ?? timeOf(events[0]),
        StackStatus: status,
        ...(parentId !== undefined && { ParentId: parentId, RootId: parentId }),
      };
      return answer(operation, `<Stacks>${element('member', fields)}</Stacks>`);
    }
    case 'DescribeStackEvents':
      if (stack?.events.some(({ reason = '' }) => unreadable.test(reason)))
        return invalid('The response contains control characters or otherwise invalid characters');
      return stack ? answer(operation, eventsOf(stack, asked)) : invalid(`Stack [${name}] does not exist`);
    default:
      return cloudFormationRefusal(
        'InvalidAction',
        `Could not find operation ${operation} for version 2010-05-15`,
      );
  }
}

function eventsOf(stack: PlayedStack, asked: URLSearchParams): string {
  const newest = [...stack.events].reverse();
  const from = Number(asked.get('NextToken') ?? 0);
  const members = newest.slice(from, from + eventsOnAPage).map((event, index) =>
    element('member', {
      StackId: stack.id,
      StackName: nameOf(stack),
      EventId: `${event.logicalId}-${newest.length - from - index}`,
      Timestamp: timeOf(event),
      ...resourceOf(event),
      // There, and empty, while a resource has none.
      PhysicalResourceId: event.physicalId ?? '',
      ...(event.reason !== undefined && { ResourceStatusReason: event.reason }),
      ...(event.hookType !== undefined && {
        HookType: event.hookType,
        HookStatus: 'HOOK_COMPLETE_SUCCEEDED',
        HookInvocationPoint: 'PRE_PROVISION',
        HookFailureMode: 'WARN',
      }),
      ...(event.properties && { ResourceProperties: JSON.stringify(event.properties) }),
    }),
  );
  const more = from + eventsOnAPage < newest.length ? { NextToken: String(from + eventsOnAPage) } : {};
  return `<StackEvents>${members.join('')}</StackEvents>${fieldsOf(more)}`;
}

const detailOf = (stack: PlayedStack) => ({
  StackId: stack.id,
  StackName: nameOf(stack),
  LastUpdatedTimestamp: timeOf(stack.events.at(-1)),
  ...resourceOf(stack.resource),
});

const resourceOf = ({ logicalId, physicalId, type, status }: PlayedResource) => ({
  LogicalResourceId: logicalId,
  ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
  ResourceType: type,
  ResourceStatus: status,
});

const nameOf = ({ id }: PlayedStack) => id.split('/')[1] ?? id;
const timeOf = (event: PlayedEvent | undefined) => (event?.at ?? new Date()).toISOString();

// https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1601
const unreadable = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/u;

/** For a character that is not ASCII, AWS shows `?`: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/814 */
const shown = (text: string) => text.replace(/\P{ASCII}/gu, '?');
const escaped = (text: string) =>
  shown(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const fieldsOf = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields)
    .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
    .join('');

const element = (name: string, fields: Readonly<Record<string, string>>) =>
  `<${name}>${fieldsOf(fields)}</${name}>`;

const namespace = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';
const headers = { 'content-type': 'text/xml' };

function answer(operation: string, result: string): Reply {
  const body = `<${operation}Response ${namespace}><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${operation}Response>`;
  return { status: 200, headers, body };
}

const invalid = (message: string) => cloudFormationRefusal('ValidationError', message);

/** An error answer, as the query protocol writes it. */
export function cloudFormationRefusal(code: string, message: string, status = 400): Reply {
  const error = element('Error', { Type: 'Sender', Code: code, Message: message });
  return {
    status,
    headers,
    body: `<ErrorResponse ${namespace}>${error}<RequestId>1</RequestId></ErrorResponse>`,
  };
}
