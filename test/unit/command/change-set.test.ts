import {
  CloudFormationClient,
  type CreateChangeSetCommandInput,
  type DeleteChangeSetCommandInput,
  type DescribeChangeSetCommandInput,
  type DescribeStacksCommandInput,
} from '@aws-sdk/client-cloudformation';
import { readTemporaryChangeSet } from '../../../src/command/change-set.ts';

interface FakeStack {
  readonly id: string;
  readonly name: string;
  status: string;
  /** Each with its status, by its ARN. */
  readonly changeSets: Map<string, string>;
}

class CloudFormationError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** CloudFormation with what this command needs of stacks and change sets. */
class FakeCloudFormation {
  readonly stacks: FakeStack[] = [];
  /** What happens before CloudFormation answers a call, such as another deployment. */
  readonly before = new Map<string, () => void>();
  /** Calls that the person may not make. */
  readonly denied = new Set<string>();
  readonly client = new CloudFormationClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  changeSetsOnAPage = 1;
  statusOfNew = 'CREATE_COMPLETE';
  #made = 0;

  constructor() {
    this.client.middlewareStack.add(
      (_next, { commandName = '' }) =>
        async ({ input }) => {
          const call = commandName.replace('Command', '');
          const happens = this.before.get(call);
          this.before.delete(call);
          happens?.();
          if (this.denied.has(call))
            throw new CloudFormationError('AccessDenied', `Not authorized to perform ${call}.`);
          return { output: { $metadata: {}, ...this.#answer(call, input) }, response: undefined };
        },
      { step: 'initialize' },
    );
  }

  #answer(call: string, input: object): object {
    const asked: Partial<
      CreateChangeSetCommandInput &
        DeleteChangeSetCommandInput &
        DescribeChangeSetCommandInput &
        DescribeStacksCommandInput
    > = input;
    const { StackName: stack = '', ChangeSetName: changeSet = '' } = asked;
    switch (call) {
      case 'CreateChangeSet': {
        const made = this.makeChangeSet(stack, changeSet, asked.ChangeSetType ?? 'UPDATE');
        return { Id: made.changeSetId, StackId: made.stack.id };
      }
      case 'DescribeChangeSet': {
        const owner = this.#ownerOf(changeSet);
        if (!owner) throw new CloudFormationError('ChangeSetNotFound', `${changeSet} does not exist`);
        return { StackId: owner.id, StackName: owner.name, Status: owner.changeSets.get(changeSet) };
      }
      case 'DeleteChangeSet': {
        const owner = this.#ownerOf(changeSet);
        if (owner?.changeSets.get(changeSet) === 'CREATE_IN_PROGRESS') {
          // It is made by the time of the next try.
          owner.changeSets.set(changeSet, 'CREATE_COMPLETE');
          throw new CloudFormationError('InvalidChangeSetStatus', 'Cannot delete ChangeSet in this status');
        }
        owner?.changeSets.delete(changeSet);
        return {};
      }
      case 'DescribeStacks': {
        const { id: StackId, name: StackName, status: StackStatus } = this.#stack(stack);
        return { Stacks: [{ StackId, StackName, StackStatus, CreationTime: new Date() }] };
      }
      case 'ListChangeSets': {
        const found = this.#stack(stack);
        const from = Number(Reflect.get(input, 'NextToken') ?? 0);
        const to = from + this.changeSetsOnAPage;
        const all = [...found.changeSets].map(([ChangeSetId, Status]) => ({
          StackId: found.id,
          ChangeSetId,
          Status,
        }));
        return { Summaries: all.slice(from, to), ...(to < all.length ? { NextToken: String(to) } : {}) };
      }
      case 'DeleteStack': {
        const found = this.find(stack);
        if (found) this.delete(found);
        return {};
      }
      default:
        throw new Error(`${call} is not played.`);
    }
  }

  /** By its ID, or by its name if it is not deleted. */
  find(nameOrId: string): FakeStack | undefined {
    return this.stacks.find(
      ({ id, name, status }) => id === nameOrId || (name === nameOrId && status !== 'DELETE_COMPLETE'),
    );
  }

  #stack(nameOrId: string): FakeStack {
    const found = this.find(nameOrId);
    if (!found) throw new CloudFormationError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return found;
  }

  #ownerOf(changeSetId: string): FakeStack | undefined {
    return this.stacks.find(({ changeSets }) => changeSets.has(changeSetId));
  }

  #next(kind: string, name: string): string {
    this.#made += 1;
    return `arn:aws:cloudformation:us-east-1:000000000000:${kind}/${name}/${this.#made}`;
  }

  makeStack(name: string, status: string): FakeStack {
    const stack = { id: this.#next('stack', name), name, status, changeSets: new Map<string, string>() };
    this.stacks.push(stack);
    return stack;
  }

  makeChangeSet(stackName: string, name: string, type: string) {
    let stack = this.find(stackName);
    const isNew = stack === undefined || stack.status === 'REVIEW_IN_PROGRESS';
    if (isNew !== (type === 'CREATE'))
      throw new CloudFormationError('ValidationError', `Stack ${stackName} cannot have a change set ${type}`);
    stack ??= this.makeStack(stackName, 'REVIEW_IN_PROGRESS');
    const changeSetId = this.#next('changeSet', name);
    stack.changeSets.set(changeSetId, this.statusOfNew);
    return { stack, changeSetId };
  }

  /** As a pipeline does it. CloudFormation then deletes the other change sets of the stack. */
  execute({ stack, changeSetId }: { readonly stack: FakeStack; readonly changeSetId: string }): void {
    stack.status = 'CREATE_IN_PROGRESS';
    for (const id of stack.changeSets.keys()) if (id !== changeSetId) stack.changeSets.delete(id);
  }

  delete(stack: FakeStack): void {
    stack.status = 'DELETE_COMPLETE';
    stack.changeSets.clear();
  }
}

