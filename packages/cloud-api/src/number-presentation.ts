import type { Database } from '@postern/postgres';
import type { BusinessManagerClient } from './access/business-manager-client.ts';
import type { CloudApiConfig } from './config.ts';
import { BusinessEncryption } from './numbers/business-encryption.ts';
import { BusinessUsernames } from './numbers/business-usernames.ts';
import { DisplayNames } from './numbers/display-names.ts';
import { NumberDocuments } from './numbers/number-documents.ts';
import { ProfilePictures } from './numbers/profile-pictures.ts';
import { QrCodes } from './numbers/qr-codes.ts';
import type { SealedStorage } from './sealed-storage.ts';
import { reviewPolicy } from './templates/review-policy.ts';

interface PresentationParts {
  readonly config: CloudApiConfig;
  readonly db: Database;
  readonly storage: SealedStorage;
  readonly businessManager: Pick<BusinessManagerClient, 'renameNumber'>;
}

/** What numbers show of their business. */
export function openPresentation({ config, db, storage, businessManager }: PresentationParts) {
  return {
    businessEncryption: new BusinessEncryption({ db, storage }),
    displayNames: new DisplayNames({ db, storage, policy: reviewPolicy(config), businessManager }),
    numberDocuments: new NumberDocuments({ db, storage }),
    profilePictures: new ProfilePictures(db),
    qrCodes: new QrCodes({ db, storage }),
    usernames: new BusinessUsernames({ db, storage }),
  };
}
