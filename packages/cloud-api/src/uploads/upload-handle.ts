/** What a handle says (contract section 3.3): `4::{type}:AR{upload}:e:{expires}:{app}:{user}:AR{secret}`. */
export interface UploadHandle {
  readonly mimeType: string;
  readonly uploadId: string;
  /** Unix seconds. */
  readonly expiresS: number;
  readonly appId: string;
  readonly userId: string | null;
  readonly secret: string;
}

export function encodeHandle({ mimeType, uploadId, expiresS, appId, userId, secret }: UploadHandle): string {
  const type = Buffer.from(mimeType).toString('base64').replace(/=+$/, '');
  return `4::${type}:AR${uploadId}:e:${expiresS}:${appId}:${userId ?? ''}:AR${secret}`;
}

const pattern = /^4::([A-Za-z0-9+/]{1,100}):AR([\w-]{24}):e:(\d{1,12}):(\d{15,17}):(\d{15,17})?:AR([\w-]{24})$/;

/** Null when it is none. */
export function decodeHandle(handle: string): UploadHandle | null {
  const [whole, type = '', uploadId = '', expires, appId = '', userId = null, secret = ''] = pattern.exec(handle) ?? [];
  if (whole === undefined) return null;
  return {
    mimeType: Buffer.from(type, 'base64').toString(),
    uploadId,
    expiresS: Number(expires),
    appId,
    userId,
    secret,
  };
}
