import { Type } from 'typebox';

/** The answer to a change that was made. */
export const successAnswer = Type.Object({ success: Type.Literal(true) });