let cloudFormation: FakeCloudFormation;

beforeEach(() => {
  cloudFormation = new FakeCloudFormation();
});

const preview = () => readTemporaryChangeSet(cloudFormation.client, 'shop', '{}', new Map());
const statuses = () => cloudFormation.stacks.map(({ status }) => status);
const pipelineChangeSet = () => cloudFormation.makeChangeSet('shop', 'pipeline', 'CREATE');

/** What another deployment does meanwhile, at each moment of the preview. */
const moments = ['DescribeChangeSet', 'DeleteChangeSet', 'DescribeStacks'];

test('a stack that is not there yet is gone again after the preview', async () => {
  expect(await preview()).toMatchObject({ stackName: 'shop', changes: [] });
  expect(statuses()).toEqual(['DELETE_COMPLETE']);
});

test('a stack that is there loses the change set only', async () => {
  const { changeSets } = cloudFormation.makeStack('shop', 'CREATE_COMPLETE');
  await preview();
  expect(statuses()).toEqual(['CREATE_COMPLETE']);
  expect([...changeSets]).toEqual([]);
});

/** From the moment when the stack is in review. */
function meanwhile(call: string, happens: () => void): void {
  cloudFormation.before.set('CreateChangeSet', () => cloudFormation.before.set(call, happens));
}

test.each(moments)('a stack that a pipeline starts to create before %s is not deleted', async (call) => {
  meanwhile(call, () => cloudFormation.execute(pipelineChangeSet()));
  // The change set of the preview goes when the other one is executed.
  if (call === 'DescribeChangeSet') await expect(preview()).rejects.toThrow('does not exist');
  else await preview();
  expect(statuses()).toEqual(['CREATE_IN_PROGRESS']);
});

test.each([...moments, 'ListChangeSets'])(
  'a change set that another deployment makes before %s keeps the stack in review',
  async (call) => {
    meanwhile(call, () => void pipelineChangeSet());
    await preview();
    expect(statuses()).toEqual(['REVIEW_IN_PROGRESS']);
    expect([...(cloudFormation.find('shop')?.changeSets.keys() ?? [])]).toEqual([
      expect.stringContaining('/pipeline/'),
    ]);
  },
);

test('a change set on a later page of the list keeps the stack too', async () => {
  cloudFormation.denied.add('DeleteChangeSet');
  meanwhile('DescribeStacks', () => void pipelineChangeSet());
  await expect(preview()).rejects.toThrow('could not be deleted');
  expect(statuses()).toEqual(['REVIEW_IN_PROGRESS']);
});

test('another stack of the same name is not deleted', async () => {
  meanwhile('DeleteChangeSet', () => {
    const [reviewed] = cloudFormation.stacks;
    if (reviewed) cloudFormation.delete(reviewed);
    cloudFormation.makeStack('shop', 'CREATE_IN_PROGRESS');
  });
  await preview();
  expect(statuses()).toEqual(['DELETE_COMPLETE', 'CREATE_IN_PROGRESS']);
});

test('two previews at once each see their own change set, and the last one removes the stack', async () => {
  const both = await Promise.all([preview(), preview()]);
  expect(both).toMatchObject([{ stackName: 'shop' }, { stackName: 'shop' }]);
  expect(statuses()).toEqual(['DELETE_COMPLETE']);
});

test.each(['ListChangeSets', 'DeleteStack'])(
  'without the right to %s, the command says that the empty stack stays',
  async (call) => {
    cloudFormation.denied.add(call);
    await expect(preview()).rejects.toThrow(
      `The empty stack shop could not be removed: Not authorized to perform ${call}. Delete it in the CloudFormation console if it has no change set.`,
    );
    expect(statuses()).toEqual(['REVIEW_IN_PROGRESS']);
  },
);

test('an interruption while CloudFormation makes the change set leaves nothing', async () => {
  cloudFormation.statusOfNew = 'CREATE_IN_PROGRESS';
  meanwhile('DescribeChangeSet', () => process.emit('SIGINT'));
  await expect(preview()).rejects.toThrow('interrupted');
  expect(statuses()).toEqual(['DELETE_COMPLETE']);
});

test('a stack that stays in review is reported with both ways out of it', async () => {
  cloudFormation.makeStack('shop', 'REVIEW_IN_PROGRESS');
  await expect(preview()).rejects.toThrow(
    /in review.* Name that change set with --change-set.* If it has none, delete the stack/,
  );
});
