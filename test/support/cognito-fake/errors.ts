/** An error answer of the Cognito API: `code` is the name that the AWS SDK throws it under. */
export class CognitoError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const invalidParameter = (message: string) => new CognitoError('InvalidParameterException', message);

export const notFound = (message: string) => new CognitoError('ResourceNotFoundException', message);
