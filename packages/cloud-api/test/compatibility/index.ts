export { describeCompatibility } from './page.ts';
export { findCompatibilityProblems } from './problems.ts';
