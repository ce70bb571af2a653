/** What one needs to use an instance; the `ready` line. */
export interface Ready {
  readonly event: 'ready';
  readonly cloudApi: string;
  readonly transport: string;
  readonly businessManager: string;
  readonly sandbox: string;
  /** The web pages; null while there are none. */
  readonly console: string | null;
  readonly accessToken: string;
  readonly sandboxToken: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly businessAccountId: string;
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string;
  readonly verifyToken: string;
  readonly people: readonly { readonly name: string; readonly waId: string }[];
  readonly tookMs: number;
}
