/** The version of the contract that a path without one means. */
export const defaultVersion = 'v26.0';
