import { connectMessageQueue, sendMessages } from '../aws/message-queue.ts';
import { messageFor } from '../federation/watch/message.ts';
import { nameOf } from '../federation/watch/standing.ts';
import { type Command, CommandError, optionsOf } from './command.ts';
import {
  allFederations,
  connectProviderStack,
  selected,
  selectionOptions,
  stackOptions,
  stackUsage,
} from './provider-stack.ts';
import { printable } from './terminal.ts';

const usage = `Usage: okta-cognito-idp rotate --federation <name> [options]

Has the watch rotate the client secret of one federation now, with no downtime. The command only sends a message: your own
AWS credentials need no right in Okta or Cognito, and the watch does it once, also if you send the message twice.

  --federation <name>       the federation, such as us-east-1_Example/Okta
  --stack <name>            the stack that it is of, if another stack names the same
${stackUsage}
  --help                    print this

Ends with 0 if the message is sent, 2 if it is not. The watch may refuse: its log says why. okta-cognito-idp list shows the age
of the secret afterwards.`;

export const rotate: Command = {
  summary: 'has the watch rotate the client secret of one federation now',
  usage,
  async run(args) {
    const options = optionsOf(usage, args, { ...stackOptions, ...selectionOptions });
    if (!options.federation)
      throw new CommandError('--federation must name one federation. okta-cognito-idp list shows all.');
    using stack = await connectProviderStack(options['provider-stack'], options.region);
    const [federation, ...others] = selected(await allFederations(stack), options);
    if (!federation || others.length > 0)
      throw new CommandError(
        `${others.length + 1} stacks have ${options.federation}. Name one with --stack.`,
      );
    const queue = connectMessageQueue(stack.queueUrl);
    const message = JSON.stringify(messageFor(federation, Date.now()));
    await sendMessages(queue, [message], stack.deadline.work.signal);
    console.log(
      printable(
        `The watch has the request to rotate the client secret of ${nameOf(federation)}, and looks at it within a minute or two. It rotates nothing if the sign-in does not work, a deployment has not ended well, or an administrator must consent first; the log of WatchFunction says why. okta-cognito-idp list shows the age of the secret.`,
      ),
    );
    return 0;
  },
};
