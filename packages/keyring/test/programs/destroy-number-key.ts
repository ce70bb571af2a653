import { systemClock } from '@postern/protocol';
import { Keyring } from '../../src/index.ts';

// Destroys the key of number 1 as a process of its own, for tests that kill it. Arguments: the folder of the keyring.
const [folder = ''] = process.argv.slice(2);
const keyring = await Keyring.open({
  folder,
  root: { kind: 'file' },
  exclusively: (work) => work(),
  clock: systemClock,
  maxBackupAgeHours: 0,
  maxRetentionHours: 720,
});
await keyring.destroyNumberKeys(['1']);
keyring.close();
