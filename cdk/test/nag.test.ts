import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';
import { OktaFederation, OktaFederationProvider } from '../lib/index.js';

const RELEASE = path.join(__dirname, '..', 'release', 'okta-cognito-idp.yaml');

/** What the rules of AWS Solutions find in a part of an app. */
function findings(scope: Stack | OktaFederation | OktaFederationProvider): string[] {
  const { violations } = new AwsSolutionsChecks().validateScope(scope);
  return violations.map(({ ruleName }) => ruleName);
}

test('the constructs pass AwsSolutions without an exception, and CDK warns of nothing', () => {
  const stack = new Stack(new App(), 'Stack');
  const vpc = new ec2.Vpc(stack, 'Vpc');
  const provider = new OktaFederationProvider(stack, 'Provider', { vpc });
  const userPool = new cognito.UserPool(stack, 'Pool');
  const okta = new OktaFederation(stack, 'Okta', { userPool, provider });
  expect(findings(provider)).toEqual([]);
  expect(findings(okta)).toEqual([]);
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  // The rules do find something in what is not ours.
  expect(findings(stack)).toContain('AwsSolutions-COG2');
});

test('the release passes AwsSolutions, apart from the exceptions in it, each with a reason', () => {
  const stack = new Stack(new App(), 'Stack');
  new CfnInclude(stack, 'Release', { templateFile: RELEASE });
  const excepted = Object.values(resourcesOf(stack)).flatMap(
    ({ Metadata }) => Metadata?.cdk_nag?.rules_to_suppress ?? [],
  );
  const found = findings(stack);
  // An exception is for one finding, and none outlives its cause.
  expect(found.filter((rule) => !excepted.some((exception) => covers(exception, rule)))).toEqual([]);
  expect(excepted.filter((exception) => !found.some((rule) => covers(exception, rule)))).toEqual([]);
  for (const { reason } of excepted) expect(reason).toMatch(/\w+ \w+/);
});

interface Exception {
  readonly id: string;
  readonly reason: string;
  readonly applies_to?: readonly (string | { readonly regex: string })[];
}
/** @param rule such as `AwsSolutions-IAM5[Resource::*]` */
function covers({ id, applies_to }: Exception, rule: string): boolean {
  const [, name, finding = ''] = /^([^[]+)(?:\[(.*)\])?$/s.exec(rule) ?? [];
  if (name !== id || applies_to === undefined) return name === id;
  return applies_to.some((of) =>
    typeof of === 'string' ? of === finding : new RegExp(of.regex.slice(1, -1), 's').test(finding),
  );
}

type Metadata = { readonly cdk_nag?: { readonly rules_to_suppress?: readonly Exception[] } };

function resourcesOf(stack: Stack): Record<string, { readonly Metadata?: Metadata }> {
  return Template.fromStack(stack).toJSON().Resources;
}
