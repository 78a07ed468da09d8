/** Who may sign in through Okta. */
export class OktaAccess {
  /** Everyone in the Okta org. */
  public static everyone(): OktaAccess {
    return new OktaAccess('Everyone');
  }

  /** No group: an administrator assigns people or groups in Okta. */
  public static nobody(): OktaAccess {
    return new OktaAccess('Nobody');
  }

  /** Everyone, by Okta's Federation Broker Mode. */
  public static federationBrokerMode(): OktaAccess {
    return new OktaAccess('FederationBrokerMode');
  }

  /**
   * The members of Okta groups.
   *
   * @param groups names or IDs of groups in Okta, at least one
   */
  public static groups(...groups: string[]): OktaAccess {
    if (groups.length === 0) {
      throw new Error(
        'OktaAccess.groups has no group. Name at least one, or use OktaAccess.everyone() or OktaAccess.nobody().',
      );
    }
    return new OktaAccess(groups);
  }

  /** @internal */
  public readonly _property: string | string[];

  private constructor(property: string | string[]) {
    this._property = property;
  }
}
