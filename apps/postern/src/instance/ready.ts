/** What one needs to use an instance; the `ready` line. */
export interface Ready {
  readonly event: 'ready';
  readonly cloudApi: string;
  /** The Cloud API by HTTPS, and the PEM file of the authority that clients then have to trust; null without `--https`. */
  readonly cloudApiHttps: string | null;
  readonly authorityFile: string | null;
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
