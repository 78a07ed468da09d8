export type LifecycleStatus = 'ACTIVE' | 'INACTIVE';

/** What every application of an org has, of any kind. */
export interface AnyApplication {
  id: string;
  status: LifecycleStatus;
  created: string;
  lastUpdated: string;
  groupAssignments: Map<string, GroupAssignment>;
  userAssignments: Map<string, string>;
  accessPolicyId: string;
  /** Epoch milliseconds until which calls about it answer 404; none if it is past. */
  hiddenUntil: number;
  /** How many calls about it came before that. */
  earlyCalls: number;
}

export interface GroupAssignment {
  groupId: string;
  priority: number;
  profile: Record<string, unknown>;
  lastUpdated: string;
}
