import { GraphError } from '../graph-errors.ts';

/** What is wrong with the definition of a template: its `error_subcode` (contract section 6.8), and a heading. */
const definitionProblems = {
  tooMany: { subcode: 2_388_019, title: 'Message template limit reached' },
  tooLong: { subcode: 2_388_040, title: 'Character limit exceeded' },
  header: { subcode: 2_388_047, title: 'Header format is incorrect' },
  body: { subcode: 2_388_072, title: 'Body format is incorrect' },
  footer: { subcode: 2_388_073, title: 'Footer format is incorrect' },
  ratio: { subcode: 2_388_293, title: 'Too many variables for this many words' },
  outerVariable: { subcode: 2_388_299, title: 'A variable stands at the beginning or the end' },
  status: { subcode: 2_388_039, title: 'The template cannot be edited' },
} as const;

/** A template's definition breaks a rule that has an `error_subcode`. The sentence names the field, never its value. */
export function definitionError(problem: keyof typeof definitionProblems, sentence: string): GraphError {
  const { subcode, title } = definitionProblems[problem];
  return invalidParameter(subcode, { title, message: sentence });
}

/** Code 100 with an `error_subcode`. */
export function invalidParameter(subcode: number, user: { title: string; message: string }): GraphError {
  return new GraphError(100, { message: '(#100) Invalid parameter', details: user.message, subcode, user });
}
