/** The issuer of the tokens that Cognito accepts. */
export class OktaIssuer {
  /** The URL of the Okta org, such as `https://acme.okta.com`. */
  public static orgUrl(): OktaIssuer {
    return new OktaIssuer('OrgUrl');
  }

  /** The custom domain of the Okta org. */
  public static customUrl(): OktaIssuer {
    return new OktaIssuer('CustomUrl');
  }

  /** The host of each request to Okta: the URL of the org, or its custom domain. */
  public static dynamic(): OktaIssuer {
    return new OktaIssuer('Dynamic');
  }

  /**
   * A custom authorization server of the org.
   *
   * @param id its ID, such as `default` or `aus…`
   */
  public static authorizationServer(id: string): OktaIssuer {
    return new OktaIssuer(id);
  }

  /**
   * An issuer of the org by its URL.
   *
   * @param url such as `https://acme.okta.com/oauth2/default`
   */
  public static url(url: string): OktaIssuer {
    return new OktaIssuer(url);
  }

  /** @internal */
  public readonly _property: string;

  private constructor(property: string) {
    this._property = property;
  }
}
