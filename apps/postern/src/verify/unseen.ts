import { notChecked, type Check } from './check.ts';
import type { Statement } from '../access/statements.ts';

const notBuilt = 'not built yet';

/** Statements that nothing on an installation can speak for or against, and why. */
const reasons: readonly [Statement, string, string][] = [
  ['S10', 'unusual patterns and reports of spam', notBuilt],
  ['S23', 'signals other than failed attempts to register', notBuilt],
  ['S25', 'bills', notBuilt],
  ['S26', 'what messages are used for', 'how people act cannot be seen here; nothing in the program makes such use'],
  [
    'S27',
    'where the machines stand, and a choice of region per business',
    'the one cannot be seen here, the other is not built yet',
  ],
  ['S31', 'optional services', notBuilt],
];

export const unseenChecks: readonly Check[] = reasons.map(([statement, what, reason]) => ({
  statements: [statement],
  what,
  look: () => notChecked(reason),
}));
