/**
 * Asked after a token was found genuine, since a token outlives its member's withdrawal. A service that can tell
 * provides one through `AuthModule.forRoot({ memberStatus })`.
 */
export abstract class MemberStatus {
  /** Whether the member may still act. */
  abstract isActive(memberId: string): Promise<boolean>;
}
